using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>Completes the names of the models that the connection's service offers.</summary>
public class ModelCompleter : IArgumentCompleter
{
    private readonly string? _kind;

    /// <summary>For models of text, which the connection's default is too.</summary>
    public ModelCompleter()
    {
    }

    /// <summary>For models of another kind, which show it in their names at most services.</summary>
    private protected ModelCompleter(string kind) => _kind = kind;

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        if (Find(fakeBoundParameters["Connection"]) is not OpenAIConnection connection)
        {
            return [];
        }

        string start = wordToComplete.Trim('\'', '"');
        string[] first = _kind is null && connection.DefaultModel is string model ? [model] : [];
        return first.Concat(OfKind(connection.ModelNames.Get()))
            .Distinct(StringComparer.Ordinal)
            .Where(name => name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            .Select(static name => CompletionText.Of(name));
    }

    private string[] OfKind(string[] names)
    {
        string[] found = _kind is null ? names : Array.FindAll(names, name => Regex.IsMatch(name, _kind, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant));
        return found.Length > 0 ? found : names;
    }

    private static OpenAIConnection? Find(object? given)
    {
        try
        {
            return PlainValue.Base(given) switch
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
}

/// <summary>Models that make images.</summary>
public sealed class ImageModelCompleter() : ModelCompleter("image|dall-e");

/// <summary>Models that speak.</summary>
public sealed class SpeechModelCompleter() : ModelCompleter("tts");

/// <summary>Models that listen.</summary>
public sealed class TranscriptionModelCompleter() : ModelCompleter("transcri|whisper");
