namespace OpenAIStream;

/// <summary>The response has reached a new state: created, queued, in progress, completed, failed, incomplete.</summary>
public sealed class ResponseLifecycleEvent : ResponseEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseLifecycleEvent>(
        static () => new(),
        ("response", OpenAIStream.Response.Shape));

    /// <summary>The current state of the response.</summary>
    public Response? Response => GetModel<Response>("response");
}
