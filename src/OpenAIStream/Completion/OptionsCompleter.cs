using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace OpenAIStream;

/// <summary>Completes the beginning of -Options, with each of its keys. The engine completes keys inside the braces by itself.</summary>
public abstract class OptionsCompleter(Type options) : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        options.GetProperties().Select(static property => property.Name)
            .Where(key => key.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase))
            .Select(static key => new CompletionResult($"@{{ {key} = ", key, CompletionResultType.ParameterValue, key));
}

/// <summary>Keys of a chat's options.</summary>
public sealed class ChatCompletionOptionsCompleter() : OptionsCompleter(typeof(ChatCompletionOptions));

/// <summary>Keys of a response's options.</summary>
public sealed class ResponseOptionsCompleter() : OptionsCompleter(typeof(ResponseOptions));

/// <summary>Keys of an image's options.</summary>
public sealed class ImageOptionsCompleter() : OptionsCompleter(typeof(ImageOptions));

/// <summary>Keys of a completion's options.</summary>
public sealed class CompletionOptionsCompleter() : OptionsCompleter(typeof(CompletionOptions));
