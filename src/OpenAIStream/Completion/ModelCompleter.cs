using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>Completes the names of the models that the connection's service offers.</summary>
public sealed class ModelCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        if (Find(fakeBoundParameters["Connection"]) is not OpenAIConnection connection)
        {
            return [];
        }

        string start = wordToComplete.Trim('\'', '"');
        string[] first = connection.DefaultModel is string model ? [model] : [];
        return first.Concat(connection.ModelNames.Get())
            .Distinct(StringComparer.Ordinal)
            .Where(name => name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            .Select(static name => new CompletionResult(Quoted(name), name, CompletionResultType.ParameterValue, name));
    }

    private static OpenAIConnection? Find(object? given)
    {
        try
        {
            return (given is PSObject wrapped ? wrapped.BaseObject : given) switch
            {
                null => Connections.Default,
                string name => Connections.Find(name),
                var other => other as OpenAIConnection,
            };
        }
        catch (ApiException)
        {
            return null; // the environment's fault, which the request will tell
        }
    }

    private static string Quoted(string name) =>
        Regex.IsMatch(name, @"^\w[\w./:-]*$") ? name : $"'{CodeGeneration.EscapeSingleQuotedStringContent(name)}'";
}
