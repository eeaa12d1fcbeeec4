namespace OpenAIStream.Loopback;

/// <summary>The queued replies. A request gets the first that matches it.</summary>
internal sealed class ReplyQueue
{
    private readonly Lock _gate = new();
    private readonly List<Reply> _replies = [];

    /// <summary>Used when none of the queued replies matches.</summary>
    public Reply? Default { get; set; }

    public void Add(IEnumerable<Reply> replies)
    {
        lock (_gate)
        {
            _replies.AddRange(replies);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _replies.Clear();
            Default = null;
        }
    }

    /// <summary>The reply that a request would get; null if none is scripted.</summary>
    public Reply? Next(string method, string pathAndQuery)
    {
        lock (_gate)
        {
            return _replies.Find(reply => reply.Matches(method, pathAndQuery)) ?? Default;
        }
    }

    /// <summary>Whether a reply is queued for a request; the default is none.</summary>
    public bool Has(string method, string pathAndQuery)
    {
        lock (_gate)
        {
            return _replies.Exists(reply => reply.Matches(method, pathAndQuery));
        }
    }

    public Reply Take(string method, string pathAndQuery)
    {
        lock (_gate)
        {
            int found = _replies.FindIndex(reply => reply.Matches(method, pathAndQuery));
            if (found < 0)
            {
                return Default ?? NotScripted(method, pathAndQuery);
            }

            var reply = _replies[found];
            if (reply.Uses > 1)
            {
                _replies[found] = reply.Times(reply.Uses - 1);
            }
            else
            {
                _replies.RemoveAt(found);
            }

            return reply;
        }
    }

    // Telling the client not to retry saves a test with a missing reply the whole back-off.
    private static Reply NotScripted(string method, string pathAndQuery) => Reply
        .Json(500, ControlJson.Error($"LoopbackServer: no reply was scripted for {method} {pathAndQuery}."))
        .Header("x-should-retry", "false");
}
