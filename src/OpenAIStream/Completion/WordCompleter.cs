using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace OpenAIStream;

/// <summary>Completes likely words where others are allowed too.</summary>
public abstract class WordCompleter(params string[] words) : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Matching(words, wordToComplete);

    /// <summary>The word in this spelling; null if it is not one of them.</summary>
    internal string? Find(string word) => Array.Find(words, known => string.Equals(known, word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Those of the words that begin with the typed text, without quotes.</summary>
    internal static IEnumerable<CompletionResult> Matching(IEnumerable<string> words, string wordToComplete)
    {
        string start = wordToComplete.Trim('\'', '"');
        return words.Where(word => word.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            .Select(static word => new CompletionResult(word, word, CompletionResultType.ParameterValue, word));
    }
}

/// <summary>How much a reasoning model reasons.</summary>
public sealed class ReasoningEffortCompleter() : WordCompleter("none", "minimal", "low", "medium", "high", "xhigh", "max");

/// <summary>The length of an answer.</summary>
public sealed class VerbosityCompleter() : WordCompleter("low", "medium", "high");

/// <summary>How a chat is processed.</summary>
public sealed class ServiceTierCompleter() : WordCompleter("auto", "default", "flex", "priority", "fast", "scale");

/// <summary>How a response is processed.</summary>
public sealed class ResponseServiceTierCompleter() : WordCompleter("auto", "default", "flex", "priority", "fast", "ultrafast", "scale");

/// <summary>The time by which a background response has to be complete.</summary>
public sealed class CompletionWindowCompleter() : WordCompleter("soonest", "2h", "8h");

/// <summary>HTTP versions.</summary>
public sealed class HttpVersionCompleter() : WordCompleter("1.1", "2.0");

/// <summary>How to summarize reasoning.</summary>
public sealed class ReasoningSummaryCompleter() : WordCompleter("auto", "concise", "detailed");

/// <summary>API versions of Azure OpenAI that are not previews.</summary>
public sealed class ApiVersionCompleter() : WordCompleter("2024-10-21", "2024-06-01", "2024-02-01");

/// <summary>Formats of a chat's answer.</summary>
public sealed class ResponseFormatCompleter() : WordCompleter("@{ type = 'json_object' }", "@{ type = 'text' }");

/// <summary>Additional data in a response.</summary>
public sealed class ResponseIncludeCompleter() : WordCompleter(
    "reasoning.encrypted_content", "message.output_text.logprobs", "web_search_call.action.sources", "file_search_call.results",
    "code_interpreter_call.outputs", "computer_call_output.output.image_url", "message.input_image.image_url");

/// <summary>Additional data in a transcription.</summary>
public sealed class TranscriptionIncludeCompleter() : WordCompleter("logprobs");

/// <summary>The times in a transcription.</summary>
public sealed class TimestampGranularityCompleter() : WordCompleter("word", "segment");

/// <summary>How audio is split.</summary>
public sealed class ChunkingStrategyCompleter() : WordCompleter("auto", "@{ type = 'server_vad'; threshold = 0.5 }");
