namespace OpenAIStream;

/// <summary>The JSON schema that was requested for an answer, in the form for <see cref="JsonSchemaFormat.Read"/>.</summary>
internal static class AskedSchema
{
    /// <summary>The schema in a request.</summary>
    public static JsonMap? Of(StreamingRequest request) => request switch
    {
        ChatCompletionRequest { ResponseFormat: JsonMap format } => Schema(format),
        ResponseRequest { TextOptions: JsonMap options } => Schema(options["format"] as JsonMap),
        _ => null,
    };

    /// <summary>The requested schema in an answer, as responses contain it.</summary>
    public static JsonMap? Of(ModelOutput answer) => answer is Response && answer["text"] is JsonMap options ? Schema(options["format"] as JsonMap) : null;

    private static JsonMap? Schema(JsonMap? format) => format?["type"] is "json_schema" ? format : null;
}
