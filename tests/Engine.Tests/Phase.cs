using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using OpenAIStream.Loopback;
using Xunit;

namespace OpenAIStream.Tests.Engine;

/// <summary>The phase of a request when it is stopped, and when its server sees the client leave.</summary>
internal abstract class Phase : IAsyncDisposable
{
    protected static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    public abstract Uri Address { get; }

    /// <summary>Waits until the request is in this phase.</summary>
    public abstract Task Reached(Running running);

    /// <summary>When the client closed its connection; null in a phase without a connection.</summary>
    public abstract Task<Moment?> ClientGone();

    public abstract ValueTask DisposeAsync();

    public static async Task<Phase> Begin(string name) => name switch
    {
        "waiting for headers" => await ServerPhase.Begin(new Reply().Stall(), (server, _) => server.WaitForRequest(0, Long)),
        "the server silent in mid-stream" => await ServerPhase.Begin(Scripts.OneChunkThenSilence, (_, running) => running.FirstOutput),
        "between chunks" => await ServerPhase.Begin(Scripts.ChunksForAMinute, (_, running) => running.FirstOutput),
        "sleeping before a retry" => await ServerPhase.Begin(
            Reply.Json(429, "{}").Header("retry-after", "60"), (_, running) => running.FirstWarning, hasConnectionToClose: false),
        "connecting" => new ConnectingPhase(),
        "shaking hands" => new HandshakePhase(),
        _ => throw new ArgumentException($"No phase is called '{name}'."),
    };

    /// <summary>A request that has reached the server.</summary>
    private sealed class ServerPhase(LoopbackServer server, Func<LoopbackServer, Running, Task> reached, bool hasConnectionToClose) : Phase
    {
        public override Uri Address => server.Http1;

        public static async Task<Phase> Begin(Reply reply, Func<LoopbackServer, Running, Task> reached, bool hasConnectionToClose = true)
        {
            var server = await LoopbackServer.StartAsync();
            server.Enqueue(reply);
            return new ServerPhase(server, reached, hasConnectionToClose);
        }

        public override Task Reached(Running running) => reached(server, running);

        public override async Task<Moment?> ClientGone() => hasConnectionToClose ? await server.WaitForClientGone(0, Long) : null;

        public override ValueTask DisposeAsync() => server.DisposeAsync();
    }

    /// <summary>The queue of connections that nobody accepts is full: the next one hangs.</summary>
    private sealed class ConnectingPhase : Phase
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly List<Socket> _queued = [];

        public ConnectingPhase()
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen(1);
            Socket last;
            do
            {
                last = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                _queued.Add(last);
            }
            while (last.ConnectAsync(_listener.LocalEndPoint!).Wait(TimeSpan.FromMilliseconds(100)));
        }

        public override Uri Address => new($"http://{_listener.LocalEndPoint}/v1");

        public override Task Reached(Running running) => Until(() => Attempts() > 1);

        public override async Task<Moment?> ClientGone()
        {
            await Until(() => Attempts() <= 1);
            return Moment.Now();
        }

        public override ValueTask DisposeAsync()
        {
            _queued.ForEach(socket => socket.Dispose());
            _listener.Dispose();
            return ValueTask.CompletedTask;
        }

        /// <summary>Sockets that are waiting to connect: first our own filler, and then the client, whose address may be written as IPv6.</summary>
        private int Attempts() => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
            .Count(connection => connection.State == TcpState.SynSent && connection.RemoteEndPoint.Port == ((IPEndPoint)_listener.LocalEndPoint!).Port);

        private static async Task Until(Func<bool> isSo)
        {
            var began = Moment.Now();
            while (!isSo())
            {
                Assert.True(Moment.Now().Since(began) < Long, "It did not come to that.");
                await Task.Delay(5);
            }
        }
    }

    /// <summary>The connection is accepted, but TLS never starts on it.</summary>
    private sealed class HandshakePhase : Phase
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly TaskCompletionSource _hello = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Task<Moment> _gone;

        public HandshakePhase()
        {
            _listener.Start();
            _gone = Listen();
        }

        public override Uri Address => new($"https://{_listener.LocalEndpoint}/v1");

        public override Task Reached(Running running) => _hello.Task.WaitAsync(Long);

        public override async Task<Moment?> ClientGone() => await _gone.WaitAsync(Long);

        public override ValueTask DisposeAsync()
        {
            _listener.Dispose();
            return ValueTask.CompletedTask;
        }

        private async Task<Moment> Listen()
        {
            using var socket = await _listener.AcceptSocketAsync();
            byte[] buffer = new byte[4096];
            try
            {
                while (await socket.ReceiveAsync(buffer) > 0)
                {
                    _hello.TrySetResult();
                }
            }
            catch (SocketException)
            {
                // A reset counts as leaving, too.
            }

            return Moment.Now();
        }
    }
}
