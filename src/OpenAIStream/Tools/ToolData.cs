using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Reflection;
using System.Security;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;

namespace OpenAIStream;

/// <summary>
/// The output of a tool, as data. A value with content is never empty, and omitted parts are marked: objects refer to
/// others endlessly, a file to its folder and that to its drive.
/// </summary>
internal sealed class ToolData
{
    // Data (dictionaries, lists, custom objects) ends somewhere. Other objects are expanded only near the top.
    private const int MaxDepth = 16;
    private const int MaxObjectDepth = 3;

    private static readonly Type[] Plain =
        [typeof(string), typeof(char), typeof(decimal), typeof(BigInteger), typeof(DateTime), typeof(DateTimeOffset), typeof(Guid), typeof(Uri)];

    // What Get-ChildItem shows, and the path of the file.
    private static readonly string[] OfFile = ["FullName", "Name", "Length", "LastWriteTime", "Mode"];

    private readonly List<object> _holders = []; // the values that contain it, the outermost first

    private ToolData()
    {
    }

    /// <summary>The value as text, a number, or the content of JSON objects and lists.</summary>
    public static object? From(object? value) => new ToolData().Of(value);

    /// <summary>Whether text expresses a value completely, so that it needs no quotes.</summary>
    public static bool IsText(object? value) => PlainValue.Base(value) is string or XmlNode or XObject;

    private object? Of(object? value)
    {
        try
        {
            object? plain = PlainValue.Base(value);
            return plain switch
            {
                null or DBNull => null,
                double.NaN or double.PositiveInfinity or double.NegativeInfinity or float.NaN or float.PositiveInfinity or float.NegativeInfinity => plain.ToString(),
                IntPtr or UIntPtr or Enum or Type or ScriptBlock or Version or XObject => plain.ToString(),
                _ when plain.GetType().IsPrimitive || Plain.Contains(plain.GetType()) => plain,
                JsonModel or JsonNode or JsonElement or JsonDocument => plain,
                SwitchParameter flag => flag.IsPresent,
                SecureString => "[a secret]",
                XmlNode node => node.OuterXml,
                byte[] bytes => Convert.ToBase64String(bytes),
                MemoryStream bytes => Convert.ToBase64String(bytes.ToArray()),
                Stream => $"[{plain.GetType()}: its content was not read]",
                IFormattable number => number.ToString(plain.GetType().FullName is "System.DateOnly" or "System.TimeOnly" ? "O" : null, CultureInfo.InvariantCulture),
                _ => Inside(PSObject.AsPSObject(value!), plain),
            };
        }
        catch (Exception exception) when (exception is not PipelineStoppedException) // the code of a property or list is not ours
        {
            var reason = exception is GetValueException or TargetInvocationException ? exception.InnerException ?? exception : exception;
            return $"[cannot be read: {reason.Message}]";
        }
    }

    /// <summary>A value that contains others.</summary>
    private object? Inside(PSObject wrapped, object plain)
    {
        object holder = plain is PSCustomObject ? wrapped : plain;
        if (_holders.Any(known => ReferenceEquals(known, holder)))
        {
            return $"[cut: refers back to the {Kind(wrapped)} that contains it]";
        }

        if (_holders.Count >= MaxDepth)
        {
            return FormattableString.Invariant($"[cut: {Kind(wrapped)}, nested more than {MaxDepth} levels deep]");
        }

        _holders.Add(holder);
        try
        {
            return Structure(wrapped, plain);
        }
        finally
        {
            _holders.RemoveAt(_holders.Count - 1);
        }
    }

    private object? Structure(PSObject wrapped, object plain)
    {
        bool isOutermost = _holders.Count == 1;
        return plain switch
        {
            FileSystemInfo file => isOutermost ? Read(OfFile.Select(name => wrapped.Properties[name])) : file.FullName,
            IDictionary entries => Fields(entries.Cast<DictionaryEntry>()),
            IEnumerable<KeyValuePair<string, object?>> pairs => Fields(pairs.Select(static pair => new DictionaryEntry(pair.Key, pair.Value))),
            IEnumerable items => FormattedText.Replace(items.Cast<object?>()).Select(Of).ToArray(),
            PSCustomObject => Properties(wrapped),
            _ when IsPair(plain) => Properties(wrapped),
            _ when OwnText(plain) is string text && (plain is ValueType || IsRead(plain.GetType()) || !(isOutermost || IsScripts(plain))) => text,
            _ when _holders.Count > MaxObjectDepth && !IsScripts(plain) => $"[cut: {Kind(wrapped)}]",
            _ => Properties(wrapped),
        };
    }

    private static string Kind(PSObject wrapped) => wrapped.TypeNames.FirstOrDefault() ?? wrapped.BaseObject.GetType().ToString();

    private static bool IsPair(object plain) =>
        plain is DictionaryEntry || (plain.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>));

    /// <summary>A class that a script has defined: data.</summary>
    private static bool IsScripts(object plain) => plain.GetType().Assembly.IsDynamic;

    /// <summary>Whether the type can be parsed from its text, such as an address: then the text is complete.</summary>
    private static bool IsRead(Type type) =>
        type.GetMethod("Parse", BindingFlags.Public | BindingFlags.Static, null, [typeof(string)], null)?.ReturnType == type;

    /// <summary>The text of an object; null if that is only the name of its type.</summary>
    private static string? OwnText(object plain) => plain.ToString() is { Length: > 0 } text && text != plain.GetType().ToString() ? text : null;

    private JsonMap Fields(IEnumerable<DictionaryEntry> entries)
    {
        var fields = new JsonMap();
        foreach (var entry in entries)
        {
            fields[Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!] = Of(entry.Value);
        }

        return fields;
    }

    private object Properties(PSObject item)
    {
        var shown = (item.Members["PSStandardMembers"] as PSMemberSet)?.Members["DefaultDisplayPropertySet"] as PSPropertySet;
        PSPropertyInfo[] properties = [.. (shown?.ReferencedPropertyNames ?? []).Select(name => item.Properties[name]).OfType<PSPropertyInfo>()];
        if (properties.Length == 0)
        {
            properties = [.. item.Properties.Where(static property => !IsProviders(property))];
        }

        return properties.Length > 0 || item.BaseObject is PSCustomObject ? Read(properties) : item.BaseObject.ToString()!;
    }

    /// <summary>PSPath, PSDrive and the like, which PowerShell adds to files.</summary>
    private static bool IsProviders(PSPropertyInfo property) =>
        property is PSNoteProperty && property.Name is "PSPath" or "PSParentPath" or "PSChildName" or "PSDrive" or "PSProvider" or "PSIsContainer";

    private JsonMap Read(IEnumerable<PSPropertyInfo?> properties)
    {
        var fields = new JsonMap();
        foreach (var property in properties.OfType<PSPropertyInfo>())
        {
            try
            {
                fields[property.Name] = Of(property.Value);
            }
            catch (GetValueException exception) when (exception.ErrorRecord.FullyQualifiedErrorId.Contains("ByRefLike"))
            {
                continue; // a span, which PowerShell does not show either
            }
            catch (GetValueException exception) // for example of a process that has ended
            {
                fields[property.Name] = $"[cannot be read: {(exception.InnerException ?? exception).Message}]";
            }
        }

        return fields;
    }
}
