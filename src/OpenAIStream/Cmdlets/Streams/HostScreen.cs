using System.Management.Automation;
using System.Management.Automation.Host;

namespace OpenAIStream;

/// <summary>The properties of a host's screen: its width, and whether it supports colors and Markdown.</summary>
/// <param name="host">The host.</param>
/// <param name="variables">The variables of the session, which include <c>$PSStyle</c>.</param>
internal sealed class HostScreen(PSHost host, PSVariableIntrinsics variables)
{
    private const string Dim = "\x1b[2m";
    private const string DimItalic = "\x1b[2;3m";
    private const string Yellow = "\x1b[33m";
    private const string AllOff = "\x1b[0m";

    private bool IsRedirected => host.Name == "ConsoleHost" && Console.IsOutputRedirected;

    /// <summary>The current number of cells in a line, because the window can change; 0 if there is no screen or its width is unknown.</summary>
    public int Width()
    {
        if (IsRedirected || host.UI?.RawUI is not PSHostRawUserInterface screen)
        {
            return 0;
        }

        try
        {
            // A buffer can be wider than its window.
            int window = screen.WindowSize.Width;
            int buffer = screen.BufferSize.Width;
            int width = window > 0 ? Math.Min(window, buffer) : buffer;
            return Math.Max(0, host.UI.SupportsVirtualTerminal ? width : width - 1); // older consoles move to the next line once the last cell is written
        }
        catch (Exception exception) when (exception is HostException or NotImplementedException or NotSupportedException or IOException)
        {
            return 0; // a host whose screen cannot be queried
        }
    }

    /// <summary>The lines of the window now, or a common number if the host does not report it.</summary>
    public int Height()
    {
        const int Usual = 24;
        try
        {
            return host.UI?.RawUI?.WindowSize.Height is int height and > 0 ? height : Usual;
        }
        catch (Exception exception) when (exception is HostException or NotImplementedException or NotSupportedException or IOException)
        {
            return Usual;
        }
    }

    /// <summary>Shows images; null if the screen cannot, does not report it, or should not.</summary>
    public ImageView? Images(ImageProtocol wanted)
    {
        if (wanted == ImageProtocol.None || Width() == 0 || Environment.GetEnvironmentVariable("TERM") == "dumb" || host.UI?.SupportsVirtualTerminal != true)
        {
            return null;
        }

        var terminal = wanted != ImageProtocol.Auto ? ImageTerminal.Unknown with { Protocol = wanted }
            : host.Name == "ConsoleHost" ? ImageTerminal.Ask(ConsoleTerminal.Ask)
            : ImageTerminal.Unknown;
        return terminal.Protocol switch
        {
            ImageProtocol.None => null,
            ImageProtocol.Kitty or ImageProtocol.ITerm2 when Tmux.IsBetween => terminal.Protocol == ImageProtocol.Kitty && Tmux.LetsThrough() ? new ImageView(terminal, isInTmux: true) : null,
            _ => new ImageView(terminal),
        };
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
    /// The styles for Markdown: those of Get-MarkdownOption and $PSStyle, or plain if there are none. Null if text is shown
    /// unformatted: if nobody sees it as it arrives, or if a terminal says that it supports nothing.
    /// </summary>
    /// <param name="commands">Supplies Get-MarkdownOption.</param>
    public MarkdownStyle? Markdown(CommandInvocationIntrinsics commands)
    {
        if (Width() == 0 || Environment.GetEnvironmentVariable("TERM") == "dumb")
        {
            return null;
        }

        var style = variables.GetValue("PSStyle") is object value ? PSObject.AsPSObject(value) : null;
        if (!Style().HasColor || style is null || MarkdownOption(commands) is not PSObject option)
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

    /// <summary>The output of Get-MarkdownOption; null if there is no such cmdlet, as in Windows PowerShell.</summary>
    private static PSObject? MarkdownOption(CommandInvocationIntrinsics commands)
    {
        try
        {
            return commands.GetCommand("Microsoft.PowerShell.Utility\\Get-MarkdownOption", CommandTypes.Cmdlet) is null ? null
                : commands.InvokeScript("Microsoft.PowerShell.Utility\\Get-MarkdownOption").FirstOrDefault();
        }
        catch (RuntimeException)
        {
            return null; // a session that does not run scripts
        }
    }

    /// <summary>An option: a sequence without its escape character.</summary>
    private static string Sequence(PSObject option, string name) =>
        Text(option, name) is { Length: > 0 } text ? text[0] == '[' ? '\x1b' + text : text : "";

    private static string? Text(object? from, string name) =>
        from is null ? null : PSObject.AsPSObject(from).Properties[name]?.Value?.ToString();
}
