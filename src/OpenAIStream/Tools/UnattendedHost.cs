using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace OpenAIStream;

/// <summary>
/// The host of an unattended session, as a tool sees it: it shows what the real one shows, and refuses prompts. The real
/// one may wait forever for a line of redirected input.
/// </summary>
internal sealed class UnattendedHost : StandInHost
{
    private const string NonInteractive = "noninteractive";

    private readonly QuietInterface _interface;

    private UnattendedHost(PSHost host) : base(host) => _interface = new QuietInterface(host.UI);

    public override PSHostUserInterface UI => _interface;

    /// <summary>What was prompted for.</summary>
    public IEnumerable<string> Refused => _interface.Refused.Distinct();

    /// <summary>A host for tools; null if somebody may answer. A host other than PowerShell's own knows itself whether it can prompt.</summary>
    public static UnattendedHost? For(PSHost host) =>
        host.Name == "Default Host" || (host.Name == "ConsoleHost" && (Console.IsInputRedirected || Environment.GetCommandLineArgs().Any(IsNonInteractive)))
            ? new UnattendedHost(host)
            : null;

    // PowerShell accepts the word from four letters on.
    private static bool IsNonInteractive(string argument) =>
        argument.Length > "noni".Length && argument[0] is '-' or '/' && NonInteractive.StartsWith(argument.Substring(1).TrimStart('-'), StringComparison.OrdinalIgnoreCase);

    private sealed class QuietInterface(PSHostUserInterface? shown) : Interface(shown)
    {
        public List<string> Refused { get; } = [];

        public override string ReadLine() => throw Refuse("a line");

        public override SecureString ReadLineAsSecureString() => throw Refuse("a secret");

        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
            throw Refuse(string.Join(", ", descriptions.Select(static field => field.Name)));

        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw Refuse("a credential");

        public override PSCredential PromptForCredential(
            string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) => throw Refuse("a credential");

        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) => throw Refuse("a choice");

        private HostException Refuse(string what)
        {
            Refused.Add(what);
            return new HostException($"The session is unattended, so there is nobody to prompt for {what}.");
        }
    }
}
