using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace OpenAIStream;

/// <summary>
/// Notices that a script has left its loop over an enumerator. The engine does not dispose of the enumerator when a loop is
/// left by break, return, throw or a stop. But while a foreach loop runs, the automatic variable <c>$foreach</c> of its scope
/// holds the enumerator, and behind it its former value again (about_Automatic_Variables); a switch does the same with
/// <c>$switch</c>. A loop inside this one sets the variable to a third value for as long as it runs.
/// </summary>
internal sealed class LoopWatch : IDisposable
{
    // The caller's scope is the one above the script block's own.
    private const string LoopVariables = "Microsoft.PowerShell.Utility\\Get-Variable -Name foreach, switch -Scope 1 -ErrorAction Ignore";
    private const int Interval = 20;

    private readonly object _enumerator;
    private readonly Dictionary<string, object?> _before = new(StringComparer.OrdinalIgnoreCase);
    private PSVariable? _variable;
    private Timer? _timer;
    private bool _isFound;
    private bool _wasGone;

    /// <summary>Called where the engine asks for the enumerator, before the loop sets its variable.</summary>
    public LoopWatch(object enumerator)
    {
        _enumerator = enumerator;
        foreach (var variable in Find())
        {
            _before[variable.Name] = PlainValue.Base(variable.Value);
        }
    }

    /// <summary>Called when an element is handed out: watches the loop that it is handed to, if it is one of a script.</summary>
    /// <param name="left">Called from another thread when the loop has been left.</param>
    public void Begin(Action left)
    {
        if (_isFound)
        {
            return;
        }

        _isFound = true;
        _variable = Find().FirstOrDefault(known => ReferenceEquals(PlainValue.Base(known.Value), _enumerator));
        if (_variable is not null)
        {
            _timer = new Timer(_ => Look(left), null, Interval, Interval);
        }
    }

    public void Dispose() => Interlocked.Exchange(ref _timer, null)?.Dispose();

    private void Look(Action left)
    {
        object? now = PlainValue.Base(_variable!.Value);
        bool isGone = !ReferenceEquals(now, _enumerator) && (now is null || (_before.TryGetValue(_variable!.Name, out object? before) && ReferenceEquals(now, before)));

        // Twice in a row: a loop inside the loop may hold nothing in the variable while it begins.
        if (isGone && _wasGone)
        {
            Dispose();
            left();
        }

        _wasGone = isGone;
    }

    private static PSVariable[] Find()
    {
        if (Runspace.DefaultRunspace is null)
        {
            return [];
        }

        try
        {
            return [.. ScriptBlock.Create(LoopVariables).Invoke().Select(static found => found?.BaseObject).OfType<PSVariable>()];
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            return []; // a session without Get-Variable: the stream is closed when it is disposed of
        }
    }
}
