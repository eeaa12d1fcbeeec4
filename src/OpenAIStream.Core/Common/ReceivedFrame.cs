namespace OpenAIStream;

/// <summary>What one read of a WebSocket brought.</summary>
internal readonly record struct ReceivedFrame(int Count, bool IsEnd, bool IsClose);
