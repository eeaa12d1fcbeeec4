namespace OpenAIStream;

/// <summary>What a response should continue from: items to send again, after what only the service knows.</summary>
/// <param name="PreviousResponseId">The response before the items; null if the items are everything.</param>
/// <param name="Items">The items, each a <see cref="JsonModel"/>.</param>
internal sealed record ResponseHistory(string? PreviousResponseId, JsonModel[] Items)
{
    public static ResponseHistory None { get; } = new(null, []);

    /// <summary>Whether the service should have stored a response, so that its id is enough to continue from it.</summary>
    public static bool IsKept(Response response) =>
        !string.IsNullOrEmpty(response.Id) && response["store"] is not false && StreamSource.Of(response)?.Context?["store"] is not false;

    /// <summary>The conversation up to a response, including it. If it is unknown what was sent, the service has to know it.</summary>
    /// <exception cref="ArgumentException">It belongs to a conversation at the service.</exception>
    public static ResponseHistory Of(Response response)
    {
        var context = StreamSource.Of(response)?.Context;
        if (response.Conversation is not null || context?["conversation"] is not null)
        {
            throw new ArgumentException($"The response {response.Id} belongs to a conversation that the service stores. To continue it, use -Conversation, or pipe the response.");
        }

        bool isKept = IsKept(response);
        var output = isKept ? response.Output : Readable(response);
        return context is not null ? new(context["previous_response_id"] as string, [.. ToItems(context["input"]), .. output])
            : isKept ? new(response.Id, [])
            : new(null, [.. output]);
    }

    /// <summary>
    /// The conversation up to a response that the service keeps, and with it, in case that the service loses it. Null where its
    /// beginning is not known here, and for one that merely warmed up: what it has read is no part of what was said.
    /// </summary>
    public static object?[]? WholeOf(Response response) => StreamSource.Of(response) switch
    {
        _ when response.Output.Count == 0 => null,
        { Context: { } context } when context["conversation"] is not null => null,
        { Context: { } context } when context["previous_response_id"] is null => [.. ToItems(context["input"]), .. Readable(response)],
        { WholeInput: { } whole } => [.. whole, .. Readable(response)],
        _ => null,
    };

    /// <summary>The histories in order. A history that begins with those before it, like that of a later response, replaces them.</summary>
    /// <exception cref="ArgumentException">One continues from what only the service knows, but follows another one.</exception>
    public ResponseHistory With(ResponseHistory next)
    {
        if (next.PreviousResponseId == PreviousResponseId && next.Items.Length >= Items.Length
            && Items.Zip(next.Items, static (one, other) => one.ToJson() == other.ToJson()).All(static isSame => isSame))
        {
            return next;
        }

        return next.PreviousResponseId is null || (PreviousResponseId is null && Items.Length == 0)
            ? new(PreviousResponseId ?? next.PreviousResponseId, [.. Items, .. next.Items])
            : throw new ArgumentException($"-History contains a response after other items, but it continues from {next.PreviousResponseId}, which only the service knows. Specify only the last response.");
    }

    /// <summary>A response's output without the reasoning that nobody could read again.</summary>
    private static IEnumerable<ResponseItem> Readable(Response response) =>
        response.Output.Where(static item => item is not ResponseReasoningItem { EncryptedContent: null });

    private static JsonModel[] ToItems(object? input) => input switch
    {
        null => [],
        string text => [new JsonMap { ["role"] = "user", ["content"] = text }],
        Array items => [.. items.OfType<JsonModel>()],
        _ => [],
    };
}
