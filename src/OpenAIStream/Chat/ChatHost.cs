using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace OpenAIStream;

/// <summary>
/// The host while an answer comes, as the request and its tools see it: the real one, which has the keyboard to itself when it
/// asks. Where Ctrl+C at a question would end the chat, the question is asked by the chat's own reader instead.
/// </summary>
/// <param name="host">The real host.</param>
/// <param name="keys">Hears Ctrl+C; null where the host does.</param>
/// <param name="reader">Reads answers.</param>
/// <param name="stop">Ends the answer.</param>
internal sealed class ChatHost(PSHost host, KeyWatch? keys, LineReader reader, Action stop) : PSHost
{
    private const string Suspend = "Suspend"; // a choice that begins a prompt within the prompt, which the session's own host alone can

    private readonly ChatInterface _interface = new(host.UI, keys, reader, stop); // all of it is taken now

    public override string Name { get; } = host.Name;

    public override Version Version { get; } = host.Version;

    public override Guid InstanceId { get; } = host.InstanceId;

    public override PSObject PrivateData { get; } = host.PrivateData;

    public override CultureInfo CurrentCulture { get; } = host.CurrentCulture;

    public override CultureInfo CurrentUICulture { get; } = host.CurrentUICulture;

    public override PSHostUserInterface UI => _interface;

    /// <summary>The code with which a tool wants the session to end.</summary>
    public int? ExitCode { get; private set; }

    // While this host is in its place, the session's host leads here: the rest of it cannot be asked.
    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException();

    public override void ExitNestedPrompt() => throw new NotSupportedException();

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    private sealed class ChatInterface(PSHostUserInterface shown, KeyWatch? keys, LineReader reader, Action stop) : PSHostUserInterface
    {
        public override PSHostRawUserInterface RawUI => shown.RawUI;

        public override bool SupportsVirtualTerminal => shown.SupportsVirtualTerminal;

        public override string ReadLine() => Reading(() => reader.HearsCancel ? Answer("") : shown.ReadLine());

        public override SecureString ReadLineAsSecureString() => Reading(shown.ReadLineAsSecureString);

        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
            Reading(() => shown.Prompt(caption, message, descriptions));

        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
            Reading(() => shown.PromptForCredential(caption, message, userName, targetName));

        public override PSCredential PromptForCredential(
            string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
            Reading(() => shown.PromptForCredential(caption, message, userName, targetName, allowedCredentialTypes, options));

        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
            Reading(() => reader.HearsCancel ? Choose(caption, message, choices, defaultChoice) : shown.PromptForChoice(caption, message, choices, defaultChoice));

        public override void Write(string value) => shown.Write(value);

        public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => shown.Write(foregroundColor, backgroundColor, value);

        public override void WriteLine(string value) => shown.WriteLine(value);

        public override void WriteErrorLine(string value) => shown.WriteErrorLine(value);

        public override void WriteWarningLine(string message) => shown.WriteWarningLine(message);

        public override void WriteVerboseLine(string message) => shown.WriteVerboseLine(message);

        public override void WriteDebugLine(string message) => shown.WriteDebugLine(message);

        public override void WriteProgress(long sourceId, ProgressRecord record) => shown.WriteProgress(sourceId, record);

        public override void WriteInformation(InformationRecord record) => shown.WriteInformation(record);

        private T Reading<T>(Func<T> read) => keys is null ? read() : keys.Without(read);

        /// <summary>A question as PowerShell asks it.</summary>
        private int Choose(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
        {
            string[] labels = [.. choices.Select(static choice => choice.Label.Replace("&", ""))];
            string[] keys = [.. choices.Select(static choice => choice.Label.IndexOf('&') is >= 0 and int at && at + 1 < choice.Label.Length ? choice.Label.Substring(at + 1, 1) : choice.Label)];
            shown.WriteLine($"\n{caption}\n{message}");
            string question = string.Concat(labels.Zip(keys, static (label, key) => label == Suspend ? "" : $"[{key.ToUpperInvariant()}] {label}  "))
                + "[?] Help" + (defaultChoice >= 0 ? $" (default is \"{keys[defaultChoice].ToUpperInvariant()}\")" : "") + ": ";
            while (true)
            {
                string answer = Answer(question).Trim();
                int chosen = Array.FindIndex(keys, key => string.Equals(key, answer, StringComparison.OrdinalIgnoreCase));
                chosen = chosen >= 0 ? chosen : Array.FindIndex(labels, label => string.Equals(label, answer, StringComparison.OrdinalIgnoreCase));
                if ((chosen >= 0 && labels[chosen] != Suspend) || (answer.Length == 0 && defaultChoice >= 0))
                {
                    return chosen >= 0 ? chosen : defaultChoice;
                }

                if (answer == "?")
                {
                    shown.WriteLine(string.Join("\n", keys.Zip(choices, static (key, choice) => $"{key.ToUpperInvariant()} - {choice.HelpMessage}")));
                }
            }
        }

        private string Answer(string question)
        {
            var line = reader.ReadAnswer(question);
            if (line.End == LineEnd.Entered)
            {
                return line.Text;
            }

            stop();
            throw new PipelineStoppedException();
        }
    }
}
