using System.Collections;
using System.Collections.Specialized;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;

namespace OpenAIStream;

/// <summary>Hashtables and objects as the core requires them: without PowerShell's wrappers around their values.</summary>
internal static class Dictionaries
{
    // The maximum depth of the core.
    private const int MaxDepth = 256;

    /// <summary>Sets the fields of a request by name.</summary>
    /// <exception cref="ArgumentException">A value cannot be written as JSON; the message names the parameter.</exception>
    public static void MergeInto(this IDictionary? from, JsonModel request, string parameter)
    {
        if (from is null)
        {
            return;
        }

        Named(parameter, () =>
        {
            foreach (DictionaryEntry entry in from.Unwrapped())
            {
                request[(string)entry.Key] = entry.Value;
            }

            return true;
        });
    }

    /// <summary>The fields that have a value.</summary>
    public static JsonMap WithValues(params (string Name, object? Value)[] fields)
    {
        var map = new JsonMap();
        foreach (var (name, value) in fields)
        {
            if (value is not null)
            {
                map[name] = value;
            }
        }

        return map;
    }

    /// <summary>The dictionary of a parameter as a JSON object.</summary>
    /// <exception cref="ArgumentException">A value cannot be written as JSON; the message names the parameter.</exception>
    public static JsonMap ToMap(this IDictionary from, string parameter) => Named(parameter, () => new JsonMap(from.Unwrapped()));

    /// <summary>The same dictionary as plain data.</summary>
    /// <exception cref="ArgumentException">It contains itself, or is nested too deep.</exception>
    public static IDictionary Unwrapped(this IDictionary from) => (IDictionary)Unwrap(from)!;

    /// <summary>The fields of a model by their names.</summary>
    public static IDictionary ToDictionary(this JsonModel model)
    {
        var fields = new OrderedDictionary();
        foreach (string name in model.GetFieldNames())
        {
            fields[name] = model[name];
        }

        return fields;
    }

    /// <summary>A value as plain data: custom objects become dictionaries, lists are unwrapped item by item.</summary>
    /// <exception cref="ArgumentException">The value contains itself, or is nested too deep.</exception>
    public static object? Unwrap(object? value) => Unwrap(value, []);

    private static T Named<T>(string parameter, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentException($"-{parameter} cannot be sent: {exception.Message}", exception);
        }
    }

    /// <param name="value">The value.</param>
    /// <param name="holders">The values that contain it, the outermost first.</param>
    private static object? Unwrap(object? value, List<object> holders)
    {
        value = SerializedModel.Alive(value);
        object? plain = PlainValue.Base(value);
        switch (plain)
        {
            case PSCustomObject when value is PSObject custom:
                return Within(custom, holders, () => Fields(custom.Properties.Select(static property => new DictionaryEntry(property.Name, property.Value)), holders));
            case DBNull:
                return null;
            case SwitchParameter flag:
                return flag.IsPresent;
            case XmlNode node:
                return node.OuterXml;
            case string or JsonModel or JsonNode or JsonElement or JsonDocument:
                return plain;
            case IDictionary dictionary:
                return Within(dictionary, holders, () => Fields(dictionary.Cast<DictionaryEntry>(), holders));
            case IEnumerable<KeyValuePair<string, object?>> pairs: // an ExpandoObject
                return Within(pairs, holders, () => Fields(pairs.Select(static pair => new DictionaryEntry(pair.Key, pair.Value)), holders));
            case IEnumerable items:
                return Within(items, holders, () => items.Cast<object?>().Select(item => Unwrap(item, holders)).ToArray());
            default:
                return plain;
        }
    }

    private static OrderedDictionary Fields(IEnumerable<DictionaryEntry> entries, List<object> holders)
    {
        var fields = new OrderedDictionary();
        foreach (var entry in entries)
        {
            fields[Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!] = Unwrap(entry.Value, holders);
        }

        return fields;
    }

    /// <summary>Processes a value that contains others. A value that contains itself would never end, and would end the process.</summary>
    private static T Within<T>(object holder, List<object> holders, Func<T> look)
    {
        if (holders.Any(known => ReferenceEquals(known, holder)))
        {
            throw new ArgumentException($"A value of type {Kind(holder)} contains itself, so it cannot be written as JSON. Remove the property that refers back, for example with Select-Object -ExcludeProperty.");
        }

        if (holders.Count >= MaxDepth)
        {
            throw new ArgumentException($"A value of type {Kind(holder)} is nested more than {MaxDepth} levels deep.");
        }

        holders.Add(holder);
        T result = look();
        holders.RemoveAt(holders.Count - 1);
        return result;
    }

    private static string Kind(object holder) => holder is PSObject custom ? custom.TypeNames.First() : holder.GetType().ToString();
}
