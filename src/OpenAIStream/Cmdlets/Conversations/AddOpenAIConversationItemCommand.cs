using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Adds items to a conversation that the service stores.</summary>
[Cmdlet(VerbsCommon.Add, "OpenAIConversationItem", SupportsShouldProcess = true)]
[OutputType(typeof(ResponseItem))]
public sealed class AddOpenAIConversationItemCommand : RequestCmdlet
{
    private const int MostAtOnce = 20; // the limit of the service

    private readonly List<JsonModel> _items = [];

    /// <summary>The id of the conversation, or the conversation.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("Id")]
    [ConversationIdTransformation]
    [ArgumentCompleter(typeof(ConversationIdCompleter))]
    public string ConversationId { get; set; } = "";

    /// <summary>The items to add: user text, messages, items, responses.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [Alias("Message")]
    public object[] Item { get; set; } = [];

    /// <summary>Writes the items as the service stores them.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override bool IsOneOfSeveral => false; // all of them belong to one conversation

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            _items.AddRange(new HistoryReader(nameof(Item)).ReadItems(Item));
        }
        catch (ArgumentException exception)
        {
            ThrowTerminatingError(Errors.BadArgument(exception.Message, Item));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        for (int at = 0; at < _items.Count; at += MostAtOnce)
        {
            Add([.. _items.Skip(at).Take(MostAtOnce)]);
        }
    }

    private void Add(JsonModel[] items)
    {
        if (Ask((options, stop) => Target.Client.Conversations.AddItemsAsync(ConversationId, items, options, stop), ConversationId, out var added) && PassThru)
        {
            WriteObject(added.Data, enumerateCollection: true);
        }
    }
}
