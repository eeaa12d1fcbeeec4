namespace OpenAIStream;

/// <summary>The events that can be the last one of a response.</summary>
internal static class ResponseEnd
{
    /// <summary>The status of a response whose last event has this type; null for every other event.</summary>
    public static string? Status(string? type) => type switch
    {
        "response.completed" or "response.done" => "completed",
        "response.incomplete" => "incomplete",
        "response.cancelled" => "cancelled",
        "response.failed" => "failed",
        _ => null,
    };
}
