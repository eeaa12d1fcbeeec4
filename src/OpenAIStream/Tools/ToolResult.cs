using System.Collections;
using System.Management.Automation;
using System.Reflection;

namespace OpenAIStream;

/// <summary>What a tool gave, as text for the model: texts as they are, objects as JSON, errors after them.</summary>
internal sealed class ToolResult
{
    private static readonly Type[] Plain =
        [typeof(string), typeof(char), typeof(decimal), typeof(DateTime), typeof(DateTimeOffset), typeof(Guid), typeof(Uri)];

    private readonly List<PSObject?> _output = [];
    private readonly List<string> _errors = [];

    public void Add(PSObject? item) => _output.Add(item);

    public void Add(ErrorRecord error) => _errors.Add($"Error: {error}");

    /// <summary>The text.</summary>
    public override string ToString()
    {
        IEnumerable<string> output = _output.Count > 0 ? [Output()] : _errors.Count > 0 ? [] : ["(no output)"];
        return string.Join("\n", output.Concat(_errors));
    }

    private string Output()
    {
        if (_output.All(static item => item?.BaseObject is string))
        {
            return string.Join("\n", _output.Select(static item => (string)item!.BaseObject));
        }

        object?[] values = [.. _output.Select(static item => Data(item, 0))];
        string json = new JsonMap { ["value"] = values.Length == 1 ? values[0] : values }.ToJson();
        return json.Substring("{\"value\":".Length, json.Length - "{\"value\":}".Length);
    }

    /// <summary>A value as data. Of objects that are more than data the outermost are taken apart: a file leads to its folder, and so on for ever.</summary>
    private static object? Data(object? value, int depth)
    {
        var wrapped = value is null ? null : PSObject.AsPSObject(value);
        object? plain = wrapped?.BaseObject;
        if (plain is null or bool || plain.GetType().IsPrimitive || Plain.Contains(plain.GetType()))
        {
            return Finite(plain);
        }

        return plain switch
        {
            DBNull => null,
            SwitchParameter flag => flag.IsPresent,
            ValueType or Type or ScriptBlock or Version => plain.ToString(),
            JsonModel => plain,
            _ when depth >= 8 => plain.ToString(),
            IDictionary entries => Entries(entries, depth),
            byte[] bytes => Convert.ToBase64String(bytes),
            IEnumerable items => items.Cast<object?>().Select(item => Data(item, depth + 1)).ToArray(),
            PSCustomObject => Properties(wrapped!, depth),
            _ when depth == 0 || plain.GetType().Assembly.IsDynamic => Properties(wrapped!, depth),
            _ => plain.ToString(),
        };
    }

    private static object? Finite(object? value) =>
        value is double.NaN or double.PositiveInfinity or double.NegativeInfinity or float.NaN or float.PositiveInfinity or float.NegativeInfinity or IntPtr or UIntPtr
            ? value.ToString()
            : value;

    private static JsonMap Entries(IDictionary entries, int depth)
    {
        var fields = new JsonMap();
        foreach (DictionaryEntry entry in entries)
        {
            fields[entry.Key.ToString()!] = Data(entry.Value, depth + 1);
        }

        return fields;
    }

    private static JsonMap Properties(PSObject item, int depth)
    {
        var shown = (item.Members["PSStandardMembers"] as PSMemberSet)?.Members["DefaultDisplayPropertySet"] as PSPropertySet;
        var fields = new JsonMap();
        foreach (var property in item.Properties.Where(property => shown?.ReferencedPropertyNames.Contains(property.Name, StringComparer.OrdinalIgnoreCase) ?? !IsProviders(property)))
        {
            fields[property.Name] = Read(property, depth);
        }

        return fields;
    }

    /// <summary>PSPath, PSDrive and the like, which PowerShell adds to files.</summary>
    private static bool IsProviders(PSPropertyInfo property) =>
        property is PSNoteProperty && property.Name is "PSPath" or "PSParentPath" or "PSChildName" or "PSDrive" or "PSProvider" or "PSIsContainer";

    private static object? Read(PSPropertyInfo property, int depth)
    {
        try
        {
            return Data(property.Value, depth + 1);
        }
        catch (Exception exception) when (exception is GetValueException or TargetInvocationException)
        {
            return null; // a property that cannot be read just now, as of a process that has ended
        }
    }
}
