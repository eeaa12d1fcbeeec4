using System.Text;

namespace OpenAIStream;

/// <summary>The text of a response that has been shown, to find what is new when it is sent again as a whole.</summary>
internal sealed class ResponseText
{
    private readonly Dictionary<string, StringBuilder> _shown = new(StringComparer.Ordinal); // by item, or by part of a summary
    private readonly HashSet<string> _withPieces = new(StringComparer.Ordinal);

    /// <summary>Adds a piece that is shown.</summary>
    public string Add(string key, int? part, string text)
    {
        if (text.Length == 0)
        {
            return text;
        }

        if (!_shown.TryGetValue(key, out var shown))
        {
            _shown.Add(key, shown = new StringBuilder());
        }

        shown.Append(text);
        _withPieces.Add($"{key}#{part ?? 0}");
        return text;
    }

    /// <summary>What is new in a part that is sent as a whole: all of it, or nothing if its pieces have been shown.</summary>
    public string RestOfPart(string key, int? part, string? whole) =>
        string.IsNullOrEmpty(whole) || _withPieces.Contains($"{key}#{part ?? 0}") || IsShown(whole!) ? "" : Add(key, part, whole!);

    /// <summary>What is new in an item that is sent as a whole: all of it, what follows the shown text, or nothing.</summary>
    public string Rest(string key, string whole)
    {
        string before = _shown.TryGetValue(key, out var shown) ? shown.ToString() : "";
        return !whole.StartsWith(before, StringComparison.Ordinal) || (before.Length == 0 && IsShown(whole)) ? "" : Add(key, null, whole.Substring(before.Length));
    }

    // Some services send pieces without an item, or with another one.
    private bool IsShown(string whole) => _shown.Values.Any(text => text.Length == whole.Length && text.ToString() == whole);
}
