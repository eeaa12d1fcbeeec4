namespace OpenAIStream;

/// <summary>Per-call overrides of the client's options.</summary>
public sealed class RequestOptions
{
    /// <summary>Headers of this call alone; they win over the client's.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Query parameters of this call alone.</summary>
    public IDictionary<string, string> Query { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Query parameters of this call alone whose name may occur several times. They follow those in <see cref="Query"/>.</summary>
    public IList<KeyValuePair<string, string>> RepeatedQuery { get; } = [];

    /// <summary>Leaves a background response's stream that breaks as it is, instead of going on with it.</summary>
    public bool NoResume { get; set; }

    /// <summary>
    /// Told of what happens with the call: sending, waiting before a retry, the response. It is called on the thread
    /// where it happens and must return at once.
    /// </summary>
    public Action<CallEvent>? OnEvent { get; set; }

    /// <summary>Shared by calls that slow down together: a 429 that one of them receives pauses all of them. Null, the default, pauses that call alone.</summary>
    public RateGate? Gate { get; set; }
}
