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
        Matching(words, wordToComplete);

    /// <summary>The word as it is spelled here; null when it is none of them.</summary>
    internal string? Find(string word) => Array.Find(words, known => string.Equals(known, word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Those of the words that begin as what is typed does, quotes aside.</summary>
    internal static IEnumerable<CompletionResult> Matching(IEnumerable<string> words, string wordToComplete)
    {
        string start = wordToComplete.Trim('\'', '"');
        return words.Where(word => word.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            .Select(static word => new CompletionResult(word, word, CompletionResultType.ParameterValue, word));
    }
}

/// <summary>How hard a reasoning model thinks.</summary>
public sealed class ReasoningEffortCompleter() : WordCompleter("none", "minimal", "low", "medium", "high", "xhigh", "max");

/// <summary>How long an answer is to be.</summary>
public sealed class VerbosityCompleter() : WordCompleter("low", "medium", "high");

/// <summary>How a chat is processed.</summary>
public sealed class ServiceTierCompleter() : WordCompleter("auto", "default", "flex", "priority", "fast", "scale");

/// <summary>How a response is processed.</summary>
public sealed class ResponseServiceTierCompleter() : WordCompleter("auto", "default", "flex", "priority", "fast", "ultrafast", "scale");

/// <summary>When a background response is to be there.</summary>
public sealed class CompletionWindowCompleter() : WordCompleter("soonest", "2h", "8h");

/// <summary>HTTP versions.</summary>
public sealed class HttpVersionCompleter() : WordCompleter("1.1", "2.0");

/// <summary>How to summarize reasoning.</summary>
public sealed class ReasoningSummaryCompleter() : WordCompleter("auto", "concise", "detailed");

/// <summary>API versions of Azure OpenAI that are not previews.</summary>
public sealed class ApiVersionCompleter() : WordCompleter("2024-10-21", "2024-06-01", "2024-02-01");

/// <summary>Forms of a chat's answer.</summary>
public sealed class ResponseFormatCompleter() : WordCompleter("@{ type = 'json_object' }", "@{ type = 'text' }");

/// <summary>What a response can hold besides.</summary>
public sealed class ResponseIncludeCompleter() : WordCompleter(
    "reasoning.encrypted_content", "message.output_text.logprobs", "web_search_call.action.sources", "file_search_call.results",
    "code_interpreter_call.outputs", "computer_call_output.output.image_url", "message.input_image.image_url");

/// <summary>What a transcription can hold besides.</summary>
public sealed class TranscriptionIncludeCompleter() : WordCompleter("logprobs");

/// <summary>Which times a transcription can tell.</summary>
public sealed class TimestampGranularityCompleter() : WordCompleter("word", "segment");

/// <summary>How audio is cut into pieces.</summary>
public sealed class ChunkingStrategyCompleter() : WordCompleter("auto", "@{ type = 'server_vad'; threshold = 0.5 }");
