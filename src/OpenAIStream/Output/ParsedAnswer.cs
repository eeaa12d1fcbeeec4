using System.Management.Automation;

namespace OpenAIStream;

/// <summary>An answer that is JSON, as the objects that ConvertFrom-Json would make of it.</summary>
internal static class ParsedAnswer
{
    /// <summary>What an answer's text says. Without a schema, text that is not JSON is no error, and gives null.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="schema">The schema that it was asked for; null where none is known.</param>
    /// <exception cref="FormatException">There is a schema, and the text is not what it says.</exception>
    public static object? Of(ModelOutput answer, JsonMap? schema)
    {
        try
        {
            return ToObject(JsonSchemaFormat.Read(answer.Text, schema), "$");
        }
        catch (FormatException) when (schema is null)
        {
            return null;
        }
        catch (FormatException exception)
        {
            throw new FormatException(WhyOther(answer) is string reason ? $"{reason} {exception.Message}" : exception.Message, exception);
        }
    }

    private static string? WhyOther(ModelOutput answer) => answer switch
    {
        ChatCompletion { FinishReason: "length" } or Response { Status: "incomplete" } => "The answer is not complete.",
        ChatCompletion { FinishReason: "tool_calls" } => "The model requested tools and has not answered yet.",
        ChatCompletion { Choices: [{ Message.Refusal: { Length: > 0 } refusal }, ..] } => $"The model refused: {refusal}",
        _ => null,
    };

    private static object? ToObject(object? value, string path) => value switch
    {
        JsonModel model => ToObject(model, path),
        Array items => items.Cast<object?>().Select((item, i) => ToObject(item, FormattableString.Invariant($"{path}[{i}]"))).ToArray(),
        _ => value,
    };

    private static PSObject ToObject(JsonModel model, string path)
    {
        var result = new PSObject();
        foreach (string name in model.GetFieldNames())
        {
            if (name.Length == 0 || result.Properties[name] is not null)
            {
                throw new FormatException($"The text has names that one object cannot have, at {path}: '{name}'. Use ConvertFrom-Json -AsHashtable.");
            }

            result.Properties.Add(new PSNoteProperty(name, ToObject(model[name], $"{path}.{name}")));
        }

        return result;
    }
}
