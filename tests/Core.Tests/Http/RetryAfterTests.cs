using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace OpenAIStream.Tests.Http;

/// <summary>The table from openai-python's own tests: what a service may ask for, and the resulting wait.</summary>
public class RetryAfterTests
{
    private static readonly DateTimeOffset Now = new(2023, 9, 29, 16, 26, 37, TimeSpan.Zero);

    // Header value, the wait in seconds (without jitter), and whether there is a retry.
    public static TheoryData<string, string, double, bool> Table => new()
    {
        { "retry-after", "20", 20, true },
        { "retry-after", "0", 0.5, true },
        { "retry-after", "-10", 0.5, true },
        { "retry-after", "-1e34", 0.5, true },
        { "retry-after", "60", 60, true },
        { "retry-after", "61", 61, true },
        { "retry-after", "120", 120, true },
        { "retry-after", "121", 0.5, false },
        { "retry-after", "0.25", 0.25, true },
        { "retry-after", "10000000000000000000000000000000000", 0.5, false },
        { "retry-after", "Infinity", 0.5, false },
        { "retry-after", "inf", 0.5, true },
        { "retry-after", "nan", 0.5, true },
        { "retry-after", "", 0.5, true },
        { "retry-after", "soon", 0.5, true },
        { "retry-after", "Fri, 29 Sep 2023 16:26:57 GMT", 20, true },
        { "retry-after", "Fri, 29 Sep 2023 16:26:37 GMT", 0.5, true },
        { "retry-after", "Fri, 29 Sep 2023 16:26:27 GMT", 0.5, true },
        { "retry-after", "Fri, 29 Sep 2023 16:27:37 GMT", 60, true },
        { "retry-after", "Fri, 29 Sep 2023 16:27:38 GMT", 61, true },
        { "retry-after", "Fri, 29 Sep 2023 16:28:37 GMT", 120, true },
        { "retry-after", "Fri, 29 Sep 2023 16:28:38 GMT", 0.5, false },
        { "retry-after", "Zun, 29 Sep 2023 16:26:57 GMT", 0.5, true },
        { "retry-after", "Fri, 29 Sep 100000 16:26:57 GMT", 0.5, true },
        { "retry-after-ms", "1500", 1.5, true },
        { "retry-after-ms", "0", 0.5, true },
        { "retry-after-ms", "120000", 120, true },
        { "retry-after-ms", "120001", 0.5, false },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void The_service_sets_the_wait_up_to_two_minutes(string name, string value, double seconds, bool isRetried)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation(name, value);
        var policy = new RetryPolicy(new FakeTimeProvider(Now), () => 0);

        Assert.Equal(seconds, policy.Delay(response.Headers, 0).TotalSeconds, 3);
        Assert.Equal(isRetried, policy.ShouldRetry(429, response.Headers));
    }

    [Fact]
    public void Milliseconds_take_precedence_over_seconds()
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("retry-after", "7");
        response.Headers.TryAddWithoutValidation("retry-after-ms", "300");

        Assert.Equal(0.3, new RetryPolicy(TimeProvider.System, () => 0).Delay(response.Headers, 0).TotalSeconds, 3);
    }

    [Theory]
    [InlineData(0, 0, 0.5)]
    [InlineData(1, 0, 1)]
    [InlineData(2, 0, 2)]
    [InlineData(3, 0, 4)]
    [InlineData(4, 0, 8)]
    [InlineData(1000, 0, 8)]
    [InlineData(0, 1, 0.375)]
    [InlineData(2, 0.5, 1.75)]
    [InlineData(1000, 1, 6)]
    public void Without_Retry_After_the_wait_doubles_up_to_8_seconds_less_up_to_a_quarter(int retries, double jitter, double seconds) =>
        Assert.Equal(seconds, new RetryPolicy(TimeProvider.System, () => jitter).Delay(null, retries).TotalSeconds, 3);

    [Theory]
    [InlineData(400, null, null, false)]
    [InlineData(401, null, null, false)]
    [InlineData(403, null, null, false)]
    [InlineData(404, null, null, false)]
    [InlineData(408, null, null, true)]
    [InlineData(409, null, null, true)]
    [InlineData(422, null, null, false)]
    [InlineData(429, null, null, true)]
    [InlineData(500, null, null, true)]
    [InlineData(503, null, null, true)]
    [InlineData(599, null, null, true)]
    [InlineData(400, "true", null, true)]
    [InlineData(500, "false", null, false)]
    [InlineData(500, "perhaps", null, true)]
    [InlineData(400, "true", "121", false)]
    public void A_status_is_retried_as_listed_unless_the_service_says_otherwise(int status, string? shouldRetry, string? retryAfter, bool expected)
    {
        using var response = new HttpResponseMessage();
        if (shouldRetry is not null)
        {
            response.Headers.TryAddWithoutValidation("x-should-retry", shouldRetry);
        }

        if (retryAfter is not null)
        {
            response.Headers.TryAddWithoutValidation("retry-after", retryAfter);
        }

        Assert.Equal(expected, new RetryPolicy(TimeProvider.System, () => 0).ShouldRetry(status, response.Headers));
    }

    [Fact]
    public void A_wait_is_formatted_the_same_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            using var response = new HttpResponseMessage();
            response.Headers.TryAddWithoutValidation("retry-after", "1.5");
            Assert.Equal(1.5, new RetryPolicy(TimeProvider.System, () => 0).Delay(response.Headers, 0).TotalSeconds, 3);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
