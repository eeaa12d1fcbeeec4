using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>The name of a field, in both encodings.</summary>
internal sealed class JsonField(string name)
{
    private readonly byte[] _utf8 = Encoding.UTF8.GetBytes(name);

    public string Name { get; } = name;

    public bool Matches(ref Utf8JsonReader reader) =>
        reader.ValueIsEscaped ? reader.ValueTextEquals(Name) : reader.ValueSpan.SequenceEqual(_utf8);
}
