using System.Globalization;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// Finds the input for an answer of a batch, in any process: its number is in the request's id, and its text is in the
/// request. An input that the request does not contain, such as a row, is uploaded as data.
/// </summary>
internal static class BatchInputs
{
    private const string Prefix = "input-";

    /// <summary>The id of an input's request.</summary>
    public static string IdOf(int index) => Prefix + index.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number of the input in a request's id; null for an id that this module did not create.</summary>
    public static int? IndexIn(string id) =>
        id.StartsWith(Prefix, StringComparison.Ordinal) && int.TryParse(id.Substring(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : null;

    /// <summary>The data of an input to upload; null if the request contains it.</summary>
    public static object? AboutOf(object? input, JsonModel request) =>
        PlainValue.Base(input) is string text && text.Equals(TextOf(request), StringComparison.Ordinal) ? null : ToolData.From(input);

    /// <summary>The input of a result; null if it is unknown.</summary>
    public static object? Of(BatchResult result) => result.About is object about ? Plain(about)
        : result.Request is JsonModel request ? TextOf(request)
        : null;

    /// <summary>The text of a request: its prompt, its input, or its last message.</summary>
    private static string? TextOf(JsonModel request) => Text(request["prompt"] ?? request["input"] ?? request["messages"]);

    private static string? Text(object? value) => value switch
    {
        string text => text,
        Array { Length: > 0 } items => Text(items.GetValue(items.Length - 1)),
        JsonModel item => item["content"] is string or Array ? Text(item["content"]) : item["text"] as string,
        _ => null,
    };

    /// <summary>Data in the form that scripts use: objects with properties.</summary>
    private static object? Plain(object? data)
    {
        switch (data)
        {
            case JsonModel fields:
                var row = new PSObject();
                foreach (string name in fields.GetFieldNames())
                {
                    row.Properties.Add(new PSNoteProperty(name, Plain(fields[name])));
                }

                return row;
            case Array items:
                return items.Cast<object?>().Select(Plain).ToArray();
            default:
                return data;
        }
    }
}
