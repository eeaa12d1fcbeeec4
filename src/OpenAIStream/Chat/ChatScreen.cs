using System.Management.Automation;
using System.Management.Automation.Host;

namespace OpenAIStream;

/// <summary>What the chat itself writes: dim notes and red errors between the messages, and the prompt.</summary>
/// <param name="host">The host.</param>
/// <param name="session">The session, which has <c>$PSStyle</c>.</param>
/// <param name="prompt">The prompt: a text, or a script block that returns it; null for the default.</param>
internal sealed class ChatScreen(PSHost host, SessionState session, object? prompt)
{
    private const string DefaultPrompt = "> ";
    private const string Cyan = "\x1b[36m";
    private const string Red = "\x1b[31;1m";

    private readonly HostScreen _screen = new(host, session.PSVariable);

    /// <summary>The number of cells in a line; 0 if unknown.</summary>
    public int Width => _screen.Width();

    /// <summary>What is written before a message.</summary>
    public string Prompt
    {
        get
        {
            try
            {
                return prompt switch
                {
                    ScriptBlock script => string.Concat(script.Invoke().Select(static part => part?.ToString())),
                    string text => text,
                    _ => Styled(DefaultPrompt, Style("Foreground", "Cyan") ?? Cyan),
                };
            }
            catch (RuntimeException exception) when (exception is not PipelineStoppedException)
            {
                Fail(exception.Message);
                return DefaultPrompt;
            }
        }
    }

    /// <summary>Writes a note about the chat.</summary>
    public void Say(string text) => Write(text, _screen.Style().Note);

    /// <summary>Writes an error message.</summary>
    public void Fail(string text) => Write(text, Style("Formatting", "Error") ?? Red);

    /// <summary>Shows text that the user asked for, such as instructions or a table.</summary>
    public void Show(string text) => host.UI.Write(SafeText.Of(text).TrimEnd('\n') + "\n");

    /// <summary>Writes the message of an error record, and what to do about it.</summary>
    public void Fail(ErrorRecord error)
    {
        string message = error.ErrorDetails?.Message is { Length: > 0 } details ? details : error.Exception.Message;
        string? action = error.ErrorDetails?.RecommendedAction;
        Fail(action is { Length: > 0 } && !message.EndsWith(action, StringComparison.Ordinal) ? $"{message}\n{action}" : message);
    }

    private void Write(string text, string style)
    {
        var wrap = new WordWrap(findsCode: false) { Width = Width };
        string lines = wrap.Add(SafeText.Of(text)) + wrap.Flush();
        host.UI.Write(string.Concat(lines.TrimEnd('\n').Split('\n').Select(line => Styled(line, style) + "\n")));
    }

    private string Styled(string text, string style) => _screen.Style() is { HasColor: true } colors && style.Length > 0 && text.Length > 0 ? style + text + colors.Reset : text;

    private string? Style(string group, string name) =>
        session.PSVariable.GetValue("PSStyle") is object style ? PSObject.AsPSObject(PSObject.AsPSObject(style).Properties[group]?.Value ?? "").Properties[name]?.Value?.ToString() : null;
}
