using System.Text.Encodings.Web;
using System.Text.Json;

namespace OpenAIStream.Loopback;

/// <summary>The answers of the control endpoint, as simple types that become camelCase JSON.</summary>
internal static class ControlJson
{
    // People read these errors: keep quotes readable.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An error in the API's own format.</summary>
    public static string Error(string message) =>
        JsonSerializer.Serialize(new { error = new { message, type = "loopback_server_error" } }, Readable);

    public static object Request(RecordedRequest request) => new
    {
        request.Index,
        request.Method,
        request.Path,
        request.Headers,
        request.Body,
        request.Form,
        request.Protocol,
        request.ConnectionId,
        ReceivedAt = request.ReceivedAt.UnixMilliseconds,
        HeadersSentAt = request.HeadersSentAt?.UnixMilliseconds,
        HeadersSentAfterMs = After(request, request.HeadersSentAt),
        request.Completed,
        ClientGoneAt = request.ClientGoneAt?.UnixMilliseconds,
        ClientGoneAfterMs = After(request, request.ClientGoneAt),
        request.BytesSent,
    };

    public static object Gone(RecordedRequest request, Moment at) => new
    {
        Gone = true,
        At = at.UnixMilliseconds,
        AfterMs = After(request, at),
    };

    private static double? After(RecordedRequest request, Moment? moment) => moment?.Since(request.ReceivedAt).TotalMilliseconds;
}
