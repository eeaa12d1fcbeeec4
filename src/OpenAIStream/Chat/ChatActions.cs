using System.Globalization;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>The commands of a chat that do not use files.</summary>
internal static class ChatActions
{
    private const string Removes = "-";

    // On Linux without xclip, Set-Clipboard keeps the text inside PowerShell; over SSH, the clipboard is on the wrong machine.
    // In both cases the terminal's clipboard is used.
    private const string CopyScript = """
        param($text)
        $isRemote = $env:SSH_CONNECTION -or ($IsLinux -and -not (Get-Command xclip -CommandType Application -ErrorAction Ignore))
        $throughTerminal = if ($isRemote -and (Get-Command Microsoft.PowerShell.Management\Set-Clipboard).Parameters.ContainsKey('AsOSC52')) { @{ AsOSC52 = $true } } else { @{} }
        Microsoft.PowerShell.Management\Set-Clipboard -Value $text -ErrorAction Stop @throughTerminal
        if ($throughTerminal.Count) { 'terminal' }
        """;

    public static void Model(ChatSession session, string name)
    {
        if (name.Length > 0)
        {
            session.Change(session.State with { Model = name });
        }

        session.Screen.Say(session.State.Model ?? session.AnsweredBy ?? DefaultModel(session));
    }

    public static IEnumerable<string> Models(ChatSession session, string start) =>
        Connection(session).Models.GetNames().Where(name => name.StartsWith(start, StringComparison.OrdinalIgnoreCase) && SafeText.OneLine(name) == name);

    public static void System(ChatSession session, string text)
    {
        if (text.Length > 0)
        {
            session.Change(session.State.WithSystem(text == Removes ? "" : text));
        }

        string instructions = session.State.Instructions;
        if (instructions.Length > 0)
        {
            session.Screen.Show(instructions);
        }
        else
        {
            session.Screen.Say("There is no system message. /system <text> sets one.");
        }
    }

    public static void Retry(ChatSession session, string argument) => session.Retry(Unanswered(session));

    public static void Undo(ChatSession session, string argument)
    {
        if (!session.Undo())
        {
            throw new ChatCommandException("There is nothing to undo.");
        }

        int turns = session.State.Turns.Length;
        session.Screen.Say(turns == 0 ? "The chat is empty." : string.Format(CultureInfo.InvariantCulture, "{0} turn{1}; the last: {2}", turns, turns == 1 ? "" : "s", Short(session.State.Last!.Messages[0].Text)));
    }

    public static void Edit(ChatSession session, string text)
    {
        var message = Unanswered(session);
        if (text.Length > 0)
        {
            session.Resend(text);
        }
        else if (session.TakesDraft)
        {
            session.SetDraft("/edit " + TypedMessage.Of(message).Text);
        }
        else
        {
            throw new ChatCommandException("This host does not support editing the last message. Type the whole message: /edit <text>.");
        }
    }

    /// <exception cref="ChatCommandException">There is no such block, or no clipboard.</exception>
    public static void Copy(ChatSession session, string number)
    {
        string text = session.State.Last?.Answer ?? throw new ChatCommandException("There is no answer to copy.");
        string what = "The answer";
        if (number.Length > 0)
        {
            var blocks = CodeBlocks.Of(text);
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int n) || n < 1 || n > blocks.Count)
            {
                throw new ChatCommandException(blocks.Count == 0 ? "The answer has no block of code."
                    : string.Format(CultureInfo.InvariantCulture, "The answer has {0} block{1} of code: /copy 1{2}.", blocks.Count, blocks.Count == 1 ? "" : "s", blocks.Count == 1 ? "" : $" to /copy {blocks.Count}"));
            }

            text = blocks[n - 1];
            what = $"Block {number}";
        }

        bool isTerminal = Run(session, CopyScript, text).Any();
        session.Screen.Say(isTerminal ? $"{what} was sent to the terminal's clipboard." : $"{what} is in the clipboard.");
    }

    public static void Usage(ChatSession session, string argument)
    {
        if (session.Answers.Count == 0)
        {
            session.Screen.Say("Nothing has been used.");
            return;
        }

        string table = string.Concat(Run(session,
            "param($answers, $measure, $width) $answers | & $measure 3>$null | Microsoft.PowerShell.Utility\\Out-String -Width $width",
            session.Answers.ToArray(), session.Settings.Command(session.Cmdlet, "Measure-OpenAIUsage"), Math.Max(40, session.Screen.Width)));
        session.Screen.Show(table.Trim('\r', '\n') is { Length: > 0 } used ? used : "The service does not say what was used.");
    }

    public static void Tools(ChatSession session, string argument)
    {
        var tools = session.Settings.Tools;
        session.Screen.Say(tools.Length == 0
            ? "There are none. Enter-OpenAIChat -Tools gives some."
            : string.Join("\n", tools.Select(static tool => $"{tool}: {Short(tool.Description ?? "")}"))
                + (session.Settings.Confirms ? "\nEach call is asked about before it runs." : "\nCalls run without a question."));
    }

    /// <summary>The connection that the next request uses.</summary>
    private static OpenAIConnection Connection(ChatSession session) => session.Settings.Connection ?? Connections.Default;

    private static string DefaultModel(ChatSession session) => DefaultModels.Text.Set(Connection(session)) ?? DefaultModels.Text.Own!;

    private static ChatMessage Unanswered(ChatSession session) => session.Unanswered ?? throw new ChatCommandException("Nothing has been asked yet.");

    private static string Short(string text) => Excerpt.OneLine(text, 60);

    /// <exception cref="ChatCommandException">The script failed.</exception>
    private static IEnumerable<string> Run(ChatSession session, string script, params object[] arguments)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddScript(script, useLocalScope: true);
        foreach (object argument in arguments)
        {
            shell.AddArgument(argument);
        }

        try
        {
            return [.. shell.Invoke().Select(static output => output.ToString())];
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            throw new ChatCommandException(exception.Message);
        }
    }
}
