using System.Collections;
using System.Management.Automation;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>
/// Accepts a JSON schema as text, as a hashtable, or as a file. The type of the parameter is object, so that proxies and
/// mocks, which do not have this attribute, accept all of these.
/// </summary>
public sealed class JsonSchemaTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) => Dictionaries.Unwrap(inputData) switch
    {
        string text when text.TrimStart().StartsWith("{", StringComparison.Ordinal) => Parse(text, "The text"),
        string path => ReadFile(FullPath(engineIntrinsics.SessionState, path)),
        FileInfo file => ReadFile(file.FullName),
        IDictionary fields => new JsonMap(fields),
        null => null,
        JsonMap schema => schema,
        var other => throw new ArgumentTransformationMetadataException($"A JSON schema must be text, a hashtable or a file, not a {other.GetType()}."),
    };

    private static string FullPath(SessionState session, string path)
    {
        try
        {
            return InputFiles.FullPath(session, path);
        }
        catch (InputFileException exception)
        {
            throw new ArgumentTransformationMetadataException($"The file with the JSON schema cannot be read: {exception.Message} A schema as text must begin with {{.", exception);
        }
    }

    private static JsonMap ReadFile(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), $"'{path}'");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ArgumentTransformationMetadataException($"The file with the JSON schema cannot be read: {exception.Message} A schema as text must begin with {{.", exception);
        }
    }

    private static JsonMap Parse(string json, string where)
    {
        try
        {
            return JsonModel.FromJson<JsonMap>(json);
        }
        catch (JsonException exception)
        {
            throw new ArgumentTransformationMetadataException($"{where} is not a JSON schema: {exception.Message}", exception);
        }
    }
}
