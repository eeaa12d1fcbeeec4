using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace OpenAIStream.Tests.Http;

/// <summary>The usual setup of tests of the client.</summary>
internal static class Setup
{
    public const string Key = "sk-test-0123456789abcdef";

    /// <summary>A chunk that is not the last.</summary>
    public const string Hello = """{"id":"c1","choices":[{"index":0,"text":"Hello","finish_reason":null}]}""";

    /// <summary>The chunk with the finish reason.</summary>
    public const string Stop = """{"id":"c1","choices":[{"index":0,"text":"","finish_reason":"stop"}]}""";

    public static readonly Version Http2 = new(2, 0);

    public static CancellationToken TestStop => TestContext.Current.CancellationToken;

    public static CompletionRequest Ask => new() { Prompt = "hi" };

    public static OpenAIClient Client(Uri address, Action<OpenAIClientOptions>? set = null)
    {
        var options = new OpenAIClientOptions { BaseAddress = address, Credential = ApiCredential.FromKey(Key), SkipCertificateCheck = address.Scheme == "https" };
        set?.Invoke(options);
        return new OpenAIClient(options);
    }

    /// <summary>Waits for something that takes milliseconds; otherwise fails with a description of it.</summary>
    public static async Task Until(Func<bool> condition, string what)
    {
        for (int i = 0; i < 1000; i++)
        {
            if (condition())
            {
                return;
            }

            await Task.Delay(5, TestStop);
        }

        Assert.Fail($"Waited 5 s in vain until {what}.");
    }
}

/// <summary>A clock that stands still, except that it skips the waits before retries.</summary>
internal sealed class RetryClock : FakeTimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> _waits = new();
    private TimeSpan? _announced;
    private int _looks;

    public RetryClock() : base(new DateTimeOffset(2023, 9, 29, 16, 26, 37, TimeSpan.Zero))
    {
    }

    /// <summary>The announced waits so far.</summary>
    public IReadOnlyList<double> WaitSeconds => [.. _waits.Select(wait => wait.TotalSeconds)];

    /// <summary>How often the clock was read: each wait for the server starts with that.</summary>
    public int Looks => Volatile.Read(ref _looks);

    /// <summary>Options for a call whose retry waits are skipped.</summary>
    public RequestOptions Skipping() => new()
    {
        OnEvent = callEvent =>
        {
            if (((callEvent as RetryWaiting)?.Delay ?? (callEvent as ResponsePending)?.Delay) is TimeSpan delay)
            {
                _waits.Enqueue(delay);
                _announced = delay;
            }
        },
    };

    /// <summary>Advances the clock until a call has ended: data that has just arrived may have restarted the operation timeout.</summary>
    public async Task AdvanceUntilAsync(Task call, TimeSpan step)
    {
        for (int i = 0; i < 100 && !call.IsCompleted; i++)
        {
            Advance(step);
            await Task.WhenAny(call, Task.Delay(20, Setup.TestStop));
        }
    }

    public override long GetTimestamp()
    {
        Interlocked.Increment(ref _looks);
        return base.GetTimestamp();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (_announced is TimeSpan announced && (dueTime - announced).Duration() < TimeSpan.FromMilliseconds(1))
        {
            _announced = null; // a delay is rounded to milliseconds
            ThreadPool.QueueUserWorkItem(_ => Advance(dueTime));
        }

        return timer;
    }
}
