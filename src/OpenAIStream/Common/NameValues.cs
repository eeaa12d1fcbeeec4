using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace OpenAIStream;

/// <summary>Hashtables whose values are sent as text: headers and query parameters. The messages never contain a value, because it may be a secret.</summary>
internal static class NameValues
{
    // These have only one value, and a header with a secret is masked as a whole.
    private const string SingleHeader = @"^content-|^(date|host|user-agent|openai-organization|openai-project)\z|-id\z|auth|cookie|key|token|secret|password";

    /// <summary>Headers by name. Several values of one header are joined by commas (RFC 9110, section 5.3).</summary>
    /// <exception cref="ArgumentException">A value is not text, or the header can have only one; the message names the parameter.</exception>
    public static IEnumerable<KeyValuePair<string, string>> Headers(IDictionary? from, string parameter)
    {
        foreach (var (name, values) in Read(from, parameter).Where(static header => header.Values.Length > 0))
        {
            if (values.Length > 1 && Regex.IsMatch(name, SingleHeader, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant))
            {
                throw new ArgumentException($"-{parameter} has several values for '{name}', but a request can have only one.");
            }

            yield return new(name, string.Join(", ", values));
        }
    }

    /// <summary>Query parameters; one with several values is repeated.</summary>
    /// <exception cref="ArgumentException">A value is not text; the message names the parameter.</exception>
    public static IEnumerable<KeyValuePair<string, string>> Query(IDictionary? from, string parameter) =>
        Read(from, parameter).SelectMany(static one => one.Values.Select(value => new KeyValuePair<string, string>(one.Name, value)));

    private static IEnumerable<(string Name, string[] Values)> Read(IDictionary? from, string parameter)
    {
        foreach (DictionaryEntry entry in from ?? new Hashtable())
        {
            string name = Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!;
            object? value = PlainValue.Base(entry.Value);
            object?[] values = value is IEnumerable list and not (string or IDictionary or JsonModel) ? [.. list.Cast<object?>().Select(PlainValue.Base)] : [value];
            yield return (name, [.. values.Select(one => Text(one) ?? throw new ArgumentException(
                $"-{parameter} has a {one!.GetType()} for '{name}'. Only text, numbers, dates and lists of these can be sent there."))]);
        }
    }

    private static string? Text(object? value) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        SwitchParameter flag => flag.IsPresent ? "true" : "false",
        DateTime or DateTimeOffset => ((IFormattable)value).ToString("O", CultureInfo.InvariantCulture),
        Enum or char or Uri or Version => value.ToString(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };
}
