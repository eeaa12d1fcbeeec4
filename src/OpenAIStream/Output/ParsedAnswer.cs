using System.Management.Automation;

namespace OpenAIStream;

/// <summary>An answer in JSON, as the objects that ConvertFrom-Json would create.</summary>
internal static class ParsedAnswer
{
    /// <summary>The object in the text of an answer. Without a schema, text that is not JSON is not an error, and returns null.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="schema">The requested schema; null if unknown.</param>
    /// <exception cref="FormatException">There is a schema, and the text does not match it.</exception>
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
