using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Replaces the metadata of conversations.</summary>
[Cmdlet(VerbsCommon.Set, "OpenAIConversation", SupportsShouldProcess = true)]
[OutputType(typeof(Conversation))]
public sealed class SetOpenAIConversationCommand : ConversationIdCmdlet
{
    /// <summary>Metadata for the conversation, as names and values. It replaces the earlier metadata.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [DictionaryTransformation]
    public object Metadata { get; set; } = "";

    /// <summary>Writes each conversation in its new state.</summary>
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
