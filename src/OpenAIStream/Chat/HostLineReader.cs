using System.Management.Automation.Host;

namespace OpenAIStream;

/// <summary>
/// Reads lines through the host. A message of several lines is typed as a fenced code block, which is read to its end, or
/// with a space and a backtick at the end of each line except the last, as in PowerShell.
/// </summary>
/// <param name="host">The host.</param>
internal sealed class HostLineReader(PSHost host) : LineReader
{
    private const string GoesOn = " `";

    public override bool TakesDraft => false;

    public override bool HearsCancel => false;

    public override TypedLine Read(string prompt, string draft, Func<string, LineCompletions> complete)
    {
        string text = draft;
        host.UI.Write(prompt + SafeText.Of(draft));
        while (host.UI.ReadLine() is string line)
        {
            text += line;
            if (text.EndsWith(GoesOn, StringComparison.Ordinal))
            {
                text = text.Substring(0, text.Length - GoesOn.Length) + "\n";
            }
            else if (IsInCode(text))
            {
                text += "\n";
            }
            else
            {
                return new TypedLine(LineEnd.Entered, text);
            }
        }

        return new TypedLine(LineEnd.Closed, text);
    }

    public override TypedLine ReadAnswer(string question)
    {
        host.UI.Write(question);
        return host.UI.ReadLine() is string line ? new TypedLine(LineEnd.Entered, line) : new TypedLine(LineEnd.Closed, "");
    }

    private static bool IsInCode(string text)
    {
        var fence = new CodeFence();
        foreach (char character in text + "\n")
        {
            fence.Add(character);
        }

        return fence.IsCode;
    }
}
