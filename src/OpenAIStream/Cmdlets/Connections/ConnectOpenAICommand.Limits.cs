using System.Management.Automation;

namespace OpenAIStream;

/// <content>The time and size limits of a connection's calls.</content>
public sealed partial class ConnectOpenAICommand
{
    /// <summary>The longest time to open a connection, in seconds. Default 5.</summary>
    [Parameter]
    [OptionalRange(0.001, int.MaxValue / 1000.0)]
    public double? ConnectionTimeoutSeconds { get; set; }

    /// <summary>The longest silence before and within a response, in seconds; an active stream is never cut off. Default 600.</summary>
    [Parameter]
    [Alias("TimeoutSec")]
    [OptionalRange(0.001, int.MaxValue / 1000.0)]
    public double? OperationTimeoutSeconds { get; set; }

    /// <summary>The longest time for a whole call, including retries and the stream, in seconds. Default: no limit.</summary>
    [Parameter]
    [OptionalRange(0.001, int.MaxValue / 1000.0)]
    public double? TotalTimeoutSeconds { get; set; }

    /// <summary>The number of retries after a transient failure. Default 2.</summary>
    [Parameter]
    [OptionalRange(0, 100)]
    public int? MaximumRetryCount { get; set; }

    /// <summary>The maximum size of an answer that is held in memory as a whole, in bytes. Default 1 GB. The events of a stream are not added up.</summary>
    [Parameter]
    [OptionalRange(1, long.MaxValue)]
    public long? MaximumResponseBytes { get; set; }

    /// <summary>The maximum size of one event of a stream, in bytes. Default 256 MB.</summary>
    [Parameter]
    [OptionalRange(1, long.MaxValue)]
    public long? MaximumEventBytes { get; set; }

    /// <summary>The maximum ratio by which a compressed answer can expand, once it is larger than 64 MB. Default 100.</summary>
    [Parameter]
    [OptionalRange(1, int.MaxValue)]
    public int? MaximumDecompressionRatio { get; set; }

    private void SetLimits(OpenAIClientOptions options)
    {
        options.ConnectionTimeout = RequestCmdlet.Seconds(ConnectionTimeoutSeconds) ?? options.ConnectionTimeout;
        options.OperationTimeout = RequestCmdlet.Seconds(OperationTimeoutSeconds) ?? options.OperationTimeout;
        options.TotalTimeout = RequestCmdlet.Seconds(TotalTimeoutSeconds);
        options.MaximumRetryCount = MaximumRetryCount ?? options.MaximumRetryCount;
        options.MaxResponseBytes = MaximumResponseBytes ?? options.MaxResponseBytes;
        options.MaxEventBytes = MaximumEventBytes ?? options.MaxEventBytes;
        options.MaxDecompressionRatio = MaximumDecompressionRatio ?? options.MaxDecompressionRatio;
    }
}
