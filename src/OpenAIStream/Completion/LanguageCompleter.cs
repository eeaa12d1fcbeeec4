using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace OpenAIStream;

/// <summary>Completes languages by their two-letter codes (ISO 639-1); the list shows their names.</summary>
public sealed class LanguageCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CultureInfo.GetCultures(CultureTypes.NeutralCultures)
            .Where(culture => culture.Name.Length == 2 && culture.Name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .OrderBy(static culture => culture.Name, StringComparer.Ordinal)
            .Select(static culture => new CompletionResult(culture.Name, culture.Name, CompletionResultType.ParameterValue, culture.EnglishName));
}
