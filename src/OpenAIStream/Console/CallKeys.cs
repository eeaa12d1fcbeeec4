namespace OpenAIStream;

/// <summary>Distinguishes the calls in the chunks of one stream, even if services number them wrongly or not at all.</summary>
internal sealed class CallKeys
{
    private readonly List<(int? Index, string? Id, string Key)> _calls = [];
    private readonly Dictionary<string, string> _last = new(StringComparer.Ordinal); // the last piece of each

    /// <summary>The key of the call that a piece belongs to.</summary>
    public string Of(ChatToolCall piece)
    {
        string? id = string.IsNullOrEmpty(piece.Id) ? null : piece.Id;
        bool isNamed = !string.IsNullOrEmpty(piece.Function?.Name);
        var known = _calls.FindLast(call => id is not null && call.Id == id);
        known = known.Key is null && piece.Index is not null ? _calls.FindLast(call => call.Index == piece.Index) : known;
        bool isOther = known.Key is not null ? isNamed && id is not null && known.Id is not null && known.Id != id
            : isNamed || id is not null || _calls.Count == 0;
        if (!isOther)
        {
            return known.Key ?? _calls[_calls.Count - 1].Key;
        }

        _calls.Add((piece.Index, id, FormattableString.Invariant($"{_calls.Count}")));
        return _calls[_calls.Count - 1].Key;
    }

    /// <summary>Whether a piece of arguments is a complete object that has occurred before.</summary>
    public bool IsRepeated(string key, string arguments)
    {
        bool isSame = arguments.Length > 2 && arguments[0] == '{' && arguments[arguments.Length - 1] == '}'
            && _last.TryGetValue(key, out string? before) && before == arguments;
        _last[key] = arguments;
        return isSame;
    }
}
