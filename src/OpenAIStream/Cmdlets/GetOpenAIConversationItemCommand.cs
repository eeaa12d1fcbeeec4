using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Gets the items of conversations.</summary>
[Cmdlet(VerbsCommon.Get, "OpenAIConversationItem", SupportsShouldProcess = true)]
[OutputType(typeof(ResponseItem))]
public sealed class GetOpenAIConversationItemCommand : ConversationIdCmdlet
{
    /// <summary>How many items are wanted. Without it: all of them.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    /// <summary>The newest item comes first, instead of the oldest.</summary>
    [Parameter]
    public SwitchParameter Descending { get; set; }

    /// <summary>What to include in the items besides, such as <c>message.input_image.image_url</c>.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ResponseIncludeCompleter))]
    [WordTransformation(typeof(ResponseIncludeCompleter))]
    public string[]? Include { get; set; }

    private protected override void Answer(string id) =>
        WriteItems((query, options, stop) => Target.Client.Conversations.ListItemsAsync(id, query, options, stop), First, Descending, Include);
}
