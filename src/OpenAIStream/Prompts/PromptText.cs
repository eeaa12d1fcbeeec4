using System.Management.Automation;
using System.Text;
using System.Xml;

namespace OpenAIStream;

/// <summary>Which values are text for a model, and how they are written: like PowerShell converts to strings, in the invariant culture.</summary>
internal static class PromptText
{
    /// <summary>The text of a value; null if it has none.</summary>
    public static string? Of(object? value) => PlainValue.Base(value) switch
    {
        null => "",
        string text => text,
        Uri address => address.OriginalString,
        ModelOutput output => output.Text,
        ChatMessage message => message.ContentParts.All(IsText) ? message.Text : null,
        JsonModel model => model.ToString(),
        XmlNode node => node.OuterXml,
        ErrorRecord or InformationalRecord or InformationRecord or StringBuilder => value!.ToString(),
        IFormattable or IConvertible or Version or SwitchParameter => LanguagePrimitives.ConvertTo<string>(value),
        _ => null,
    };

    /// <summary>Whether a part of the content of a message is text.</summary>
    public static bool IsText(JsonMap part) => part["text"] is string;
}
