using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>The name of a field, in both encodings. Half of a surrogate pair has no UTF-8: only an escape can mean it.</summary>
internal sealed class JsonField
{
    private readonly byte[]? _utf8;
    private readonly byte[]? _inJson; // "name": where it stands in JSON as it is, without an escape

    public JsonField(string name)
    {
        Name = name;
        IsType = name == "type";
        if (!JsonText.HasLoneSurrogate(name))
        {
            _utf8 = Encoding.UTF8.GetBytes(name);
            bool isPlain = name.IndexOfAny(['"', '\\']) < 0 && !new ReadOnlySpan<byte>(_utf8).HasControlCharacter();
            _inJson = isPlain ? Encoding.UTF8.GetBytes('"' + name + "\":") : null;
        }
    }

    public string Name { get; }

    /// <summary>Whether the field may decide which type its object becomes.</summary>
    public bool IsType { get; }

    public bool Matches(ref Utf8JsonReader reader) => reader.ValueIsEscaped
        ? JsonText.Read(ref reader) == Name
        : _utf8 is not null && reader.ValueSpan.SequenceEqual(_utf8);

    /// <summary>Steps over the name, its quotes and its colon, if they are what comes next.</summary>
    public bool SkipName(ReadOnlySpan<byte> json, ref int at)
    {
        if (_inJson is null || !json.Slice(at).StartsWith(_inJson))
        {
            return false;
        }

        at += _inJson.Length;
        return true;
    }
}
