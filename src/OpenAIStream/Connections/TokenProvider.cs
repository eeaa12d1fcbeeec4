using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace OpenAIStream;

/// <summary>Tokens from a script block, which are kept until they expire, and requested one at a time however many requests need one.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The semaphore has no handle unless one is requested.")]
internal sealed class TokenProvider(ScriptBlock script, Guid runspace)
{
    private const string Call = "param($provider) $ErrorActionPreference = 'Stop'; & $provider";
    private const string CallByText = "param($provider) $ErrorActionPreference = 'Stop'; & ([scriptblock]::Create($provider))";

    private static readonly AsyncLocal<TokenProvider?> Asking = new();

    private readonly SemaphoreSlim _turn = new(1);
    private readonly string _text = script.ToString();
    private ProvidedToken? _token;

    public async Task<string> GetAsync(CancellationToken stop)
    {
        if (Asking.Value == this)
        {
            throw new InvalidOperationException("It sends a request with the connection for which it has to return a token.");
        }

        if (_token is { IsFresh: true } known)
        {
            return known.Open();
        }

        await _turn.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (_token is not { IsFresh: true })
            {
                _token = ProvidedToken.From(await AskAsync(stop).ConfigureAwait(false));
            }

            return _token.Open();
        }
        finally
        {
            _turn.Release();
        }
    }

    private Task<PSObject?[]> AskAsync(CancellationToken stop) => PipelineDispatcher.Current is PipelineDispatcher waiting
        ? waiting.RunAsync(AskHere, stop)
        : Task.Run(() => AskElsewhere(stop), stop);

    /// <summary>Runs it in the session of the calling thread, nested, so that a break or exit ends only the script.</summary>
    private PSObject?[] AskHere()
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);

        // A script block runs in its own runspace, and would wait until that is idle.
        bool isFromHere = Runspace.DefaultRunspace?.InstanceId == runspace;
        shell.AddScript(isFromHere ? Call : CallByText, useLocalScope: true).AddArgument(isFromHere ? script : _text);
        return Invoke(shell);
    }

    /// <summary>Runs it in a separate session, because nobody waits in one that could run it.</summary>
    private PSObject?[] AskElsewhere(CancellationToken stop)
    {
        using var shell = PowerShell.Create();
        shell.AddScript(CallByText).AddArgument(_text);
        using (stop.Register(() => shell.BeginStop(null, null)))
        {
            return Invoke(shell);
        }
    }

    private PSObject?[] Invoke(PowerShell shell)
    {
        Asking.Value = this;
        try
        {
            var output = shell.Invoke();
            return shell.InvocationStateInfo.State == PSInvocationState.Stopped ? throw new PipelineStoppedException() : [.. output];
        }
        finally
        {
            Asking.Value = null;
        }
    }
}
