using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Replaces what is attached to conversations.</summary>
[Cmdlet(VerbsCommon.Set, "OpenAIConversation", SupportsShouldProcess = true)]
[OutputType(typeof(Conversation))]
public sealed class SetOpenAIConversationCommand : ConversationIdCmdlet
{
    /// <summary>What to attach to the conversation, as names and values; what was attached before goes.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [DictionaryTransformation]
    public object Metadata { get; set; } = "";

    /// <summary>Writes each conversation as it then is.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Answer(string id)
    {
        JsonMap metadata;
        try
        {
            metadata = ((IDictionary)Metadata).ToMap(nameof(Metadata));
        }
        catch (ArgumentException exception)
        {
            ThrowTerminatingError(Errors.BadArgument(exception.Message, Metadata));
            throw;
        }

        if (Ask((options, stop) => Target.Client.Conversations.UpdateAsync(id, metadata, options, stop), id, out var conversation) && PassThru)
        {
            Write(conversation);
        }
    }
}
