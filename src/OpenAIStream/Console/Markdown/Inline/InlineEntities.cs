using System.Net;

namespace OpenAIStream;

/// <summary>Characters by name or number. The result is made safe again: <c>&amp;#27;</c> is an escape character.</summary>
internal static class InlineEntities
{
    /// <summary>A text with its entities decoded, on one line and safe for a terminal.</summary>
    public static string Decode(string text) =>
        text.IndexOf('&') < 0 ? text : SafeText.Of(WebUtility.HtmlDecode(text)).Replace('\n', ' ').Replace('\t', ' ');
}
