using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace OpenAIStream;

/// <summary>Completes the words for -ToolChoice, and the names of the specified tools.</summary>
public sealed class ToolChoiceCompleter : IArgumentCompleter
{
    private static readonly string[] Words = ["auto", "none", "required"];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Words.Concat(ToolNames(Dictionaries.Unwrap(fakeBoundParameters["Tools"])))
            .Where(name => name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .Select(static name => CompletionText.Of(name));

    private static IEnumerable<string> ToolNames(object? tools) => tools switch
    {
        string name => [name],
        ChatTool { Name: string name } => [name],
        CommandInfo command => [command.Name],
        object?[] items => items.SelectMany(static item => ToolNames(Dictionaries.Unwrap(item))),
        _ => [],
    };
}
