using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpenAIStream;

/// <summary>
/// The values that a field can contain: null, string, <see cref="JsonLongText"/>, bool, long, double, <see
/// cref="JsonNumber"/>, <see cref="JsonModel"/>, an array of one type of model, or an array of these.
/// </summary>
internal static class JsonValue
{
    private static readonly object True = true;
    private static readonly object False = false;
    private static readonly object[] SmallNumbers = MakeSmallNumbers();

    /// <summary>The conversions that <see cref="JsonModel.AddConversion{T}"/> has added.</summary>
    public static ConcurrentDictionary<Type, Func<object, object?>> Conversions { get; } = new();

    public static object Box(bool value) => value ? True : False;

    public static object Box(long value) => value is >= 0 and < 32 ? SmallNumbers[value] : value;

    public static double? ToDouble(object? value) => value switch
    {
        long number => number,
        double number => number,
        JsonNumber number => number.ToDouble(),
        _ => null,
    };

    public static object? ToPublic(object? value) => value switch
    {
        JsonNumber number => number.ToDouble(),
        JsonModel[] models => models,
        object?[] values => Array.ConvertAll(values, ToPublic),
        _ => value,
    };

    /// <summary>Converts a value from a caller to a value that a field can contain.</summary>
    /// <param name="value">The value.</param>
    /// <param name="depth">The number of dictionaries and lists that contain it, including the object with the field.</param>
    /// <exception cref="ArgumentException">The value cannot be written as JSON, or is nested too deep.</exception>
    public static object? From(object? value, int depth = 1) => value switch
    {
        null or string or JsonModel or JsonNumber or JsonLongText => value,
        double.NaN or double.PositiveInfinity or double.NegativeInfinity or float.NaN or float.PositiveInfinity or float.NegativeInfinity =>
            throw new ArgumentException($"{value} is not a valid JSON number."),
        double => value,
        JsonModel[] models => models,
        bool flag => Box(flag),
        sbyte or byte or short or ushort or int or uint or long => Box(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        float number => double.Parse(number.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
        ulong or decimal or BigInteger => new JsonNumber(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)),
        char or Uri or Guid => value.ToString(),
        Enum name => name.ToString(),
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        JsonElement or JsonNode or JsonDocument => FromNode(value),
        _ when Conversions.TryGetValue(value.GetType(), out var convert) => FromConverted(value, convert(value), depth),
        IDictionary or IEnumerable when depth >= JsonModelReader.MaxDepth =>
            throw new ArgumentException($"A {value.GetType()} is nested more than {JsonModelReader.MaxDepth} levels deep. Check whether it contains itself."),
        IDictionary fields => new JsonMap(fields, depth + 1),
        IEnumerable items => FromItems(items, depth + 1),
        _ => throw new ArgumentException(
            $"A value of type {value.GetType()} cannot be sent as JSON. Use a string, number, boolean, date, dictionary or list of these."),
    };

    private static object? FromConverted(object value, object? converted, int depth) => converted?.GetType() == value.GetType()
        ? throw new ArgumentException($"The conversion of {value.GetType()} returned a value of the same type.")
        : From(converted, depth);

    // Startup: no LINQ over numbers (docs/startup.md).
    private static object[] MakeSmallNumbers()
    {
        object[] numbers = new object[32];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (long)i;
        }

        return numbers;
    }

    private static object? FromNode(object node)
    {
        try
        {
            return JsonTokenReader.ParseValue(JsonText.Of(node));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new ArgumentException($"The {node.GetType()} is empty, disposed, or nested more than {JsonModelReader.MaxDepth} levels deep.", exception);
        }
    }

    private static object?[] FromItems(IEnumerable items, int depth)
    {
        object?[] values = [.. items.Cast<object?>().Select(item => From(item, depth))];
        if (values.Length == 0 || values[0] is not JsonModel first || !values.All(value => value?.GetType() == first.GetType()))
        {
            return values;
        }

        object?[] models = (object?[])Array.CreateInstance(first.GetType(), values.Length);
        values.CopyTo(models, 0);
        return models;
    }
}
