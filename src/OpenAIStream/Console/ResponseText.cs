using System.Text;

namespace OpenAIStream;

/// <summary>The text of a response that has been shown, for telling what of it is new where it is told again as a whole.</summary>
internal sealed class ResponseText
{
    private readonly Dictionary<string, StringBuilder> _shown = new(StringComparer.Ordinal); // by item, or part of a summary
    private readonly HashSet<string> _withPieces = new(StringComparer.Ordinal);

    /// <summary>Takes a piece that is shown.</summary>
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

    /// <summary>What is new of a part that is told as a whole: all of it, or nothing where its pieces have been shown.</summary>
    public string RestOfPart(string key, int? part, string? whole) =>
        string.IsNullOrEmpty(whole) || _withPieces.Contains($"{key}#{part ?? 0}") || IsShown(whole!) ? "" : Add(key, part, whole!);

    /// <summary>What is new of an item that is told as a whole: all of it, what follows on what has been shown, or nothing.</summary>
    public string Rest(string key, string whole)
    {
        string before = _shown.TryGetValue(key, out var shown) ? shown.ToString() : "";
        return !whole.StartsWith(before, StringComparison.Ordinal) || (before.Length == 0 && IsShown(whole)) ? "" : Add(key, null, whole.Substring(before.Length));
    }

    // Some services say of pieces no item, or another one.
    private bool IsShown(string whole) => _shown.Values.Any(text => text.Length == whole.Length && text.ToString() == whole);
}
