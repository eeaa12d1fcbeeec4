using System.Collections.Specialized;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using System.Runtime.CompilerServices;

namespace OpenAIStream;

/// <summary>A value without PowerShell's wrapper; its content is not changed.</summary>
internal static class PlainValue
{
#pragma warning disable CA2255 // The assembly is loaded by an engine, not started by an application that could call this.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register() => JsonModel.AddConversion<PSObject>(Of);

    /// <summary>
    /// A custom object becomes a dictionary of its properties, or the model that it was before it was serialized. A former
    /// model without its JSON is not changed, because its properties are not all that it had.
    /// </summary>
    public static object? Of(object? value) => SerializedModel.Alive(value) switch
    {
        PSObject { BaseObject: PSCustomObject } custom => SerializedModel.Was(custom) ? custom : Properties(custom),
        var plain => Base(plain),
    };

    /// <summary>The value itself, if PowerShell has wrapped it. The base object of a custom object has no properties: those belong to its wrapper.</summary>
    [return: NotNullIfNotNull(nameof(value))]
    public static object? Base(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static OrderedDictionary Properties(PSObject custom)
    {
        var fields = new OrderedDictionary();
        foreach (var property in custom.Properties)
        {
            fields[property.Name] = property.Value;
        }

        return fields;
    }
}
