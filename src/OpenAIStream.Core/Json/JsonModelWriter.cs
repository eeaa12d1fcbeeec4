using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>Writes the fields of a model as JSON, unchanged.</summary>
internal static class JsonModelWriter
{
    private const int MaxDepth = 1000;

    public static string ToText(JsonModel model, bool indented) =>
        Encoding.UTF8.GetString(ToUtf8(model, indented ? JsonText.Indented : JsonText.Compact));

    /// <exception cref="InvalidOperationException">The object contains itself, or is nested too deep.</exception>
    public static byte[] ToUtf8(JsonModel model) => ToUtf8(model, JsonText.Compact);

    /// <summary>The value of a field by itself.</summary>
    public static string ToText(object? value) => Encoding.UTF8.GetString(ToUtf8(value, JsonText.Compact));

    /// <param name="value">The value.</param>
    /// <param name="options">How to write it.</param>
    /// <param name="depth">Its depth in what is being written.</param>
    private static byte[] ToUtf8(object? value, JsonWriterOptions options, int depth = 0)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, options))
        {
            WriteValue(writer, value, depth);
        }

        return bytes.ToArray();
    }

    private static void WriteModel(Utf8JsonWriter writer, JsonModel model, int depth)
    {
        writer.WriteStartObject();
        for (int i = 0; i < model.Fields.Length; i++)
        {
            WriteField(writer, model.Fields[i].Name, model.ValueAt(i), depth + 1);
        }

        writer.WriteEndObject();
    }

    private static void WriteField(Utf8JsonWriter writer, string name, object? value, int depth)
    {
        if (JsonText.HasLoneSurrogate(name))
        {
            // The writer would replace it by U+FFFD. Nobody sends such names, but they are kept anyway.
            writer.WriteRawValue(JsonText.Escape(name) + ":" + Encoding.UTF8.GetString(ToUtf8(value, JsonText.Compact, depth)), skipInputValidation: true);
            return;
        }

        writer.WritePropertyName(name);
        WriteValue(writer, value, depth);
    }

    private static void WriteValue(Utf8JsonWriter writer, object? value, int depth)
    {
        if (depth >= MaxDepth)
        {
            throw new InvalidOperationException(FormattableString.Invariant($"The object contains itself, or is nested more than {MaxDepth} levels deep. It cannot be written as JSON."));
        }

        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case JsonLongText text:
                text.WriteTo(writer);
                break;
            case string text when JsonText.HasLoneSurrogate(text):
                writer.WriteRawValue(JsonText.Escape(text), skipInputValidation: true);
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case double number:
                // The writer's own form has 17 digits on .NET Framework: 0.10000000000000001.
                writer.WriteRawValue(number.ToString("R", CultureInfo.InvariantCulture), skipInputValidation: true);
                break;
            case JsonNumber number:
                writer.WriteRawValue(number.Text, skipInputValidation: true);
                break;
            case JsonModel model:
                WriteModel(writer, model, depth);
                break;
            case object?[] values:
                writer.WriteStartArray();
                foreach (object? item in values)
                {
                    WriteValue(writer, item, depth + 1);
                }

                writer.WriteEndArray();
                break;
            default:
                throw new InvalidOperationException($"A field contains a {value.GetType()}, which cannot be written as JSON.");
        }
    }
}
