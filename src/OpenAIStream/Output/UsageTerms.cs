namespace OpenAIStream;

/// <summary>What a connection knows about the cost and the limits of its service. Answers refer to this instead of the connection, so they do not keep the connection alive.</summary>
internal sealed class UsageTerms
{
    /// <summary>Sets the cost of a model's use from the price table, and returns false if a price is missing; null without a table.</summary>
    public Func<UsageTotal, bool>? SetCost { get; init; }

    /// <summary>What the last response reported about the service's limits; null if it reported nothing.</summary>
    public RateLimits? RateLimits { get; set; }
}
