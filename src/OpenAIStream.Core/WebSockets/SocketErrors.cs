using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>Translates the errors of a socket into what HTTP would have returned.</summary>
internal static class SocketErrors
{
    /// <summary>How the server closed a socket; null if it did so normally.</summary>
    public static Exception? OfClose(FrameSocket socket) =>
        socket.CloseCode is int code and not 1000 ? new SocketClosedException(code, socket.CloseReason) : null;

    /// <summary>Whether an error says that the server does not support lanes.</summary>
    public static bool IsOfLanes(JsonModel error) =>
        CodeOf(error) is "invalid_stream_id" || Field(error, "param") is "stream_id"
        || (CodeOf(error) is "unknown_parameter" && Field(error, "message") is string message && message.Contains("stream_id"));

    /// <summary>Whether an error says that the socket takes no more requests or lanes; another socket does.</summary>
    public static bool IsOfSocket(JsonModel error) =>
        CodeOf(error) is "websocket_connection_limit_reached" or "websocket_stream_limit_reached";

    /// <summary>The error in a frame; null if it is not an error.</summary>
    public static JsonModel? Read(byte[] frame)
    {
        try
        {
            return JsonTokenReader.ParseFirst(Encoding.UTF8.GetString(frame)) as JsonModel;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The HTTP response that corresponds to an error frame; null if its status is unknown.</summary>
    public static HttpResponseMessage? ToResponse(JsonModel error, byte[] frame)
    {
        if (StatusOf(error) is not int status)
        {
            return null;
        }

        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent(frame) };
        response.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        if ((Field(error, "headers") ?? error.Find("headers")) is JsonModel headers)
        {
            foreach (string name in headers.GetFieldNames())
            {
                response.Headers.TryAddWithoutValidation(name, Convert.ToString(headers[name], CultureInfo.InvariantCulture));
            }
        }

        return response;
    }

    private static int? StatusOf(JsonModel error)
    {
        if ((error.Find("status") ?? error.Find("status_code") ?? Field(error, "status")) is long and >= 400 and < 600 and var told)
        {
            return (int)told;
        }

        return (CodeOf(error), Field(error, "type")) switch
        {
            ("previous_response_not_found" or "invalid_stream_id" or "websocket_stream_limit_reached" or "websocket_connection_limit_reached", _) => 400,
            ("rate_limit_exceeded" or "slow_down" or "insufficient_quota", _) => 429,
            ("server_is_overloaded", _) => 503,
            (_, "invalid_request_error") => 400,
            (_, "authentication_error") => 401,
            (_, "server_error") => 500,
            _ => null,
        };
    }

    private static string? CodeOf(JsonModel error) => Field(error, "code") as string;

    /// <summary>A field of the error. The error is the frame's field <c>error</c>, or the frame itself.</summary>
    private static object? Field(JsonModel error, string name) => (error.Find("error") as JsonModel ?? error).Find(name);
}
