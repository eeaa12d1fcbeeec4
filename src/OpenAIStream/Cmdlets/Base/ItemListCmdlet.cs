using System.Management.Automation;

namespace OpenAIStream;

/// <summary>A cmdlet that lists the items of stored objects, page by page.</summary>
public abstract class ItemListCmdlet : IdCmdlet
{
    private const int LargestPage = 100;

    /// <summary>The number of items. Without it, all of them.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    /// <summary>Writes the newest item first, instead of the oldest.</summary>
    [Parameter]
    public SwitchParameter Descending { get; set; }

    /// <summary>Additional data to include in the items, such as <c>message.input_image.image_url</c>.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ResponseIncludeCompleter))]
    [WordTransformation(typeof(ResponseIncludeCompleter))]
    public string[]? Include { get; set; }

    /// <summary>Requests a page.</summary>
    private protected abstract Task<ListPage<ResponseItem>> ListAsync(
        string id, ResponseItemQuery query, ListPage<ResponseItem>? after, RequestOptions options, CancellationToken stop);

    private protected override void Answer(string id)
    {
        int left = First ?? int.MaxValue;
        if (!MaySend(options => ListAsync(id, NewQuery(left), null, options, Stop), target: id))
        {
            return;
        }

        foreach (var page in Pages<ResponseItem>((after, options, stop) => ListAsync(id, NewQuery(left), after, options, stop), id))
        {
            WriteObject(page.Data.Take(left), enumerateCollection: true);
            left -= page.Data.Count;
            if (left <= 0)
            {
                return;
            }
        }
    }

    private ResponseItemQuery NewQuery(int left) => new() { OldestFirst = !Descending, Include = Include ?? [], Limit = Math.Min(LargestPage, left) };
}
