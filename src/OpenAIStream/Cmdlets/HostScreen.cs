using System.Management.Automation;
using System.Management.Automation.Host;

namespace OpenAIStream;

/// <summary>What a host's screen is like: how wide, and whether it has colours and shows Markdown.</summary>
/// <param name="host">The host.</param>
/// <param name="variables">The session's variables, where <c>$PSStyle</c> is.</param>
internal sealed class HostScreen(PSHost host, PSVariableIntrinsics variables)
{
    private const string Dim = "\x1b[2m";
    private const string DimItalic = "\x1b[2;3m";
    private const string Yellow = "\x1b[33m";
    private const string AllOff = "\x1b[0m";

    private bool IsRedirected => host.Name == "ConsoleHost" && Console.IsOutputRedirected;

    /// <summary>Cells in a line now, for the window may change; 0 where there is no screen or none that says.</summary>
    public int Width()
    {
        if (IsRedirected || host.UI?.RawUI is not PSHostRawUserInterface screen)
        {
            return 0;
        }

        try
        {
            // A buffer may be wider than what of it is seen.
            int window = screen.WindowSize.Width;
            int buffer = screen.BufferSize.Width;
            int width = window > 0 ? Math.Min(window, buffer) : buffer;
            return Math.Max(0, host.UI.SupportsVirtualTerminal ? width : width - 1); // older consoles go on to the next line once the last cell is written
        }
        catch (Exception exception) when (exception is HostException or NotImplementedException or NotSupportedException or IOException)
        {
            return 0; // a host whose screen cannot be asked
        }
    }

    public StreamStyle Style()
    {
        var style = variables.GetValue("PSStyle") is object value ? PSObject.AsPSObject(value) : null;
        string rendering = Text(style, "OutputRendering") ?? "Host";
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            || Environment.GetEnvironmentVariable("TERM") == "dumb"
            || !(rendering == "Ansi" || (rendering == "Host" && !IsRedirected && host.UI?.SupportsVirtualTerminal == true)))
        {
            return StreamStyle.None;
        }

        string dim = Text(style, "Dim") ?? Dim;
        string call = Text(style, "Dim") + Text(style, "Italic");
        string warning = Text(style?.Properties["Formatting"]?.Value, "Warning") ?? Yellow;
        return new StreamStyle(dim, warning, call.Length > 0 ? call : DimItalic, dim, Text(style, "Reset") ?? AllOff);
    }

    /// <summary>
    /// What Markdown is shown with: the styles that Get-MarkdownOption and $PSStyle say, plain where there are none. Null where
    /// text is shown as it is written: where nobody sees it as it comes, or a terminal says that it can do nothing.
    /// </summary>
    /// <param name="commands">Where Get-MarkdownOption is.</param>
    public MarkdownStyle? Markdown(CommandInvocationIntrinsics commands)
    {
        if (Width() == 0 || Environment.GetEnvironmentVariable("TERM") == "dumb")
        {
            return null;
        }

        var style = variables.GetValue("PSStyle") is object value ? PSObject.AsPSObject(value) : null;
        if (!Style().HasColour || style is null || MarkdownOption(commands) is not PSObject option)
        {
            return MarkdownStyle.Plain;
        }

        object? foreground = style.Properties["Foreground"]?.Value;
        return new MarkdownStyle
        {
            Headings = [.. Enumerable.Range(1, 6).Select(level => Sequence(option, $"Header{level}"))],
            Bold = Sequence(option, "EmphasisBold"),
            Italic = Sequence(option, "EmphasisItalics"),
            Code = Sequence(option, "Code"),
            Link = Sequence(option, "Link"),
            Image = Sequence(option, "Image"),
            Strike = Text(style, "Strikethrough") ?? "",
            TableHead = Text(style.Properties["Formatting"]?.Value, "TableHeader") ?? "",
            Dim = Text(style, "Dim") ?? Dim,
            Keyword = Text(foreground, "Magenta") ?? "",
            String = Text(foreground, "Cyan") ?? "",
            Comment = Text(foreground, "Green") ?? "",
            Reset = Text(style, "Reset") ?? AllOff,
            Colors = static language => PowerShellColors.Knows(language) ? new PowerShellColors() : CodeColors.Of(language),
        };
    }

    /// <summary>What Get-MarkdownOption returns; null where there is no such cmdlet, as in Windows PowerShell.</summary>
    private static PSObject? MarkdownOption(CommandInvocationIntrinsics commands)
    {
        try
        {
            return commands.GetCommand("Microsoft.PowerShell.Utility\\Get-MarkdownOption", CommandTypes.Cmdlet) is null ? null
                : commands.InvokeScript("Microsoft.PowerShell.Utility\\Get-MarkdownOption").FirstOrDefault();
        }
        catch (RuntimeException)
        {
            return null; // a session that runs no scripts
        }
    }

    /// <summary>An option: a sequence without its escape character.</summary>
    private static string Sequence(PSObject option, string name) =>
        Text(option, name) is { Length: > 0 } text ? text[0] == '[' ? '\x1b' + text : text : "";

    private static string? Text(object? from, string name) =>
        from is null ? null : PSObject.AsPSObject(from).Properties[name]?.Value?.ToString();
}
