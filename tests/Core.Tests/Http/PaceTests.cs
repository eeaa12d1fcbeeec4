using Microsoft.Extensions.Time.Testing;
using OpenAIStream.Loopback;
using Xunit;

namespace OpenAIStream.Tests.Http;

/// <summary>
/// Calls that share a gate use what a service allows, and hardly ever more. The tests use a service that enforces its
/// limits, many concurrent calls, and a clock that runs as fast as the test.
/// </summary>
public class PaceTests
{
    private const int Windows = 20;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    public static TheoryData<bool, bool, double, int> Services()
    {
        var services = new TheoryData<bool, bool, double, int>();
        foreach (bool fills in new[] { true, false })
        {
            foreach (bool isByTokens in new[] { true, false })
            {
                services.Add(fills, isByTokens, 0.05, 8);
                services.Add(fills, isByTokens, 2, 64);
                services.Add(fills, isByTokens, 20, 400);
            }
        }

        return services;
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void The_allowed_memory_is_used_and_hardly_exceeded(bool fills, bool isByTokens, double seconds, int atOnce)
    {
        // Requests of 100 to 900 tokens by our estimate, which the service counts as 30 % more.
        var run = new Run(new(isByTokens ? 100_000 : 500, isByTokens ? 200_000 : 100_000_000), fills, seconds, atOnce, counted: 1.3);
        run.For(Windows * Window);
        double allowed = isByTokens ? run.Limits.Tokens : run.Limits.Requests;
        double used = (isByTokens ? run.Server.AdmittedTokens : run.Server.Admitted) / (allowed * (fills ? Windows + 1 : Windows));
        double refused = (double)run.Server.Refused / (run.Server.Admitted + run.Server.Refused);
        Assert.True(used > 0.95 && refused < 0.01, FormattableString.Invariant($"used {used:P1}, refused {refused:P2} ({run.Server.Refused} requests)"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Times_in_whole_seconds_are_accepted(bool fills)
    {
        var run = new Run(new(500, 100_000_000), fills, 0.5, 32, counted: 1, plainSeconds: true);
        run.For(Windows * Window);
        double used = run.Server.Admitted / (500.0 * Windows);
        double refused = (double)run.Server.Refused / (run.Server.Admitted + run.Server.Refused);
        Assert.True(used > 0.95 && refused < 0.01, FormattableString.Invariant($"used {used:P1}, refused {refused:P2} ({run.Server.Refused} requests)"));
    }

    private sealed record Limit(long Requests, long Tokens);

    /// <summary>A run of endless prompts to a service.</summary>
    private sealed class Run
    {
        private readonly FakeTimeProvider _clock = new();
        private readonly Random _random = new(1);
        private readonly PriorityQueue<Action, double> _events = new();
        private readonly RateGate _gate;
        private readonly double _seconds;
        private readonly int _atOnce;
        private readonly double _counted;
        private readonly long _begun;
        private int _running;

        public Run(Limit limits, bool fills, double seconds, int atOnce, double counted, bool plainSeconds = false)
        {
            Limits = limits;
            _gate = new RateGate(_clock);
            _seconds = seconds;
            _atOnce = atOnce;
            _counted = counted;
            _begun = _clock.GetTimestamp();
            Server = new RateLimiter(limits.Requests, limits.Tokens, Window, fills, plainSeconds, _clock);
        }

        public Limit Limits { get; }

        public RateLimiter Server { get; }

        private double Now => _clock.GetElapsedTime(_begun).TotalSeconds;

        public void For(TimeSpan time)
        {
            int tokens = _random.Next(100, 900);
            while (Now < time.TotalSeconds)
            {
                double wait = double.MaxValue;
                while (_running < _atOnce && _gate.TryPass(tokens, out wait, out _) is { } pass)
                {
                    _running++;
                    int size = tokens;
                    After(Varied(0.02), () => Arrive(pass, (long)(size * _counted)));
                    tokens = _random.Next(100, 900);
                }

                double next = _running < _atOnce ? Now + wait : double.MaxValue;
                if (_events.TryPeek(out _, out double at) && at <= next)
                {
                    Advance(at);
                    _events.Dequeue()();
                }
                else
                {
                    Advance(next);
                }
            }
        }

        private void Arrive(RatePass pass, long tokens)
        {
            bool isAdmitted = Server.Take(tokens, out var headers);
            using var response = new HttpResponseMessage();
            foreach (var header in headers)
            {
                response.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }

            var told = RateLimits.Of(response.Headers);
            After(isAdmitted ? Varied(_seconds) : Varied(0.02), () =>
            {
                _running--;
                pass.Tell(told, !isAdmitted);
                if (!isAdmitted)
                {
                    _gate.Hold(TimeSpan.FromSeconds(0.5));
                }
            });
        }

        private double Varied(double seconds) => seconds * (0.5 + _random.NextDouble());

        private void After(double seconds, Action action) => _events.Enqueue(action, Now + seconds);

        private void Advance(double to)
        {
            var by = TimeSpan.FromSeconds(Math.Max(0, to - Now));
            _clock.Advance(by > TimeSpan.Zero ? by : TimeSpan.FromTicks(1));
        }
    }
}
