using System.Management.Automation;

namespace OpenAIStream.Tests.Engine;

/// <summary>A running pipeline.</summary>
internal sealed class Running : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    private readonly PSDataCollection<PSObject> _output = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IAsyncResult _invocation;

    public Running(PowerShell pipeline)
    {
        Pipeline = pipeline;
        FirstOutput = First(_output);
        FirstWarning = First(pipeline.Streams.Warning);
        pipeline.InvocationStateChanged += (_, change) =>
        {
            if (change.InvocationStateInfo.State is PSInvocationState.Completed or PSInvocationState.Failed or PSInvocationState.Stopped)
            {
                _ended.TrySetResult();
            }
        };
        _invocation = pipeline.BeginInvoke<PSObject, PSObject>(null, _output);
    }

    public PowerShell Pipeline { get; }

    public Task FirstOutput { get; }

    public Task FirstWarning { get; }

    public IReadOnlyList<PSObject> Output => [.. _output];

    public PSInvocationState State => Pipeline.InvocationStateInfo.State;

    /// <summary>The error that ended the pipeline, null if it ended normally.</summary>
    public Exception? Reason => Pipeline.InvocationStateInfo.Reason;

    public Task Ended() => _ended.Task.WaitAsync(Long);

    public static Task First<T>(PSDataCollection<T> collection)
    {
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        collection.DataAdded += (_, _) => first.TrySetResult();
        return first.Task.WaitAsync(Long);
    }

    public void Dispose()
    {
        _invocation.AsyncWaitHandle.Dispose();
        Pipeline.Dispose();
        _output.Dispose();
    }
}
