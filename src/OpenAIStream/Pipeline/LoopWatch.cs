using System.Management.Automation.Runspaces;

namespace OpenAIStream;

/// <summary>
/// Notices that a script has left the loop or the pipeline that reads a stream. The engine does not report this: it does
/// not dispose an enumerator when a loop is left by break, return, throw or a stop.
/// </summary>
/// <param name="left">Called from another thread when it has been left.</param>
internal sealed class LoopWatch(Action left) : IDisposable
{
    private const int Interval = 10; // in milliseconds

    private ScriptPlace? _place;
    private Timer? _timer;
    private bool _wasLeft;

    /// <summary>Called on the pipeline's thread, before each step.</summary>
    /// <param name="isByEngine">Whether the engine enumerates the stream; otherwise a script calls MoveNext.</param>
    public void Step(bool isByEngine)
    {
        if (_place is not null)
        {
            if (_place.IsLeft)
            {
                Leave();
            }
        }
        else if (Runspace.DefaultRunspace?.Debugger is { } debugger && ScriptPlace.Find(debugger, isByEngine) is ScriptPlace place)
        {
            _place = place;
            _timer = new Timer(_ => Look(), null, Interval, Interval);
        }
    }

    public void Dispose() => Interlocked.Exchange(ref _timer, null)?.Dispose();

    private void Look()
    {
        // Twice in a row: the engine may be moving from one statement to the next.
        bool isLeft = _place!.IsLeft;
        if (isLeft && _wasLeft)
        {
            Leave();
        }

        _wasLeft = isLeft;
    }

    private void Leave()
    {
        Dispose();
        left();
    }
}
