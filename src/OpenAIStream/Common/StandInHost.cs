using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace OpenAIStream;

/// <summary>
/// A host that replaces the session's host while something runs. All of the session's host is read at once: while this one
/// replaces it, it leads here.
/// </summary>
/// <param name="host">The session's host.</param>
internal abstract class StandInHost(PSHost host) : PSHost
{
    public override string Name { get; } = host.Name;

    public override Version Version { get; } = host.Version;

    public override Guid InstanceId { get; } = host.InstanceId;

    public override PSObject PrivateData { get; } = host.PrivateData;

    public override CultureInfo CurrentCulture { get; } = host.CurrentCulture;

    public override CultureInfo CurrentUICulture { get; } = host.CurrentUICulture;

    /// <summary>The code with which a tool wants to end the session.</summary>
    public int? ExitCode { get; private set; }

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException();

    public override void ExitNestedPrompt() => throw new NotSupportedException();

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    /// <summary>Shows what the real one shows. What it reads is up to the derived class.</summary>
    /// <param name="shown">The real one; null shows nothing.</param>
    protected abstract class Interface(PSHostUserInterface? shown) : PSHostUserInterface
    {
        public override PSHostRawUserInterface? RawUI => shown?.RawUI;

        public override bool SupportsVirtualTerminal => shown?.SupportsVirtualTerminal == true;

        public override void Write(string value) => shown?.Write(value);

        public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => shown?.Write(foregroundColor, backgroundColor, value);

        public override void WriteLine(string value) => shown?.WriteLine(value);

        public override void WriteErrorLine(string value) => shown?.WriteErrorLine(value);

        public override void WriteWarningLine(string message) => shown?.WriteWarningLine(message);

        public override void WriteVerboseLine(string message) => shown?.WriteVerboseLine(message);

        public override void WriteDebugLine(string message) => shown?.WriteDebugLine(message);

        public override void WriteProgress(long sourceId, ProgressRecord record) => shown?.WriteProgress(sourceId, record);

        public override void WriteInformation(InformationRecord record) => shown?.WriteInformation(record);
    }
}
