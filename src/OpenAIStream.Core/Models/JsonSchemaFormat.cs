namespace OpenAIStream;

/// <summary>
/// A JSON schema as the format of an answer. It can be the plain schema, have a name (<c>name</c>, <c>schema</c>, and
/// optionally <c>strict</c> and <c>description</c>), or be the whole format with <c>type</c> json_schema.
/// </summary>
public static class JsonSchemaFormat
{
    private const int LongestName = 64;

    /// <summary>The value of <c>response_format</c> in a chat completion.</summary>
    public static JsonMap ForChat(JsonMap schema) => new() { ["type"] = "json_schema", ["json_schema"] = Wrap(schema) };

    /// <summary>The value of <c>text.format</c> in a response.</summary>
    public static JsonMap ForResponse(JsonMap schema)
    {
        var format = new JsonMap { ["type"] = "json_schema" };
        var wrapped = Wrap(schema);
        foreach (string field in wrapped.GetFieldNames())
        {
            format[field] = wrapped[field];
        }

        return format;
    }

    /// <summary>Reads the text of an answer as the requested JSON.</summary>
    /// <param name="text">The text, which must be JSON and nothing else.</param>
    /// <param name="schema">
    /// The requested schema, in any of the forms above; null accepts any JSON. Types, required and additional properties,
    /// items, enum and const, anyOf, oneOf and allOf, limits, and references within the schema are checked; patterns and
    /// formats are not.
    /// </param>
    /// <returns>A string, bool, long, double, <see cref="JsonMap"/>, a list of these, or null.</returns>
    /// <exception cref="FormatException">The text is not JSON, or does not match the schema; the message says where.</exception>
    public static object? Read(string text, JsonMap? schema = null)
    {
        Guard.NotNull(text, nameof(text));
        object? value;
        try
        {
            value = JsonTokenReader.ParseValue(text);
        }
        catch (System.Text.Json.JsonException exception)
        {
            throw new FormatException($"The text is not JSON: {exception.Message}", exception);
        }

        return schema is not null && new SchemaCheck(Bare(schema)).Find(value) is string wrong
            ? throw new FormatException($"The text does not match the schema: {wrong}.")
            : JsonValue.ToPublic(value);
    }

    private static JsonMap Bare(JsonMap schema) => (Inner(schema) ?? schema) is var inner && inner["schema"] is JsonMap bare ? bare : inner;

    /// <summary>The part that a format for chat completions contains in a field of its own.</summary>
    private static JsonMap? Inner(JsonMap schema) => schema["type"] is "json_schema" ? schema["json_schema"] as JsonMap : null;

    private static JsonMap Wrap(JsonMap schema)
    {
        schema = Inner(schema) ?? schema;
        if (schema["schema"] is not JsonMap bare)
        {
            return new JsonMap { ["name"] = Name(schema["title"] as string), ["schema"] = schema, ["strict"] = true };
        }

        var wrapped = new JsonMap { ["name"] = schema["name"] ?? Name(bare["title"] as string), ["schema"] = bare, ["strict"] = schema["strict"] ?? true };
        if (schema.Contains("description"))
        {
            wrapped["description"] = schema["description"];
        }

        return wrapped;
    }

    /// <summary>A title as a name: services accept letters, digits, <c>_</c> and <c>-</c>.</summary>
    private static string Name(string? title)
    {
        string name = new([.. (title ?? "").Trim().Take(LongestName).Select(static c => c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' or '-' ? c : '_')]);
        return name.Length > 0 ? name : "response";
    }
}
