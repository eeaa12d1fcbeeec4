using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace OpenAIStream.Tests.Engine;

/// <summary>A PowerShell session with the built module in it, connected to a server.</summary>
internal sealed class Shell : IDisposable
{
    public Shell(Uri server)
    {
        var state = InitialSessionState.CreateDefault2();
        state.ThrowOnRunspaceOpenError = true;
        state.ImportPSModule(Setup.ModulePath);
        Runspace = RunspaceFactory.CreateRunspace(state);
        Runspace.Open();
        Run($"Connect-OpenAI -BaseUri '{server}' -SkipCertificateCheck");
    }

    public Runspace Runspace { get; }

    /// <summary>The content of <c>$Error</c>, as text.</summary>
    public string[] Errors => [.. ((ArrayList)Runspace.SessionStateProxy.GetVariable("Error")).Cast<object>().Select(error => error.ToString()!)];

    /// <summary>When the script reported that it was leaving the pipeline (<see cref="Scripts.Leaving"/>).</summary>
    public long LeftAt => (long)Runspace.SessionStateProxy.GetVariable("leftAt");

    /// <summary>Runs a script to its end.</summary>
    public PSObject[] Run(string script)
    {
        using var shell = PowerShell.Create(Runspace).AddScript(script);
        return [.. shell.Invoke()];
    }

    /// <summary>Starts a script and returns at once.</summary>
    public Running Start(string script) => new(PowerShell.Create(Runspace).AddScript(script));

    public void Dispose() => Runspace.Dispose();
}
