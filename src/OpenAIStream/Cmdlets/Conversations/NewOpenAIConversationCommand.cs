using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Creates a conversation that the service stores.</summary>
[Cmdlet(VerbsCommon.New, "OpenAIConversation", SupportsShouldProcess = true)]
[OutputType(typeof(Conversation))]
public sealed class NewOpenAIConversationCommand : RequestCmdlet
{
    /// <summary>The first items of the conversation, at most 20: user text, messages, items, responses.</summary>
    [Parameter(Position = 0)]
    [Alias("Message")]
    public object[]? Item { get; set; }

    /// <summary>Metadata for the conversation, as names and values.</summary>
    [Parameter]
    [DictionaryTransformation]
    public object? Metadata { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var request = ToRequest();
        if (Ask((options, stop) => Target.Client.Conversations.CreateAsync(request, options, stop), null, out var conversation))
        {
            Target.RecentConversations.Note(conversation.Id, request.Items.Count > 0 ? $"{request.Items[0]["content"]}" : null);
            WriteObject(conversation);
        }
    }

    private ConversationRequest ToRequest()
    {
        try
        {
            return new ConversationRequest
            {
                Items = Item is null ? null : new HistoryReader(nameof(Item)).ReadItems(Item),
                Metadata = ((IDictionary?)Metadata)?.ToMap(nameof(Metadata)),
            };
        }
        catch (ArgumentException exception)
        {
            ThrowTerminatingError(Errors.BadArgument(exception.Message, Item));
            throw;
        }
    }
}
