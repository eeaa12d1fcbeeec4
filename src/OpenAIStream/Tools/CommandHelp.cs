using System.Management.Automation;
using System.Management.Automation.Language;

namespace OpenAIStream;

/// <summary>What a command says of itself: comment-based help, and for parameters their HelpMessage.</summary>
internal sealed class CommandHelp
{
    private readonly CommentHelpInfo? _help;

    public CommandHelp(CommandInfo command) => _help = Body(command)?.Ast switch
    {
        FunctionDefinitionAst function => function.GetHelpContent(),
        ScriptBlockAst script => script.GetHelpContent(),
        _ => null,
    };

    /// <summary>Synopsis and description.</summary>
    public string? Description
    {
        get
        {
            string text = string.Join("\n\n", new[] { _help?.Synopsis, _help?.Description }.Select(static part => part?.Trim()).Where(static part => !string.IsNullOrEmpty(part)));
            return text.Length > 0 ? text : null;
        }
    }

    public string? Of(ParameterMetadata parameter)
    {
        // Help keeps the names of parameters in upper case.
        string? text = _help?.Parameters is { } known && known.TryGetValue(parameter.Name.ToUpperInvariant(), out string? help) ? help
            : parameter.Attributes.OfType<ParameterAttribute>().Select(static attribute => attribute.HelpMessage).FirstOrDefault(static message => !string.IsNullOrEmpty(message));
        return text?.Trim();
    }

    private static ScriptBlock? Body(CommandInfo command) => command switch
    {
        FunctionInfo function => function.ScriptBlock,
        ExternalScriptInfo script => script.ScriptBlock,
        _ => null,
    };
}
