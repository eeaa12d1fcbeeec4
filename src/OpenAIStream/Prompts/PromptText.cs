using System.Management.Automation;
using System.Text;
using System.Xml;

namespace OpenAIStream;

/// <summary>Which values are text to a model, and how they are written: as PowerShell makes strings, by the invariant culture.</summary>
internal static class PromptText
{
    /// <summary>A value's text; null for one that has no text of its own.</summary>
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

    /// <summary>Whether a part of a message's content is text.</summary>
    public static bool IsText(JsonMap part) => part["text"] is string;
}
