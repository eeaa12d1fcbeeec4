using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OpenAIStream.Loopback;

/// <summary>Controls a server from another process: JSON over HTTP on its own port.</summary>
internal sealed class ControlApi : IAsyncDisposable
{
    private readonly LoopbackServer _server;
    private readonly WebApplication _host;
    private readonly TaskCompletionSource _stopAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ListenOptions? _endpoint;

    private ControlApi(LoopbackServer server)
    {
        _server = server;
        _host = QuietHost.Build(options => options.Listen(IPAddress.Loopback, 0, endpoint => _endpoint = endpoint));
        MapOrders();
        MapQuestions();
    }

    public Uri Address => new($"http://127.0.0.1:{_endpoint!.IPEndPoint!.Port}/");

    /// <summary>Completes after <c>POST stop</c> has been answered.</summary>
    public Task StopAsked => _stopAsked.Task;

    public static async Task<ControlApi> StartAsync(LoopbackServer server)
    {
        var control = new ControlApi(server);
        await control._host.StartAsync();
        return control;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await _host.DisposeAsync();
    }

    private void MapOrders()
    {
        _host.MapPost("/replies", (HttpRequest request) => FollowAsync(request, json => _server.Enqueue(ReplyJson.ParseAll(json))));
        _host.MapPost("/default", (HttpRequest request) => FollowAsync(request, json => _server.Default = ReplyJson.ParseOne(json)));
        _host.MapPost("/limits", (HttpRequest request) => FollowAsync(request, json => _server.Limits = RateLimiter.Parse(json)));
        _host.MapPost("/batches", (HttpRequest request) => FollowAsync(request, json => _server.Batches = BatchService.Parse(json)));
        _host.MapPost("/sockets/{support}", (HttpRequest request, SocketSupport support) => FollowAsync(request, _ => _server.Sockets = support));
        _host.MapPost("/forget", (HttpRequest request) => FollowAsync(request, _ => _server.IsForgetful = true));
        _host.MapPost("/clear", (HttpRequest request) => FollowAsync(request, _ => _server.Clear()));
        _host.MapPost("/signal/{name}", (HttpRequest request, string name) => FollowAsync(request, _ => _server.Signal(name)));
        _host.MapPost("/stop", (HttpResponse response) =>
        {
            response.OnCompleted(() => Task.FromResult(_stopAsked.TrySetResult()));
            return Results.Ok(new { Ok = true });
        });
    }

    private void MapQuestions()
    {
        _host.MapGet("/requests", () => _server.Requests.Select(ControlJson.Request));
        _host.MapGet("/requests/{index:int}/received", ReceivedAsync);
        _host.MapGet("/requests/{index:int}/gone", GoneAsync);
        _host.MapGet("/limits", () => new { _server.Limits?.Admitted, _server.Limits?.Refused, _server.Limits?.AdmittedTokens });
        _host.MapGet("/files", () => (_server.Batches?.Files ?? Enumerable.Empty<string>().ToLookup(static id => id)).SelectMany(static file => file.Select(id => new { file.Key, Id = id })));
        _host.MapGet("/files/{id}", (string id) => _server.Batches?.ContentOf(id));
        _host.MapGet("/stats", () => new { Connections = _server.ConnectionCount, Open = _server.OpenConnections, Sockets = _server.SocketCount });
    }

    private static async Task<IResult> FollowAsync(HttpRequest request, Action<string> order)
    {
        using var reader = new StreamReader(request.Body);
        string json = await reader.ReadToEndAsync();
        try
        {
            order(json);
            return Results.Ok(new { Ok = true });
        }
        catch (BadScriptException e)
        {
            return Results.Text(ControlJson.Error(e.Message), "application/json", statusCode: 400);
        }
    }

    private async Task<object> ReceivedAsync(int index, int timeoutMs = 5000)
    {
        try
        {
            var request = await _server.WaitForRequest(index, TimeSpan.FromMilliseconds(timeoutMs));
            return new { Received = true, At = request.ReceivedAt.UnixMilliseconds, Request = ControlJson.Request(request) };
        }
        catch (TimeoutException e)
        {
            return new { Received = false, e.Message };
        }
    }

    private async Task<object> GoneAsync(int index, int timeoutMs = 5000)
    {
        try
        {
            var at = await _server.WaitForClientGone(index, TimeSpan.FromMilliseconds(timeoutMs));
            return ControlJson.Gone(_server.Requests[index], at);
        }
        catch (TimeoutException e)
        {
            return new { Gone = false, e.Message };
        }
    }
}
