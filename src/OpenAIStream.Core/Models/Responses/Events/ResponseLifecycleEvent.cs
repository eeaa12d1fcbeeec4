namespace OpenAIStream;

/// <summary>The response as a whole has come a step further: created, queued, in progress, completed, failed, incomplete.</summary>
public sealed class ResponseLifecycleEvent : ResponseEvent
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseLifecycleEvent>(
        static () => new(),
        ("response", OpenAIStream.Response.Shape));

    /// <summary>The response as it is now.</summary>
    public Response? Response => GetModel<Response>("response");
}
