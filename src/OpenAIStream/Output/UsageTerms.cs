namespace OpenAIStream;

/// <summary>What a connection knows about using its service. Answers refer to it, so that they need not keep the connection.</summary>
internal sealed class UsageTerms
{
    /// <summary>Sets what a model's use cost by the user's price table, false where a price is missing; null where no table was set.</summary>
    public Func<UsageTotal, bool>? SetCost { get; init; }

    /// <summary>What the last response said about the service's limits; null when it has said nothing.</summary>
    public RateLimits? RateLimits { get; set; }
}
