using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace OpenAIStream.Loopback;

/// <summary>One open socket: each text that arrives is a request, whose reply is played beside those of the other lanes.</summary>
internal sealed class SocketSession(LoopbackServer server, HttpContext context, CancellationToken serverStop)
{
    private readonly Dictionary<string, Task> _lanes = []; // what plays last on each
    private readonly List<RecordedRequest> _requests = [];
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(serverStop);

    public static bool IsAsked(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } && context.Request.Headers.Upgrade == "websocket";

    public async Task RunAsync()
    {
        foreach (var header in server.NextHeaders(context.Request.Path))
        {
            context.Response.Headers.Append(header.Key, header.Value);
        }

        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers.SecWebSocketAccept = SocketKey.Accept(context.Request.Headers["Sec-WebSocket-Key"].ToString());
        await using var connection = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        var wire = new SocketWire(connection);
        try
        {
            await ReadAsync(wire);
        }
        finally
        {
            _requests.ForEach(static request => request.ClientLeft());
            await _stop.CancelAsync();
            await Task.WhenAll(_lanes.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(SocketWire wire)
    {
        using var message = new MemoryStream();
        while (await wire.ReadAsync(_stop.Token) is (int opcode, bool isLast, byte[] payload))
        {
            switch (opcode)
            {
                case SocketWire.Ping:
                    server.CountPing();
                    if (server.AnswersPings)
                    {
                        await wire.WriteAsync(SocketWire.Frame(SocketWire.Pong, payload), _stop.Token);
                    }

                    break;
                case SocketWire.Pong:
                    server.CountPong();
                    break;
                case SocketWire.Close:
                    server.SawClose(payload.Length < 2 ? 1005 : (payload[0] << 8) | payload[1]);
                    await wire.WriteAsync(SocketWire.Frame(SocketWire.Close, payload), _stop.Token);
                    return;
                default:
                    message.Write(payload);
                    if (isLast)
                    {
                        Answer(Encoding.UTF8.GetString(message.ToArray()), wire);
                        message.SetLength(0);
                    }

                    break;
            }
        }
    }

    private void Answer(string text, SocketWire wire)
    {
        var frame = JsonNode.Parse(text) as JsonObject;
        var (request, reply) = server.Take(context, text, isRequest: frame?["type"]?.ToString() != "response.steer");
        if (reply is null)
        {
            return; // the reply in progress records the outcome
        }

        _requests.Add(request);
        string? lane = frame?["stream_id"]?.GetValue<string>();
        bool isRefused = lane is not null && server.Sockets == SocketSupport.LanesRefused;
        var player = new SocketPlayer(context, wire, request, server.Signals, server.Sockets == SocketSupport.Lanes ? lane : null);
        var before = _lanes.GetValueOrDefault(lane ?? "", Task.CompletedTask);
        _lanes[lane ?? ""] = PlayAsync();

        async Task PlayAsync()
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await player.PlayAsync(isRefused ? LaneRefusal : reply, _stop.Token);
        }
    }

    private static readonly Reply LaneRefusal =
        Reply.Json(400, """{"error":{"type":"invalid_request_error","code":"unknown_parameter","message":"Unknown parameter: 'stream_id'.","param":"stream_id"}}""");
}
