using System.Collections.Specialized;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using System.Runtime.CompilerServices;

namespace OpenAIStream;

/// <summary>A value without PowerShell's wrapper; what is in it is as it was.</summary>
internal static class PlainValue
{
#pragma warning disable CA2255 // The assembly is loaded by an engine, not started by an application that could call this.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register() => JsonModel.AddConversion<PSObject>(Of);

    /// <summary>
    /// A custom object becomes a dictionary of its properties, or the model that it was before it was serialized. One that
    /// was a model and has lost its JSON stays as it is: its properties are not all it had.
    /// </summary>
    public static object? Of(object? value) => SerializedModel.Alive(value) switch
    {
        PSObject { BaseObject: PSCustomObject } custom => SerializedModel.Was(custom) ? custom : Properties(custom),
        var plain => Base(plain),
    };

    /// <summary>The value itself, where PowerShell has wrapped it. What stands for a custom object has no properties: those are of its wrapper.</summary>
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
