using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>Completes the names of the models of the connection's service.</summary>
public class ModelCompleter : IArgumentCompleter
{
    private readonly DefaultModels _defaults;
    private readonly string? _kind;

    /// <summary>Creates the completer for text models.</summary>
    public ModelCompleter() => _defaults = DefaultModels.Text;

    /// <summary>Creates the completer for models of another kind, which at most services can be recognized by their names.</summary>
    private protected ModelCompleter(DefaultModels defaults, string kind)
    {
        _defaults = defaults;
        _kind = kind;
    }

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        if (LeadsElsewhere(fakeBoundParameters) || CompletedConnection.Find(fakeBoundParameters) is not OpenAIConnection connection)
        {
            return [];
        }

        string start = wordToComplete.Trim('\'', '"');
        string[] first = _defaults.Set(connection) is string model ? [model] : [];
        return first.Concat(OfKind(connection.Models.GetNames()))
            .Distinct(StringComparer.Ordinal)
            .Where(name => name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            .Select(static name => CompletionText.Of(name));
    }

    private string[] OfKind(string[] names)
    {
        string[] found = _kind is null ? names : Array.FindAll(names, name => Regex.IsMatch(name, _kind, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant));
        return found.Length > 0 ? found : names;
    }

    /// <summary>Whether the command line refers to a service without a connection.</summary>
    private static bool LeadsElsewhere(IDictionary parameters) =>
        parameters.Contains(nameof(ConnectOpenAICommand.BaseUri)) || parameters.Contains(nameof(ConnectOpenAICommand.AzureEndpoint));
}

/// <summary>Image models.</summary>
public sealed class ImageModelCompleter() : ModelCompleter(DefaultModels.Image, "image|dall-e");

/// <summary>Speech models.</summary>
public sealed class SpeechModelCompleter() : ModelCompleter(DefaultModels.Speech, "tts");

/// <summary>Embedding models.</summary>
public sealed class EmbeddingModelCompleter() : ModelCompleter(DefaultModels.Embedding, "embed");

/// <summary>Moderation models.</summary>
public sealed class ModerationModelCompleter() : ModelCompleter(DefaultModels.Moderation, "moderation");

/// <summary>Transcription models.</summary>
public sealed class TranscriptionModelCompleter() : ModelCompleter(DefaultModels.Transcription, "transcri|whisper");
