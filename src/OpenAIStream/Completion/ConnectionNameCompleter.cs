using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace OpenAIStream;

/// <summary>Completes the names of connections.</summary>
public sealed class ConnectionNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string start = wordToComplete.Trim('\'', '"');
        return Connections.All
            .Where(connection => connection.Name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            .Select(static connection => CompletionText.Of(connection.Name, tip: connection.BaseUri.ToString()));
    }
}
