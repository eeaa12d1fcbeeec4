using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Hashtables as the core takes them: without PowerShell's wrappers around their values.</summary>
internal static class Dictionaries
{
    public static void CopyTo(this IDictionary? from, IDictionary<string, string> to)
    {
        if (from is null)
        {
            return;
        }

        foreach (DictionaryEntry entry in from)
        {
            to[Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!] = Convert.ToString(Unwrap(entry.Value), CultureInfo.InvariantCulture) ?? "";
        }
    }

    /// <summary>Sets a request's fields by name.</summary>
    /// <exception cref="ArgumentException">A value has no form in JSON; the message names the parameter.</exception>
    public static void MergeInto(this IDictionary? from, JsonModel request, string parameter)
    {
        if (from is null)
        {
            return;
        }

        try
        {
            foreach (DictionaryEntry entry in from.Unwrapped())
            {
                request[(string)entry.Key] = entry.Value;
            }
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentException($"-{parameter} cannot be sent: {exception.Message}", exception);
        }
    }

    public static IDictionary Unwrapped(this IDictionary from)
    {
        var result = new System.Collections.Specialized.OrderedDictionary();
        foreach (DictionaryEntry entry in from)
        {
            result[Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!] = Unwrap(entry.Value);
        }

        return result;
    }

    /// <summary>A model's fields by their names.</summary>
    public static IDictionary ToDictionary(this JsonModel model)
    {
        var fields = new System.Collections.Specialized.OrderedDictionary();
        foreach (string name in model.GetFieldNames())
        {
            fields[name] = model[name];
        }

        return fields;
    }

    /// <summary>A value as plain data: custom objects become dictionaries, lists are unwrapped item by item.</summary>
    public static object? Unwrap(object? value)
    {
        value = SerializedModel.Alive(value);
        if (value is PSObject { BaseObject: PSCustomObject } custom)
        {
            var fields = new System.Collections.Specialized.OrderedDictionary();
            foreach (var property in custom.Properties)
            {
                fields[property.Name] = Unwrap(property.Value);
            }

            return fields;
        }

        object? plain = value is PSObject wrapped ? wrapped.BaseObject : value;
        return plain switch
        {
            string or JsonModel => plain,
            SwitchParameter flag => flag.IsPresent,
            IDictionary dictionary => dictionary.Unwrapped(),
            IEnumerable items => items.Cast<object?>().Select(Unwrap).ToArray(),
            _ => plain,
        };
    }
}
