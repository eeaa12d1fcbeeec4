using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using OpenAIStream.Loopback;
using Xunit;
using static OpenAIStream.Tests.Http.Setup;

namespace OpenAIStream.Tests.Streaming;

/// <summary>Threads with a context, streams that are not disposed, and cancellation while a stream is opened again.</summary>
public class UnattendedTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    /// <summary>A context with one thread, like a window: posted work runs there, and not while the thread waits.</summary>
    private sealed class WindowContext : SynchronizationContext
    {
        private readonly BlockingCollection<Action> _posted = [];

        public override void Post(SendOrPostCallback d, object? state) => _posted.Add(() => d(state));

        public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();
    }

    [Theory]
    [InlineData("create")]
    [InlineData("stream")]
    [InlineData("reopen")]
    public async Task A_blocking_call_waits_for_a_token_provider_that_captures_the_context(string call)
    {
        await using var server = await LoopbackServer.StartAsync();
        const string Created = """{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","status":"in_progress","output":[]}}""";
        const string Completed = """{"type":"response.completed","sequence_number":1,"response":{"id":"resp_1","status":"completed","output":[]}}""";
        server.Enqueue(call == "create" ? Reply.Json(200, """{"id":"resp_1","object":"response","status":"completed","output":[]}""") : Reply.Sse(Created).Cut());
        server.Default = Reply.Sse(Completed);
        using var client = Client(server.Http1, options => options.Credential = ApiCredential.FromTokens(async stop =>
        {
            await Task.Delay(1, stop); // returns to the context in which it was called
            return Key;
        }));

        var done = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var window = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new WindowContext());
            try
            {
                var request = new ResponseRequest { Input = "hi", Background = call == "reopen" };
                if (call == "create")
                {
                    done.SetResult(client.Responses.Create(request).Id);
                    return;
                }

                using var stream = client.Responses.CreateStreaming(request);
                done.SetResult(call == "stream" ? stream.MoveNext() ? stream.Current.Type : null : stream.ToBlockingEnumerable().Last().Type);
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        })
        { IsBackground = true };
        window.Start();
        string expected = call switch { "create" => "resp_1", "stream" => "response.created", _ => "response.completed" };
        Assert.Equal(expected, await done.Task.WaitAsync(Soon, TestStop));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_that_is_not_disposed_is_closed_by_garbage_collection(bool withToken)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Default = Reply.Sse(Hello).Stall();
        using var client = Client(server.Http1);
        using var longLived = new CancellationTokenSource();
        Abandon(client, withToken ? longLived.Token : default);
        var gone = server.WaitForClientGone(0, Soon);
        for (int i = 0; i < 200 && !gone.IsCompleted; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.WhenAny(gone, Task.Delay(20, TestStop));
        }

        Assert.True(gone.IsCompletedSuccessfully, "the server still holds the connection after 200 collections");
    }

    /// <summary>Waits forever; only the call's token refers to the wait.</summary>
    private sealed class Silent(bool hasHeaders) : HttpMessageHandler
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!hasHeaders)
            {
                Asked.SetResult();
                return Never<HttpResponseMessage>(cancellationToken);
            }

            var response = new HttpResponseMessage { Content = new StreamContent(new SilentBody(Asked)) };
            response.Content.Headers.ContentType = new("text/event-stream");
            return Task.FromResult(response);
        }

        private sealed class SilentBody(TaskCompletionSource asked) : MemoryStream
        {
            public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
            {
                asked.TrySetResult();
                return Never<int>(cancellationToken);
            }

            public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            {
                asked.TrySetResult();
                return new ValueTask<int>(Never<int>(cancellationToken));
            }
        }

        private static async Task<T> Never<T>(CancellationToken stop)
        {
            await Task.Delay(Timeout.Infinite, stop);
            throw new InvalidOperationException();
        }
    }

    [Theory]
    [InlineData("token provider")]
    [InlineData("headers")]
    [InlineData("read")]
    public async Task A_waiting_call_is_not_garbage_collected_when_only_its_tokens_refer_to_it(string phase)
    {
        var handler = new Silent(hasHeaders: phase == "read");
        var asked = handler.Asked;
        var client = Client(new Uri("http://127.0.0.1:1/"), options =>
        {
            options.Handler = handler;
            options.OperationTimeout = Timeout.InfiniteTimeSpan;
            options.ConnectionTimeout = Timeout.InfiniteTimeSpan;
            options.Credential = phase != "token provider" ? options.Credential : ApiCredential.FromTokens(_ =>
            {
                asked.SetResult();
                return new TaskCompletionSource<string>().Task;
            });
        });
        var ended = Begin(client);
        await asked.Task.WaitAsync(Soon, TestStop);
        for (int i = 0; i < 5; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        client.Dispose();
        Assert.IsType<ObjectDisposedException>(await ended.WaitAsync(Soon, TestStop));
    }

    // The waiting code holds a promise, and the promise does not hold the work.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task<Exception?> Begin(OpenAIClient client)
    {
        var promise = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = Task.Run(async () => promise.SetResult(await Record.ExceptionAsync(async () =>
        {
            var stream = await client.Completions.CreateStreamingAsync(Ask);
            await stream.MoveNextAsync();
        })));
        return promise.Task;
    }

    [Theory]
    [InlineData("token")]
    [InlineData("dispose")]
    [InlineData("client")]
    public async Task A_stop_takes_effect_while_a_stream_is_opened_again(string how)
    {
        await using var server = await LoopbackServer.StartAsync();
        server.Enqueue(Reply.Sse("""{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","status":"in_progress","output":[]}}""").Cut());
        server.Default = new Reply().Stall();
        var client = Client(server.Http1);
        using var stop = new CancellationTokenSource();
        var stream = await client.Responses.CreateStreamingAsync(new ResponseRequest { Input = "hi", Background = true }, cancellationToken: TestStop);
        var reader = stream.GetAsyncEnumerator(stop.Token);
        Assert.True(await reader.MoveNextAsync());
        var waiting = reader.MoveNextAsync().AsTask();
        await server.WaitForRequest(1, Soon); // the stream is being opened again, and the server is silent
        long at = System.Diagnostics.Stopwatch.GetTimestamp();
        switch (how)
        {
            case "token":
                await stop.CancelAsync();
                break;
            case "dispose":
                stream.Dispose();
                break;
            default:
                client.Dispose();
                break;
        }

        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => waiting.WaitAsync(Soon, TestStop));
        double took = System.Diagnostics.Stopwatch.GetElapsedTime(at).TotalMilliseconds;
        Assert.True(how == "token" ? thrown is OperationCanceledException : thrown is ObjectDisposedException, thrown.ToString());
        Assert.True(took < 1000, $"heard after {took:0} ms"); // 100 ms on a machine that is not busy; the operation timeout is 600 s
        await server.WaitForClientGone(1, Soon);
        client.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Abandon(OpenAIClient client, CancellationToken token)
    {
        var stream = client.Completions.CreateStreaming(Ask, cancellationToken: token);
        Assert.True(stream.MoveNext());
    }
}
