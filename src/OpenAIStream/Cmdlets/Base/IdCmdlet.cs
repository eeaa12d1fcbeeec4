namespace OpenAIStream;

/// <summary>A cmdlet about things that the service keeps, each by its id.</summary>
public abstract class IdCmdlet : InputCmdlet
{
    private string _current = "";

    /// <summary>The ids.</summary>
    public abstract string[] Id { get; set; }

    /// <summary>The id that is at hand.</summary>
    private protected override object? Input => _current;

    private protected override bool IsOneOfSeveral => base.IsOneOfSeveral || Id.Length > 1;

    private protected override int? InputCount => MyInvocation.ExpectingInput ? null : Id.Length;

    /// <summary>What to do where the service does not know an id.</summary>
    private protected abstract string NotFound { get; }

    /// <summary>Does with one of them what the cmdlet is for.</summary>
    private protected abstract void Answer(string id);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string id in Id)
        {
            _current = id;
            AnswerInput();
        }
    }

    private protected override void Answer() => Answer(_current);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        EndInputs();
        HideBar();
    }

    private protected override string? Advice(ApiException exception) => exception is NotFoundException ? NotFound : base.Advice(exception);

    /// <summary>Sends a request, if it may be sent, and waits for the answer. False when there is none.</summary>
    private protected bool Ask<T>(Func<RequestOptions, CancellationToken, Task<T>> start, out T answer)
    {
        answer = default!;
        return MaySend(options => start(options, Stop), target: Input) && Send(start, out answer);
    }

    /// <summary>The same for a request that need not be asked about.</summary>
    private protected bool Send<T>(Func<RequestOptions, CancellationToken, Task<T>> start, out T answer)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var progress = NewProgress();
        return Try(() => Await(start, stop, progress), Input, out answer);
    }

    /// <summary>A request whose answer says nothing.</summary>
    private protected static async Task<bool> Done(Task request)
    {
        await request.ConfigureAwait(false);
        return true;
    }

    /// <summary>Writes items page by page.</summary>
    /// <param name="list">Asks for a page.</param>
    /// <param name="first">How many items are wanted; null for all.</param>
    /// <param name="isDescending">Whether the newest comes first.</param>
    /// <param name="include">What to include besides.</param>
    private protected void WriteItems(
        Func<ResponseItemQuery, RequestOptions, CancellationToken, Task<ResponseItemPage>> list, int? first, bool isDescending, string[]? include)
    {
        const int LargestPage = 100;
        var query = new ResponseItemQuery { OldestFirst = !isDescending, Include = include ?? [] };
        int left = first ?? int.MaxValue;
        query.Limit = Math.Min(LargestPage, left);
        bool isThere = Ask((options, stop) => list(query, options, stop), out var page);
        while (isThere)
        {
            WriteObject(page.Data.Take(left), enumerateCollection: true);
            left -= page.Data.Count;
            if (left <= 0 || !page.HasMore || (page.LastId ?? (page.Data.Count > 0 ? page.Data[page.Data.Count - 1].Id : null)) is not string last || last == query.After)
            {
                return;
            }

            query.After = last;
            query.Limit = Math.Min(LargestPage, left);
            isThere = Send((options, stop) => list(query, options, stop), out page);
        }
    }
}
