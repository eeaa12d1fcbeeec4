using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace OpenAIStream;

/// <summary>Completes the beginning of -Options, with each of its keys. Inside the braces, the engine completes keys itself.</summary>
public abstract class OptionsCompleter(Type options) : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        options.GetProperties().Select(static property => property.Name)
            .Where(key => key.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase))
            .Select(static key => new CompletionResult($"@{{ {key} = ", key, CompletionResultType.ParameterValue, key));
}

/// <summary>The keys of -Options for chats.</summary>
public sealed class ChatCompletionOptionsCompleter() : OptionsCompleter(typeof(ChatCompletionOptions));

/// <summary>The keys of -Options for responses.</summary>
public sealed class ResponseOptionsCompleter() : OptionsCompleter(typeof(ResponseOptions));

/// <summary>The keys of -Options for images.</summary>
public sealed class ImageOptionsCompleter() : OptionsCompleter(typeof(ImageOptions));

/// <summary>The keys of -Options for completions.</summary>
public sealed class CompletionOptionsCompleter() : OptionsCompleter(typeof(CompletionOptions));
