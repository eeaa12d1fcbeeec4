using System.Management.Automation;

namespace OpenAIStream;

/// <content>The limits of a connection's calls, in time and size.</content>
public sealed partial class ConnectOpenAICommand
{
    /// <summary>The longest that making a connection may take, in seconds. Default 5.</summary>
    [Parameter]
    [OptionalRange(0.001, int.MaxValue / 1000.0)]
    public double? ConnectionTimeoutSeconds { get; set; }

    /// <summary>The longest silence before and within an answer, in seconds; a stream that goes on is never cut. Default 600.</summary>
    [Parameter]
    [Alias("TimeoutSec")]
    [OptionalRange(0.001, int.MaxValue / 1000.0)]
    public double? OperationTimeoutSeconds { get; set; }

    /// <summary>The longest that a whole call may take, retries and stream included, in seconds. Default: no limit.</summary>
    [Parameter]
    [OptionalRange(0.001, int.MaxValue / 1000.0)]
    public double? TotalTimeoutSeconds { get; set; }

    /// <summary>How often a request is sent again after a failure that may pass. Default 2.</summary>
    [Parameter]
    [OptionalRange(0, 100)]
    public int? MaximumRetryCount { get; set; }

    /// <summary>The most bytes that an answer may have which is held in memory as a whole. Default 1 GB. A stream's events are not counted together.</summary>
    [Parameter]
    [OptionalRange(1, long.MaxValue)]
    public long? MaximumResponseBytes { get; set; }

    /// <summary>The most bytes that one event of a stream may have. Default 256 MB.</summary>
    [Parameter]
    [OptionalRange(1, long.MaxValue)]
    public long? MaximumEventBytes { get; set; }

    /// <summary>How many times as large a compressed answer may become, where it becomes larger than 64 MB. Default 100.</summary>
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
