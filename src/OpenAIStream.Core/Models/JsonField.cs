using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>The name of a field, in both encodings. Half of a surrogate pair has no UTF-8: only an escape can mean it.</summary>
internal sealed class JsonField(string name)
{
    private readonly byte[]? _utf8 = JsonText.HasLoneSurrogate(name) ? null : Encoding.UTF8.GetBytes(name);

    public string Name { get; } = name;

    public bool Matches(ref Utf8JsonReader reader) =>
        reader.ValueIsEscaped ? JsonText.Read(ref reader) == Name : _utf8 is not null && reader.ValueSpan.SequenceEqual(_utf8);
}
