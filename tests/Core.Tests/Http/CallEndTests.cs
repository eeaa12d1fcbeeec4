using System.Net;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Http;

/// <summary>Which reason is reported when a call ends for several, and what its end releases.</summary>
public class CallEndTests
{
    private static readonly TimeSpan Operation = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Total = TimeSpan.FromSeconds(10);

    /// <summary>A reason, a second one, and the one that is reported: the first, unless it would have ended only the attempt.</summary>
    public static TheoryData<string, string, string> Pairs => new()
    {
        { "operation", "none", "operation" },
        { "operation", "total", "total" },
        { "operation", "caller", "caller" },
        { "operation", "client", "client" },
        { "total", "none", "total" },
        { "total", "operation", "total" },
        { "total", "caller", "total" },
        { "total", "client", "total" },
        { "caller", "none", "caller" },
        { "caller", "operation", "caller" },
        { "caller", "total", "caller" },
        { "caller", "client", "caller" },
        { "client", "none", "client" },
        { "client", "operation", "client" },
        { "client", "total", "client" },
        { "client", "caller", "client" },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task The_first_of_two_reasons_is_reported_unless_it_ends_only_the_attempt(string first, string second, string told)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = new Reply().Stall();
        var clock = new RetryClock();
        using var stop = new CancellationTokenSource();
        OpenAIClient? client = null;
        client = Client(server.Http1, options =>
        {
            options.TimeProvider = clock;
            options.MaximumRetryCount = 0;
            options.ConnectionTimeout = Timeout.InfiniteTimeSpan; // on .NET Framework it uses the same clock
            options.OperationTimeout = first == "operation" ? Operation : Operation + Total;
            options.TotalTimeout = first == "operation" ? Operation + Total : Total;
            options.Proxy = new AskedProxy(() =>
            {
                End(first);
                End(second);
            });
        });

        // The handler asks for the proxy while it sends, so both reasons exist before it can end.
        var error = await Record.ExceptionAsync(() => client.Completions.CreateAsync(Ask, null, stop.Token).WaitAsync(TimeSpan.FromSeconds(10), TestStop));

        Assert.Equal(told, error switch
        {
            ApiTimeoutException { Timeout: TimeoutKind.Operation } => "operation",
            ApiTimeoutException { Timeout: TimeoutKind.Total } => "total",
            OperationCanceledException { Message: "The call was canceled." } canceled when canceled.CancellationToken == stop.Token => "caller",
            ObjectDisposedException { ObjectName: "", Message: "The client was disposed during the call." } => "client",
            _ => $"{error}",
        });

        void End(string reason)
        {
            switch (reason)
            {
                case "operation" or "total":
                    clock.Advance(Operation); // as long as the total timeout
                    break;
                case "caller":
                    stop.Cancel();
                    break;
                case "client":
                    client!.Dispose();
                    break;
                default:
                    break;
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_disposed_stream_says_so_whether_it_was_canceled_before_or_after(bool isCanceledFirst)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello).Stall();
        using var stop = new CancellationTokenSource();
        using var client = Client(server.Http1);
        var stream = await client.Completions.CreateStreamingAsync(Ask, null, stop.Token);
        Assert.True(await stream.MoveNextAsync());
        Action[] ends = isCanceledFirst ? [stop.Cancel, stream.Dispose] : [stream.Dispose, stop.Cancel];
        Array.ForEach(ends, end => end());

        var error = await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.MoveNextAsync().AsTask());
        Assert.Equal("SseStream", error.ObjectName);
        Assert.False(stream.IsComplete);
    }

    [Theory]
    [InlineData("read to the end")]
    [InlineData("left after a chunk")]
    [InlineData("failed")]
    [InlineData("refused")]
    [InlineData("whole")]
    [InlineData("bytes")]
    public async Task Neither_the_tokens_nor_the_client_keep_a_finished_call_alive(string how)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = how switch
        {
            "read to the end" => Reply.Sse(Hello, "[DONE]"),
            "failed" => Reply.Sse(Hello, "{"),
            "refused" => Reply.Json(400, "{}"),
            "whole" => Reply.Json(200, """{"choices":[]}"""),
            "bytes" => new Reply().Header("Content-Type", "audio/mpeg").Send("abc"),
            _ => Reply.Sse(Hello).Stall(),
        };
        var clock = new OwnedTimers();
        using var client = Client(server.Http1, options => (options.TimeProvider, options.TotalTimeout) = (clock, TimeSpan.FromHours(1)));
        using var caller = new CancellationTokenSource();
        using var reader = new CancellationTokenSource();

        await CallAsync(client, how, caller.Token, reader.Token);

        Assert.NotEmpty(clock.Owners);
        await Until(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return !clock.Owners.Exists(owner => owner.IsAlive);
        }, "what the call's timers were made for was collected");
        GC.KeepAlive(caller);
        GC.KeepAlive(reader);
        GC.KeepAlive(client);
    }

    private static async Task CallAsync(OpenAIClient client, string how, CancellationToken caller, CancellationToken reader)
    {
        await Record.ExceptionAsync(async () =>
        {
            if (how == "whole")
            {
                await client.Completions.CreateAsync(Ask, null, caller);
                return;
            }

            if (how == "bytes")
            {
                using var audio = await client.Audio.CreateSpeechAsync(new() { Input = "hi", Voice = "alloy" }, null, caller);
                await audio.CopyToAsync(Stream.Null, reader);
                return;
            }

            await using var stream = await client.Completions.CreateStreamingAsync(Ask, null, caller);
            await foreach (var _ in stream.WithCancellation(reader))
            {
                if (how == "left after a chunk")
                {
                    break;
                }
            }
        });
    }

    /// <summary>A clock that remembers what each timer was created for, without keeping it alive.</summary>
    private sealed class OwnedTimers : TimeProvider
    {
        private readonly List<WeakReference> _owners = [];

        public List<WeakReference> Owners
        {
            get
            {
                lock (_owners)
                {
                    return [.. _owners];
                }
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            lock (_owners)
            {
                _owners.Add(new WeakReference(state ?? callback.Target));
            }

            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    /// <summary>Not a proxy, but a hook that runs in the test while a request is sent.</summary>
    private sealed class AskedProxy(Action asked) : IWebProxy
    {
        private int _count;

        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination)
        {
            if (Interlocked.Increment(ref _count) == 1)
            {
                asked();
            }

            return null;
        }

        public bool IsBypassed(Uri host) => GetProxy(host) is null;
    }
}
