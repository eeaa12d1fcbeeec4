using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace OpenAIStream.Loopback;

/// <summary>
/// Plays a reply onto a socket: each event of an event stream is a frame, a status an error frame, a whole response its first
/// and its last event. A reply that ends before the response does closes the socket in order.
/// </summary>
internal sealed class SocketPlayer(HttpContext context, SocketWire wire, RecordedRequest request, Signals signals, string? lane)
{
    private readonly SseReader _events = new();
    private readonly StringBuilder _body = new(); // of what is no event stream
    private bool _isOver;

    public async Task PlayAsync(Reply reply, CancellationToken stop)
    {
        try
        {
            bool isStream = reply.StatusCode == 200 && reply.Headers.Any(static header => header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase) && header.Value.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase));
            foreach (var step in reply.Steps)
            {
                stop.ThrowIfCancellationRequested();
                await PlayAsync(step, isStream, stop);
                if (request.Completed)
                {
                    return;
                }
            }

            if (!isStream && (reply.StatusCode != 200 || _body.Length > 0))
            {
                await SendWholeAsync(reply, stop);
            }

            request.Complete();
            if (!_isOver)
            {
                await wire.WriteAsync(SocketWire.CloseFrame(1000, ""), stop);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The client has gone, or the server stops.
        }
    }

    private async Task PlayAsync(Step step, bool isStream, CancellationToken stop)
    {
        switch (step)
        {
            case SendStep send when isStream:
                await SendEventsAsync(send, stop);
                break;
            case SendStep send:
                _body.Append(Encoding.UTF8.GetString(send.Bytes));
                break;
            case WireStep bytes:
                request.HeadersSentAt ??= Moment.Now();
                await wire.WriteAsync(bytes.Bytes, stop);
                request.AddBytesSent(bytes.Bytes.Length);
                _isOver |= bytes.IsOver;
                break;
            case DelayStep delay:
                await Task.Delay(delay.Milliseconds, stop);
                break;
            case WaitForStep wait:
                await signals.WaitAsync(wait.Signal, stop);
                break;
            case StallStep:
                await Task.Delay(Timeout.Infinite, stop);
                break;
            case CutStep:
                request.Complete();
                Socket().Shutdown(SocketShutdown.Send);
                break;
            case ResetStep:
                request.Complete();
                Socket().LingerState = new LingerOption(true, 0);
                Socket().Close(0);
                context.Abort();
                break;
            case FlushStep or GoAwayStep:
                break;
            default:
                throw new InvalidOperationException($"No way to play {step} on a socket.");
        }
    }

    private async Task SendEventsAsync(SendStep send, CancellationToken stop)
    {
        int pieceBytes = send.PieceBytes > 0 ? send.PieceBytes : Math.Max(1, send.Bytes.Length);
        for (int at = 0; at < send.Bytes.Length; at += pieceBytes)
        {
            if (at > 0 && send.PauseMilliseconds > 0)
            {
                await Task.Delay(send.PauseMilliseconds, stop);
            }

            _events.Write(send.Bytes.AsSpan(at, Math.Min(pieceBytes, send.Bytes.Length - at)));
            while (_events.TryRead(out var found))
            {
                if (found.Data.Length > 0 && !found.Data.StartsWith("[DONE]", StringComparison.Ordinal))
                {
                    await SendAsync(found.Data, stop);
                }
            }
        }
    }

    private async Task SendWholeAsync(Reply reply, CancellationToken stop)
    {
        string body = _body.ToString();
        var json = Parse(body);
        if (reply.StatusCode != 200)
        {
            var error = json?["error"] as JsonObject ?? new JsonObject { ["message"] = json?["error"]?.ToString() ?? body };
            error = (JsonObject)error.DeepClone();
            error["headers"] = new JsonObject(reply.Headers
                .Where(static header => !header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Select(static header => KeyValuePair.Create<string, JsonNode?>(header.Key, header.Value)));
            await SendAsync(new JsonObject { ["type"] = "error", ["status"] = reply.StatusCode, ["error"] = error }.ToJsonString(), stop);
        }
        else if (json?["output"] is not null || json?["object"]?.ToString() == "response")
        {
            var begun = (JsonObject)json!.DeepClone();
            begun["status"] = "in_progress";
            begun["output"] = new JsonArray();
            string status = json["status"]?.ToString() is ("incomplete" or "failed" or "cancelled") and var end ? end : "completed";
            await SendAsync(new JsonObject { ["type"] = "response.created", ["response"] = begun }.ToJsonString(), stop);
            await SendAsync($$"""{"type":"response.{{status}}","response":{{body}}}""", stop);
        }
        else if (json?["error"] is JsonNode error)
        {
            await SendAsync(new JsonObject { ["type"] = "error", ["error"] = error.DeepClone() }.ToJsonString(), stop);
        }
        else
        {
            await SendAsync(body, stop);
        }
    }

    private async Task SendAsync(string text, CancellationToken stop)
    {
        string sent = lane is null || !text.StartsWith('{') ? text : $$"""{"stream_id":"{{lane}}",{{text[1..]}}""";
        string? type = Parse(text)?["type"]?.ToString();
        _isOver |= type is "error" or "response.completed" or "response.done" or "response.incomplete" or "response.cancelled" or "response.failed";
        request.HeadersSentAt ??= Moment.Now();
        byte[] frame = SocketWire.Frame(SocketWire.Text, Encoding.UTF8.GetBytes(sent));
        await wire.WriteAsync(frame, stop);
        request.AddBytesSent(frame.Length);
    }

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private Socket Socket() => context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
}
