namespace OpenAIStream;

/// <summary>One of the answers asked for with <c>n</c>.</summary>
public abstract class Choice : JsonModel
{
    /// <summary>Which answer this is, from 0.</summary>
    public int Index => GetInt32("index") ?? 0;

    /// <summary>Why the answer ended: stop, length, content_filter, tool_calls; null while it goes on.</summary>
    public string? FinishReason => GetString("finish_reason");

    /// <summary>What a person would read of it.</summary>
    public abstract string Text { get; }
}
