using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace OpenAIStream;

/// <summary>
/// The host of an unattended session, as a tool sees it: it shows what the real one shows, and refuses prompts. The real
/// one may wait forever for a line of redirected input.
/// </summary>
internal sealed class UnattendedHost : PSHost
{
    private const string NonInteractive = "noninteractive";

    private readonly QuietInterface _interface;

    private UnattendedHost(PSHost host)
    {
        // All of it is read now: while this host replaces it, the session's host leads here.
        _interface = new QuietInterface(host.UI);
        Name = host.Name;
        Version = host.Version;
        InstanceId = host.InstanceId;
        PrivateData = host.PrivateData;
        CurrentCulture = host.CurrentCulture;
        CurrentUICulture = host.CurrentUICulture;
    }

    public override string Name { get; }

    public override Version Version { get; }

    public override Guid InstanceId { get; }

    public override PSObject PrivateData { get; }

    public override CultureInfo CurrentCulture { get; }

    public override CultureInfo CurrentUICulture { get; }

    public override PSHostUserInterface UI => _interface;

    /// <summary>What was prompted for.</summary>
    public IEnumerable<string> Refused => _interface.Refused.Distinct();

    /// <summary>The code with which a tool wants to end the session.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>A host for tools; null if somebody may answer. A host other than PowerShell's own knows itself whether it can prompt.</summary>
    public static UnattendedHost? For(PSHost host) =>
        host.Name == "Default Host" || (host.Name == "ConsoleHost" && (Console.IsInputRedirected || Environment.GetCommandLineArgs().Any(IsNonInteractive)))
            ? new UnattendedHost(host)
            : null;

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException();

    public override void ExitNestedPrompt() => throw new NotSupportedException();

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    // PowerShell accepts the word from four letters on.
    private static bool IsNonInteractive(string argument) =>
        argument.Length > "noni".Length && argument[0] is '-' or '/' && NonInteractive.StartsWith(argument.Substring(1).TrimStart('-'), StringComparison.OrdinalIgnoreCase);

    private sealed class QuietInterface(PSHostUserInterface? shown) : PSHostUserInterface
    {
        public List<string> Refused { get; } = [];

        public override PSHostRawUserInterface? RawUI => shown?.RawUI;

        public override bool SupportsVirtualTerminal => shown?.SupportsVirtualTerminal == true;

        public override string ReadLine() => throw Refuse("a line");

        public override SecureString ReadLineAsSecureString() => throw Refuse("a secret");

        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
            throw Refuse(string.Join(", ", descriptions.Select(static field => field.Name)));

        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw Refuse("a credential");

        public override PSCredential PromptForCredential(
            string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) => throw Refuse("a credential");

        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) => throw Refuse("a choice");

        public override void Write(string value) => shown?.Write(value);

        public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => shown?.Write(foregroundColor, backgroundColor, value);

        public override void WriteLine(string value) => shown?.WriteLine(value);

        public override void WriteErrorLine(string value) => shown?.WriteErrorLine(value);

        public override void WriteWarningLine(string message) => shown?.WriteWarningLine(message);

        public override void WriteVerboseLine(string message) => shown?.WriteVerboseLine(message);

        public override void WriteDebugLine(string message) => shown?.WriteDebugLine(message);

        public override void WriteProgress(long sourceId, ProgressRecord record) => shown?.WriteProgress(sourceId, record);

        public override void WriteInformation(InformationRecord record) => shown?.WriteInformation(record);

        private HostException Refuse(string what)
        {
            Refused.Add(what);
            return new HostException($"The session is unattended, so there is nobody to prompt for {what}.");
        }
    }
}
