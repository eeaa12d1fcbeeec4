using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// Reads prompts: the value of a parameter, or pipeline input. A prompt is a string, a <see cref="ChatMessage"/>, or an
/// array of items of the Responses API.
/// </summary>
/// <param name="kind">The kinds that the API accepts.</param>
/// <param name="names">The parameter, then the other names that a row can have for it.</param>
internal sealed class PromptReader(PromptKind kind, params string[] names)
{
    private const int MostNames = 10;

    /// <summary>The parameter for prompts.</summary>
    public string Parameter => names[0];

    /// <summary>Reads a prompt.</summary>
    /// <param name="given">The value.</param>
    /// <param name="parameter">The parameter of the value, for messages.</param>
    /// <exception cref="PromptException">It cannot be sent, or it is empty.</exception>
    public object Read(object? given, string parameter)
    {
        object prompt = ReadContent(given, parameter);
        return IsBlank(prompt)
            ? throw new PromptException("The prompt is empty or blank and was not sent.", isEmpty: true)
            : prompt;
    }

    /// <summary>The same for content, in which blank lines are allowed.</summary>
    /// <inheritdoc cref="Read(object, string)"/>
    public object ReadContent(object? given, string parameter)
    {
        try
        {
            if (PlainValue.Base(given) is IEnumerable and not (string or IDictionary))
            {
                Dictionaries.Unwrap(given); // refuses a list that contains itself, which has no end
            }

            return Read(given, parameter, isProperty: false);
        }
        catch (ArgumentException exception) when (exception is not PromptException)
        {
            throw new PromptException(exception.Message);
        }
    }

    public static bool IsBlank(object prompt) => prompt switch
    {
        string text => string.IsNullOrWhiteSpace(text),
        ChatMessage message => message.Role == "user" && string.IsNullOrWhiteSpace(message.Text) && message.ContentParts.All(PromptText.IsText),
        object?[] items => items.Length == 0,
        _ => false,
    };

    private object Read(object? given, string parameter, bool isProperty)
    {
        given = SerializedModel.Alive(given);
        object? plain = PlainValue.Base(given);
        return plain switch
        {
            ChatMessage message when kind != PromptKind.Text => message,
            JsonModel item and not ModelOutput when kind == PromptKind.Items => new object?[] { item },
            IDictionary fields => FromFields(fields),
            _ when PromptText.Of(given) is string text => text,
            ScriptBlock => throw new PromptException(
                $"A script block cannot be sent as text. With piped input, -{parameter} {{ ... }} runs for each input, and its output is sent."),
            FileSystemInfo file => throw new PromptException(
                $"'{file.Name}' is a file or folder, not text. To send the content of a file, use Get-Content -Raw, or -{parameter} {{ Get-Content $_ -Raw }}."),
            byte[] => throw new PromptException("Bytes are not text. Read a file with Get-Content -Raw."),
            IEnumerable items => FromItems([.. items.Cast<object?>()], parameter, isProperty),
            _ => FromProperties(PSObject.AsPSObject(given), parameter, isProperty),
        };
    }

    private object FromFields(IDictionary fields) => kind switch
    {
        PromptKind.Items when Has(fields, "role") || Has(fields, "type") => new object?[] { new JsonMap(fields.Unwrapped()) },
        PromptKind.Message when Has(fields, "role") => MessageTransformationAttribute.FromFields(fields.Unwrapped()),
        PromptKind.Text => throw new PromptException($"-{Parameter} requires text, not a {fields.GetType().Name}."),
        _ => throw new PromptException("A message needs a role and content, such as @{ role = 'user'; content = 'Hello' }."),
    };

    /// <summary>Texts are joined as lines; items of the Responses API stay separate.</summary>
    private object FromItems(object?[] items, string parameter, bool isProperty)
    {
        if (items.Length == 1)
        {
            return Read(items[0], parameter, isProperty);
        }

        object[] prompts = [.. items.Select(item => Read(item, parameter, isProperty))];
        if (prompts.All(static prompt => prompt is string))
        {
            var lines = new PromptContent();
            for (int i = 0; i < prompts.Length; i++)
            {
                lines.Add(prompts[i], items[i]);
            }

            return lines.Text;
        }

        return kind == PromptKind.Items
            ? prompts.SelectMany(Items).ToArray()
            : throw new PromptException($"-{Parameter} accepts one message. Specify the messages before it with -History.");
    }

    private object FromProperties(PSObject given, string parameter, bool isProperty)
    {
        if (!isProperty && names.Select(name => given.Properties[name]).FirstOrDefault(static found => found is not null) is PSPropertyInfo property)
        {
            return Read(property.Value, parameter, isProperty: true);
        }

        if (given.BaseObject is not PSCustomObject)
        {
            throw new PromptException(
                $"An object of type {given.BaseObject.GetType()} has no text. Pipe it to Out-String to get the text that is displayed, or to ConvertTo-Json.");
        }

        var fields = (IDictionary)Dictionaries.Unwrap(given)!;
        if (kind != PromptKind.Text && (Has(fields, "role") || Has(fields, "type")))
        {
            return FromFields(fields);
        }

        string[] found = [.. given.Properties.Select(static property => property.Name)];
        throw new PromptException(found.Length == 0
            ? "The input is an object without properties."
            : $"The input has no property named {string.Join(" or ", names)}. It has {string.Join(", ", found.Take(MostNames))}. To send one of them, use -{parameter} {{ $_.{found[0]} }}; to send all, pipe the input to ConvertTo-Json first.");
    }

    /// <summary>A prompt as items of the Responses API.</summary>
    public static object?[] Items(object prompt) => prompt switch
    {
        string text => [new JsonMap { ["role"] = "user", ["content"] = text }],
        ChatMessage message => [.. ResponseInput.From(message)],
        _ => (object?[])prompt,
    };

    private static bool Has(IDictionary fields, string name) =>
        fields.Keys.Cast<object>().Any(key => string.Equals(key.ToString(), name, StringComparison.OrdinalIgnoreCase) && fields[key] is not null);
}
