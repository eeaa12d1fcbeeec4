using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Security;
using System.Xml;

namespace OpenAIStream;

/// <summary>
/// Lets a parameter for text take what has a text of its own: answers, chunks and messages, numbers, dates and addresses (by
/// the invariant culture), XML, and several of these as lines. Anything else is refused: the engine would send the name of its type.
/// </summary>
public sealed class TextTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Whether the parameter takes several texts, each by itself.</summary>
    public bool IsList { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        inputData is null ? null
        : IsList && LanguagePrimitives.GetEnumerable(inputData) is IEnumerable items and not byte[] ? items.Cast<object?>().Select(Read).ToArray()
        : Read(inputData);

    private static string? Read(object? given)
    {
        object? value = given is PSObject wrapped ? wrapped.BaseObject : given;
        switch (value)
        {
            case null or string:
                return (string?)value;
            case Uri address:
                return address.OriginalString;
            case XmlNode node:
                return node.OuterXml;
            case IFormattable number:
                return number.ToString(null, CultureInfo.InvariantCulture);
            case IDictionary or ScriptBlock or SecureString or byte[] or Type:
                throw HasNoText(value);
            case PSCustomObject when ((PSObject)given!).Members.Match("ToString", PSMemberTypes.ScriptMethod | PSMemberTypes.CodeMethod).Count == 0:
                throw HasNoText(value);
            case PSCustomObject:
                return given!.ToString();
            case IEnumerable lines when value is not JsonModel:
                return string.Join("\n", lines.Cast<object?>().Select(Read));
            default:
                string? text = value.ToString();
                return text is null || text.StartsWith(value.GetType().FullName!, StringComparison.Ordinal) ? throw HasNoText(value) : text;
        }
    }

    private static ArgumentTransformationMetadataException HasNoText(object value) => new(
        value is ScriptBlock
            ? "A script block has no text of its own. Run it first, and send what it returns: (& { ... })."
            : $"A value of type {value.GetType()} has no text of its own. Send one of its properties, or make text of it, such as with ConvertTo-Json or Out-String.");
}
