using System.Net;

namespace OpenAIStream;

/// <summary>Characters by name or number. What comes of them is made safe again: <c>&amp;#27;</c> is an escape character.</summary>
internal static class InlineEntities
{
    /// <summary>A text with its entities undone, on one line and safe for a terminal.</summary>
    public static string Decode(string text) =>
        text.IndexOf('&') < 0 ? text : SafeText.Of(WebUtility.HtmlDecode(text)).Replace('\n', ' ').Replace('\t', ' ');
}
