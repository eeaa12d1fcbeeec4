using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>
/// The arguments of a call, as the model wrote them: a text that is read as JSON and nothing else. Only parameters that the
/// tool declares are passed on, under their declared names.
/// </summary>
internal static class ToolArguments
{
    public static bool TryRead(ChatTool tool, string? json, out JsonMap arguments, [NotNullWhen(false)] out string? error)
    {
        arguments = new JsonMap();
        JsonMap given;
        try
        {
            given = string.IsNullOrWhiteSpace(json) ? arguments : JsonModel.FromJson<JsonMap>(json!);
        }
        catch (JsonException exception)
        {
            error = $"The arguments are not a JSON object: {exception.Message}";
            return false;
        }

        error = Take(tool.Function?.Parameters, given, arguments);
        return error is null;
    }

    private static string? Take(JsonMap? schema, JsonMap given, JsonMap arguments)
    {
        string[] declared = schema?["properties"] is JsonMap properties ? [.. properties.GetFieldNames()] : [];
        foreach (string name in given.GetFieldNames())
        {
            string? parameter = declared.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (parameter is null)
            {
                return $"There is no parameter '{name}'. The parameters are: {string.Join(", ", declared)}.";
            }

            if (arguments.Contains(parameter))
            {
                return $"The parameter '{parameter}' is specified twice.";
            }

            arguments[parameter] = given.Find(name); // as it was written: the public value of a number may have lost digits
        }

        return null;
    }
}
