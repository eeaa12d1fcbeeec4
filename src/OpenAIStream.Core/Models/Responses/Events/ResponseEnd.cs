namespace OpenAIStream;

/// <summary>The events that are a response's last one.</summary>
internal static class ResponseEnd
{
    /// <summary>The status of a response whose last event is of this type; null for every other event.</summary>
    public static string? Status(string? type) => type switch
    {
        "response.completed" or "response.done" => "completed",
        "response.incomplete" => "incomplete",
        "response.cancelled" => "cancelled",
        "response.failed" => "failed",
        _ => null,
    };
}
