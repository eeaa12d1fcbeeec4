using System.Collections;
using System.Collections.Specialized;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>
/// Creates arguments for parameters from the JSON that a model wrote, exactly as it was written: numbers to the last digit,
/// null, the order of names, and names that differ only in case.
/// </summary>
internal sealed class ToolValues
{
    private static readonly string[] Times = ["System.DateTime", "System.DateTimeOffset", "System.TimeSpan", "System.DateOnly", "System.TimeOnly"];

    private readonly ToolTypes _types = new();

    /// <summary>The values for a call, by the names of its parameters.</summary>
    /// <param name="command">The command to call.</param>
    /// <param name="arguments">The arguments of the model.</param>
    /// <param name="isStrict">Whether the model had to specify every parameter: then null means that it omits one.</param>
    /// <exception cref="ToolArgumentException">A parameter cannot accept its argument, or a model may not supply it.</exception>
    public Hashtable Of(CommandInfo command, JsonMap arguments, bool isStrict)
    {
        // The fields of the model hold numbers as doubles; their text has all digits.
        using var exact = JsonDocument.Parse(arguments.ToJson(), new JsonDocumentOptions { MaxDepth = 1000 });
        var values = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value, text) in NaturalValues.Fields(arguments, exact.RootElement))
        {
            if (!command.Parameters.TryGetValue(name, out var parameter))
            {
                values[name] = NaturalValues.Of(value, text); // the binder converts it
                continue;
            }

            if (ParameterSchema.IsForbidden(parameter.ParameterType, parameter.Attributes))
            {
                throw new ToolArgumentException($"The parameter '{name}' cannot be supplied.");
            }

            bool takesNull = ParameterSchema.TakesNull(parameter.ParameterType, parameter.Attributes);
            if (value is not null || (takesNull && !isStrict) || (takesNull && IsAlwaysMandatory(parameter)))
            {
                values[name] = ParameterSchema.IsTransformed(parameter.Attributes)
                    ? NaturalValues.Of(value, text)
                    : Of(_types.Of(parameter.ParameterType), value, text, $"parameter '{name}'");
            }
        }

        return values;
    }

    private static bool IsAlwaysMandatory(ParameterMetadata parameter) => parameter.ParameterSets.Values.All(static set => set.IsMandatory);

    /// <param name="type">The type to create.</param>
    /// <param name="value">The JSON value.</param>
    /// <param name="text">The same with all digits.</param>
    /// <param name="what">The name of the parameter or property, for messages.</param>
    private object? Of(ToolType type, object? value, JsonElement text, string what) => value switch
    {
        null => null,
        _ when type.Kind == ToolKind.List && value is not Array => List(type, new[] { value }, text, what),
        long or double => Number(type, text.GetRawText(), what),
        JsonMap map => Map(type, map, text, what),
        Array items => List(type, items, text, what),
        string word => Word(type, word, what),
        bool flag when type.Kind == ToolKind.Text => flag ? "true" : "false",
        _ => value,
    };

    /// <summary>Text, which is often a number or a Boolean value in quotes. PowerShell would round it, convert "" to 0, and "no" to true.</summary>
    private static object Word(ToolType type, string word, string what) => type.Kind switch
    {
        ToolKind.Boolean => bool.TryParse(word, out bool flag) ? flag : throw new ToolArgumentException($"The {what} must be true or false, not '{word}'."),
        ToolKind.Integer or ToolKind.Number when Regex.IsMatch(word, @"\A-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\z") => Number(type, word, what),
        ToolKind.Integer or ToolKind.Number when string.IsNullOrWhiteSpace(word) => throw new ToolArgumentException($"The {what} must be a number, not '{word}'."),
        _ => word,
    };

    private static object Number(ToolType type, string text, string what) => type.Kind switch
    {
        ToolKind.Integer when ToolTypes.Whole.Contains(type.Type) => JsonNumbers.Whole(text, type.Type) ?? throw NoSuchNumber(type, text, what),
        ToolKind.Number when ToolTypes.Broken.Contains(type.Type) => JsonNumbers.Broken(text, type.Type) ?? throw NoSuchNumber(type, text, what),
        ToolKind.Text when Times.Contains(type.Type.FullName) => throw new ToolArgumentException($"The {what} must be a time as text, such as 2024-05-01T10:00:00Z, not the number {text}."),
        ToolKind.Text => text,
        _ => JsonNumbers.Natural(text),
    };

    private static ToolArgumentException NoSuchNumber(ToolType type, string text, string what) =>
        new($"The {what} must be a {(type.Kind == ToolKind.Integer ? "whole " : "")}number of the type {type.Type.Name}, which {JsonNumbers.Shown(text)} is not.");

    private object Map(ToolType type, JsonMap map, JsonElement text, string what) => type.Kind switch
    {
        ToolKind.Object => Object(type, map, text, what),
        ToolKind.Bag => NaturalValues.Bag(map, text),
        ToolKind.Dictionary => Dictionary(type, map, text, what),
        ToolKind.Anything or ToolKind.None => NaturalValues.Of(map, text)!,
        _ => throw new ToolArgumentException($"The {what} cannot be an object."),
    };

    private object List(ToolType type, Array items, JsonElement text, string what)
    {
        if (type.Kind == ToolKind.Words)
        {
            return items.Length == 0 ? Enum.ToObject(type.Type, 0)
                : Try(what, () => LanguagePrimitives.ConvertTo(string.Join(", ", items.Cast<object?>()), type.Type, CultureInfo.InvariantCulture));
        }

        if (type.Kind is ToolKind.Anything or ToolKind.Bag or ToolKind.None)
        {
            return NaturalValues.Of(items, text)!;
        }

        if (type.Kind != ToolKind.List)
        {
            throw new ToolArgumentException($"The {what} cannot be a list.");
        }

        var list = Array.CreateInstance(type.ItemType!, items.Length);
        int index = 0;
        foreach (var (value, exact) in text.ValueKind == JsonValueKind.Array ? NaturalValues.Items(items, text) : [(items.GetValue(0), text)]) // a single value is a list with one item
        {
            list.SetValue(Complete(type.Item!, type.ItemType!, value, exact, FormattableString.Invariant($"item {index} of the {what}")), index++);
        }

        return list;
    }

    private object Object(ToolType type, JsonMap map, JsonElement text, string what)
    {
        object made = Activator.CreateInstance(type.Type)!;
        var given = new HashSet<ToolProperty>();
        foreach (var (name, value, exact) in NaturalValues.Fields(map, text))
        {
            var property = type.Properties.FirstOrDefault(known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw new ToolArgumentException($"The {what} has no property '{name}'. The properties are: {string.Join(", ", type.Properties.Select(static known => known.Name))}.");
            if (!given.Add(property))
            {
                throw new ToolArgumentException($"The property '{property.Name}' of the {what} is specified twice.");
            }

            if (value is null && property.Declared.IsValueType && Nullable.GetUnderlyingType(property.Declared) is null)
            {
                continue; // the default
            }

            string inner = $"property '{property.Name}' of the {what}";
            Try(inner, () => property.Set(made, Complete(property.Type, property.Declared, value, exact, inner)));
        }

        return made;
    }

    /// <summary>A value of exactly its type, and not only one that the binder would convert.</summary>
    private object? Complete(ToolType type, Type declared, object? value, JsonElement text, string what)
    {
        object? made = Of(type, value, text, what);
        return made is not null ? Try(what, () => LanguagePrimitives.ConvertTo(made, declared, CultureInfo.InvariantCulture))
            : declared.IsValueType && Nullable.GetUnderlyingType(declared) is null ? throw new ToolArgumentException($"The {what} cannot be null.")
            : null;
    }

    private static void Try(string what, Action work) => Try(what, () =>
    {
        work();
        return true;
    });

    private static T Try<T>(string what, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is not (ToolArgumentException or PipelineStoppedException)) // validation, or a setter, which is not our code
        {
            throw new ToolArgumentException($"The {what} cannot have this value: {(exception is System.Reflection.TargetInvocationException ? exception.InnerException ?? exception : exception).Message}", exception);
        }
    }

    private object Dictionary(ToolType type, JsonMap map, JsonElement text, string what)
    {
        if (type.Type.IsAssignableFrom(typeof(OrderedDictionary)) || type.Type == typeof(OrderedDictionary))
        {
            return NaturalValues.Ordered(map, text);
        }

        if (type.Type.IsAssignableFrom(typeof(Hashtable)))
        {
            var table = new Hashtable(NaturalValues.Comparer(map));
            foreach (var (name, value, exact) in NaturalValues.Fields(map, text))
            {
                table[name] = NaturalValues.Of(value, exact);
            }

            return table;
        }

        var pairs = ToolTypes.Pairs(type.Type);
        if (pairs is null)
        {
            var entries = (IDictionary)Activator.CreateInstance(type.Type)!;
            foreach (var (name, value, exact) in NaturalValues.Fields(map, text))
            {
                entries[name] = NaturalValues.Of(value, exact);
            }

            return entries;
        }

        Type[] held = pairs.GetGenericArguments();
        var usual = typeof(Dictionary<,>).MakeGenericType(held);
        object made = Activator.CreateInstance(type.Type.IsAssignableFrom(usual) ? usual : type.Type)!;
        var item = typeof(IDictionary<,>).MakeGenericType(held).GetProperty("Item")!;
        foreach (var (name, value, exact) in NaturalValues.Fields(map, text))
        {
            string inner = $"entry '{name}' of the {what}";
            Try(inner, () => item.SetValue(made, Complete(type.Item!, held[1], value, exact, inner), [LanguagePrimitives.ConvertTo(name, held[0], CultureInfo.InvariantCulture)]));
        }

        return made;
    }
}
