namespace OpenAIStream;

/// <summary>The JSON schema that an answer was asked for, as <see cref="JsonSchemaFormat.Read"/> takes it.</summary>
internal static class AskedSchema
{
    /// <summary>The schema that a request asks for.</summary>
    public static JsonMap? Of(StreamingRequest request) => request switch
    {
        ChatCompletionRequest { ResponseFormat: JsonMap format } => Schema(format),
        ResponseRequest { TextOptions: JsonMap options } => Schema(options["format"] as JsonMap),
        _ => null,
    };

    /// <summary>The schema that an answer says it was asked for, as responses do.</summary>
    public static JsonMap? Of(ModelOutput answer) => answer is Response && answer["text"] is JsonMap options ? Schema(options["format"] as JsonMap) : null;

    private static JsonMap? Schema(JsonMap? format) => format?["type"] is "json_schema" ? format : null;
}
