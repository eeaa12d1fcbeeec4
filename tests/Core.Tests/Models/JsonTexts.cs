using System.Globalization;
using System.Text;

namespace OpenAIStream.Tests.Models;

/// <summary>Random JSON texts, and a form in which two texts are equal if only their escaping differs.</summary>
internal static class JsonTexts
{
    private static readonly string[] Names = ["id", "choices", "delta", "content", "index", "usage", "tool_calls", "function", "a", "b", "c", "\u00E9", "x\\\"y", "\\u0061\\u0062", "", "\\ud83d", "\uFFFD"];
    private static readonly string[] Strings = ["", "a", "chatcmpl-1", "gpt", "\u00E9\u6F22", "\\ud83d\\ude00", "\U0001F600", "\\ud83d", "\\ude00", "\\n\\t\\u0000", "\\\"\\\\\\/", "\uFFFD", "\\u0061"];
    private static readonly string[] Numbers =
        ["0", "-0", "1", "31", "32", "-1", "1.0", "0.5", "-0.25", "1.50", "0.00001", "1e400", "-1E-7", "0.1234567890123456789", "0.30000000000000004",
            "9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551615", "123456789012.345"];

    public static string Value(Random random, int depth = 0)
    {
        int kind = random.Next(depth > 4 ? 6 : 12);
        return kind switch
        {
            0 => "null",
            1 => "true",
            2 => "false",
            3 => One(random, Numbers),
            4 or 5 => "\"" + One(random, Strings) + "\"",
            < 9 => Object(random, depth + 1),
            _ => "[" + string.Join(",", Enumerable.Range(0, Count(random)).Select(_ => Value(random, depth + 1))) + "]",
        };
    }

    /// <summary>An object without duplicate names.</summary>
    public static string Object(Random random, int depth = 0)
    {
        var names = Enumerable.Range(0, Count(random)).Select(i => i < Names.Length ? One(random, Names) : "n" + i).DistinctBy(Normal);
        return "{" + string.Join(",", names.Select(name => $"\"{name}\":{Value(random, depth + 1)}")) + "}";
    }

    /// <summary>The text with some fields, values or their order changed, as in the next chunk.</summary>
    public static string Changed(Random random, string json) => random.Next(4) switch
    {
        0 => json,
        1 => json.Replace("\"a\"", "\"c2\"", StringComparison.Ordinal),
        2 => json.Replace("gpt", "gpu", StringComparison.Ordinal).Replace("null", "0", StringComparison.Ordinal),
        _ => Object(random),
    };

    /// <summary>Escapes written as their characters, except for those that must be escaped.</summary>
    public static string Normal(string json)
    {
        var result = new StringBuilder();
        for (int i = 0; i < json.Length; i++)
        {
            char c = json[i];
            if (c == '\\')
            {
                c = json[++i] switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', var other => other };
                if (c == 'u')
                {
                    c = (char)ushort.Parse(json.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                    i += 4;
                }

                if (c is '"' or '\\' or < ' ')
                {
                    result.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    continue;
                }
            }

            result.Append(c);
        }

        return result.ToString();
    }

    /// <summary>A value with the types of all its parts.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "null",
        JsonModel model => $"{model.GetType().Name}({string.Join(", ", model.Fields.ToArray().Zip(model.ToValues(), (field, item) => $"{field.Name}: {Describe(item)}"))})",
        object?[] items => $"{items.GetType().Name}({string.Join(", ", items.Select(Describe))})",
        JsonNumber number => "number " + number.Text,
        _ => $"{value.GetType().Name} {value}",
    };

    private static int Count(Random random) => random.Next(20) == 0 ? random.Next(80) : random.Next(5);

    private static string One(Random random, string[] texts) => texts[random.Next(texts.Length)];
}
