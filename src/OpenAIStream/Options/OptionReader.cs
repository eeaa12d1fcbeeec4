using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>Reads -Options: names in PowerShell style or as the service writes them, and values of the type that each requires.</summary>
internal static class OptionReader
{
    /// <exception cref="ArgumentException">A name is unknown, or a value has another type.</exception>
    public static RequestValues Read(Type type, object? given)
    {
        var options = (RequestValues)Activator.CreateInstance(type)!;
        foreach (var (name, value) in Fields(given))
        {
            var property = options.Find(name) ?? throw Unknown(options, name);
            if (value is null)
            {
                continue; // not specified, as for a parameter
            }

            if (property.GetValue(options) is not null)
            {
                throw new ArgumentException($"-Options contains the key {property.Name} twice. Specify it once.");
            }

            property.SetValue(options, Value(property, value));
        }

        return options;
    }

    private static IEnumerable<(string Name, object? Value)> Fields(object? given)
    {
        object? plain = Dictionaries.Unwrap(given);
        return (plain is JsonModel model ? model.ToDictionary() : plain) is IDictionary fields
            ? fields.Cast<DictionaryEntry>().Select(static entry => ((string)entry.Key, (object?)entry.Value))
            : throw new ArgumentException($"-Options requires names and values, such as @{{ PromptCacheKey = 'nightly' }}, not a value of type {plain?.GetType()}.");
    }

    private static object Value(PropertyInfo property, object value)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return (property.Name, value) switch
        {
            (nameof(ChatCompletionOptions.Prediction), string text) => new JsonMap { ["type"] = "content", ["content"] = text },
            (nameof(SamplingRequest.LogitBias), _) => Biases(value) ?? throw Wrong(property, "token numbers and their biases, such as @{ 50256 = -100 }", value),
            _ when type == typeof(string) => value as string ?? throw Wrong(property, "text", value),
            _ when type == typeof(bool) => value as bool? ?? throw Wrong(property, "$true or $false", value),
            _ when type == typeof(int) => Number(value) ?? throw Wrong(property, "a whole number", value),
            _ when type == typeof(string[]) => List<string>(value, static item => item as string) ?? throw Wrong(property, "text, or a list of texts", value),
            _ when type == typeof(JsonMap[]) => List(value, OnWire) ?? throw Wrong(property, "a hashtable, or a list of them", value),
            _ when type == typeof(JsonMap) => OnWire(value) ?? throw Wrong(property, "a hashtable", value),
            _ when typeof(JsonModel).IsAssignableFrom(type) => OnWire(value) is JsonMap map ? JsonModel.Create(type, map.ToJson()) : throw Wrong(property, "a hashtable", value),
            _ => value as string ?? (object?)OnWire(value) ?? throw Wrong(property, "text or a hashtable", value),
        };
    }

    private static int? Number(object value) =>
        value is not (string or bool or char) && LanguagePrimitives.TryConvertTo(value, CultureInfo.InvariantCulture, out decimal number)
            && number == decimal.Truncate(number) && number is >= int.MinValue and <= int.MaxValue
            ? (int)number
            : null;

    private static T[]? List<T>(object value, Func<object?, T?> read) where T : class
    {
        T[] items = [.. (value as object?[] ?? [value]).Select(read).OfType<T>()];
        return items.Length == ((value as object?[])?.Length ?? 1) ? items : null;
    }

    private static JsonMap? Biases(object value) =>
        Map(value, static name => name) is JsonMap map && map.GetFieldNames().All(name => map[name] is long or double) ? map : null;

    /// <summary>An object of the service, whose names can be in PowerShell style too: <c>@{ Voice = 'alloy' }</c>.</summary>
    private static JsonMap? OnWire(object? value) => Map(value, JsonNamingPolicy.SnakeCaseLower.ConvertName);

    private static JsonMap? Map(object? value, Func<string, string> rename) => value switch
    {
        JsonMap map => map,
        IDictionary fields => Renamed(fields, rename),
        _ => null,
    };

    private static JsonMap Renamed(IDictionary fields, Func<string, string> rename)
    {
        var map = new JsonMap();
        foreach (DictionaryEntry field in fields)
        {
            map[rename((string)field.Key)] = Inner(field.Value, rename);
        }

        return map;
    }

    private static object? Inner(object? value, Func<string, string> rename) => value switch
    {
        IDictionary fields => Renamed(fields, rename),
        object?[] items => Array.ConvertAll(items, item => Inner(item, rename)),
        _ => value,
    };

    private static ArgumentException Wrong(PropertyInfo property, string wanted, object value) =>
        new($"-Options requires {wanted} for {property.Name}, not a value of type {value.GetType()}.");

    private static ArgumentException Unknown(RequestValues options, string name)
    {
        if (options.ParameterFor(name) is string parameter)
        {
            return new($"'{name}' is not a key of -Options: use -{parameter}.");
        }

        string[] known = [.. options.GetType().GetProperties().Select(static property => property.Name)];
        string[] near = [.. known.Where(key => IsNear(RequestValues.Plain(key), RequestValues.Plain(name)))];
        string hint = near.Length > 0 ? $"Did you mean {string.Join(" or ", near)}?" : $"The keys are {string.Join(", ", known)}.";
        return new($"'{name}' is not a key of -Options. {hint} -AdditionalBody sends any field by the name that the service uses.");
    }

    /// <summary>Whether one name may be a misspelling of the other: a part of it, or with an error or two.</summary>
    private static bool IsNear(string known, string given)
    {
        if (given.Length > 2 && (known.Contains(given) || given.Contains(known)))
        {
            return true;
        }

        int[] row = [.. Enumerable.Range(0, given.Length + 1)]; // Levenshtein distance
        for (int i = 1; i <= known.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= given.Length; j++)
            {
                int changed = diagonal + (known[i - 1] == given[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[given.Length] <= Math.Max(2, given.Length / 4);
    }
}
