using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace OpenAIStream;

/// <summary>
/// The host that a request and its tools see while an answer arrives. It uses the real host; nothing else reads the keyboard
/// during a question. If Ctrl+C at a question would end the chat, the chat's own reader asks the question instead.
/// </summary>
/// <param name="host">The real host.</param>
/// <param name="keys">Watches for Ctrl+C; null if the host does.</param>
/// <param name="reader">Reads answers.</param>
/// <param name="stop">Stops the answer.</param>
internal sealed class ChatHost(PSHost host, KeyWatch? keys, LineReader reader, Action stop) : StandInHost(host)
{
    private const string Suspend = "Suspend"; // a choice that opens a nested prompt, which only the session's own host can do

    private readonly ChatInterface _interface = new(host.UI, keys, reader, stop);

    public override PSHostUserInterface UI => _interface;

    private sealed class ChatInterface(PSHostUserInterface shown, KeyWatch? keys, LineReader reader, Action stop) : Interface(shown)
    {
        private readonly PSHostUserInterface _shown = shown;

        public override string ReadLine() => Reading(() => reader.HearsCancel ? Answer("") : _shown.ReadLine());

        public override SecureString ReadLineAsSecureString() => Reading(_shown.ReadLineAsSecureString);

        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
            Reading(() => _shown.Prompt(caption, message, descriptions));

        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
            Reading(() => _shown.PromptForCredential(caption, message, userName, targetName));

        public override PSCredential PromptForCredential(
            string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
            Reading(() => _shown.PromptForCredential(caption, message, userName, targetName, allowedCredentialTypes, options));

        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
            Reading(() => reader.HearsCancel ? Choose(caption, message, choices, defaultChoice) : _shown.PromptForChoice(caption, message, choices, defaultChoice));

        private T Reading<T>(Func<T> read) => keys is null ? read() : keys.Without(read);

        /// <summary>Asks a question as PowerShell does.</summary>
        private int Choose(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
        {
            string[] labels = [.. choices.Select(static choice => choice.Label.Replace("&", ""))];
            string[] keys = [.. choices.Select(static choice => choice.Label.IndexOf('&') is >= 0 and int at && at + 1 < choice.Label.Length ? choice.Label.Substring(at + 1, 1) : choice.Label)];
            _shown.WriteLine($"\n{caption}\n{message}");
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
                    _shown.WriteLine(string.Join("\n", keys.Zip(choices, static (key, choice) => $"{key.ToUpperInvariant()} - {choice.HelpMessage}")));
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
