namespace OpenAIStream;

/// <summary>
/// A JSON schema as the form of an answer. It may come bare, wrapped with a name (<c>name</c>, <c>schema</c>, and perhaps
/// <c>strict</c> and <c>description</c>), or as the whole format with <c>type</c> json_schema.
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

    private static JsonMap Wrap(JsonMap schema)
    {
        if (schema["type"] is "json_schema" && schema["json_schema"] is JsonMap inner)
        {
            schema = inner;
        }

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

    /// <summary>A title as a name: services take letters, digits, <c>_</c> and <c>-</c>.</summary>
    private static string Name(string? title)
    {
        string name = new([.. (title ?? "").Trim().Take(LongestName).Select(static c => c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' or '-' ? c : '_')]);
        return name.Length > 0 ? name : "response";
    }
}
