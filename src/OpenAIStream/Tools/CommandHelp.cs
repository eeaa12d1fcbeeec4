using System.Management.Automation;
using System.Management.Automation.Language;

namespace OpenAIStream;

/// <summary>What a command says about itself: its help, and HelpMessage for parameters.</summary>
internal sealed class CommandHelp
{
    // More is an error at OpenAI, and does not help anybody.
    private const int MaxLength = 1024;

    private static readonly string[] Ends = ["\n\n", ". ", " "]; // of paragraphs, sentences, words

    private readonly string? _synopsis;
    private readonly string? _description;
    private readonly Func<string, string?> _ofParameter;

    private CommandHelp(string? synopsis, string? description, Func<string, string?> ofParameter)
    {
        _synopsis = synopsis;
        _description = description;
        _ofParameter = ofParameter;
    }

    /// <summary>The comment-based help of a function or script; for compiled commands, or module functions without a comment, what Get-Help returns.</summary>
    public static CommandHelp Of(CommandInfo command) => Comment(command) is { } comment
        ? new CommandHelp(comment.Synopsis, comment.Description,
            name => comment.Parameters is { } known && known.TryGetValue(name.ToUpperInvariant(), out string? help) ? help : null) // it stores names in upper case
        : command is CmdletInfo || (command is FunctionInfo { Module: PSModuleInfo module } && module.ExportedFunctions.ContainsKey(command.Name)) ? Installed(command)
        : None;

    private static CommandHelp None { get; } = new(null, null, static _ => null);

    /// <summary>Synopsis and description.</summary>
    public string? Description
    {
        get
        {
            string text = string.Join("\n\n", new[] { _synopsis, _description }.Select(static part => part?.Trim()).Where(static part => !string.IsNullOrEmpty(part)));
            return text.Length > 0 ? Shortened(text) : null;
        }
    }

    public string? Of(ParameterMetadata parameter)
    {
        string? text = _ofParameter(parameter.Name)
            ?? parameter.Attributes.OfType<ParameterAttribute>().Select(static attribute => attribute.HelpMessage).FirstOrDefault(static message => !string.IsNullOrEmpty(message));
        return text is null ? null : Shortened(text.Trim());
    }

    private static CommentHelpInfo? Comment(CommandInfo command) => command switch
    {
        FunctionInfo { ScriptBlock.Ast: FunctionDefinitionAst function } => function.GetHelpContent(),
        FunctionInfo { ScriptBlock.Ast: ScriptBlockAst script } => script.GetHelpContent(),
        ExternalScriptInfo { ScriptBlock.Ast: ScriptBlockAst script } => script.GetHelpContent(),
        _ => null,
    };

    /// <summary>What Get-Help returns. If no help is installed, it creates one from the syntax, which the schema describes better.</summary>
    private static CommandHelp Installed(CommandInfo command)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand("Microsoft.PowerShell.Core\\Get-Help").AddParameter("ErrorAction", ActionPreference.Ignore)
            .AddParameter("Name", string.IsNullOrEmpty(command.ModuleName) ? command.Name : $"{command.ModuleName}\\{command.Name}");
        PSObject? help;
        try
        {
            help = shell.Invoke().FirstOrDefault(static one => one?.TypeNames.Any(static name => name.StartsWith("MamlCommandHelpInfo", StringComparison.Ordinal)) == true);
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            return None; // help that is damaged
        }

        if (help is null)
        {
            return None;
        }

        var parameters = Items(Value(Value(help, "parameters"), "parameter"))
            .GroupBy(static parameter => Text(Value(parameter, "name")), StringComparer.OrdinalIgnoreCase)
            .ToDictionary(static same => same.Key, static same => Paragraphs(Value(same.First(), "description")).FirstOrDefault(), StringComparer.OrdinalIgnoreCase);
        return new CommandHelp(Text(Value(help, "Synopsis")), string.Join("\n\n", Paragraphs(Value(help, "description"))),
            name => parameters.TryGetValue(name, out string? text) ? text : null);
    }

    private static object? Value(object? item, string name) => item is null ? null : PSObject.AsPSObject(item).Properties[name]?.Value;

    private static IEnumerable<object?> Items(object? value) => LanguagePrimitives.GetEnumerable(value)?.Cast<object?>() ?? [value];

    private static IEnumerable<string> Paragraphs(object? description) =>
        Items(description).Select(static paragraph => Text(Value(paragraph, "Text"))).Where(static text => text.Length > 0);

    private static string Text(object? value) => value?.ToString()?.Trim() ?? "";

    /// <summary>As many whole paragraphs as there is room for, otherwise sentences, otherwise words.</summary>
    private static string Shortened(string text)
    {
        if (text.Length <= MaxLength)
        {
            return text;
        }

        string room = text.Substring(0, MaxLength - 2);
        int end = Ends.Select(mark => room.LastIndexOf(mark, StringComparison.Ordinal)).FirstOrDefault(static at => at > MaxLength / 4);
        return room.Substring(0, end > 0 ? end : room.Length).TrimEnd().TrimEnd('.') + " …";
    }
}
