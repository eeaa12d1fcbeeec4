using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace OpenAIStream;

/// <summary>Completes words that are likely, where others are allowed too.</summary>
public abstract class WordCompleter(params string[] words) : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        words.Where(word => word.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .Select(static word => new CompletionResult(word));
}

/// <summary>How hard a reasoning model thinks.</summary>
public sealed class ReasoningEffortCompleter() : WordCompleter("none", "minimal", "low", "medium", "high", "xhigh");

/// <summary>How long an answer is to be.</summary>
public sealed class VerbosityCompleter() : WordCompleter("low", "medium", "high");

/// <summary>HTTP versions.</summary>
public sealed class HttpVersionCompleter() : WordCompleter("1.1", "2.0");

/// <summary>How to summarize reasoning.</summary>
public sealed class ReasoningSummaryCompleter() : WordCompleter("auto", "concise", "detailed");
