using System.Buffers.Binary;

namespace OpenAIStream;

/// <summary>A text as a vector: texts with similar meanings have vectors with similar directions.</summary>
public sealed class Embedding : Answer
{
    internal static readonly JsonShape Shape = new JsonShape<Embedding>(static () => new(), ("usage", Usage.Shape));

    private float[]? _vector;

    /// <summary>The index of the text in the request, starting at 0.</summary>
    public int? Index => GetInt32("index");

    /// <summary>The vector, whether it was sent as numbers or as Base64; empty if there is none.</summary>
    [FieldName("embedding")]
    public IReadOnlyList<float> Vector => _vector ??= Read(Find("embedding"));

    /// <summary>The number of elements of the vector.</summary>
    [FieldName(null)]
    public int Dimensions => Vector.Count;

    /// <summary>The model that created it.</summary>
    public string? Model => GetString("model");

    /// <summary>The tokens that the whole request used: only on its first embedding, so that you can add up the values.</summary>
    public Usage? Usage => GetModel<Usage>("usage");

    /// <inheritdoc/>
    public override string Text => "";

    /// <summary>The number of elements.</summary>
    public override string ToString() => FormattableString.Invariant($"{Dimensions} dimensions");

    private static float[] Read(object? value) => value switch
    {
        string base64 => FromBase64(base64),
        Array numbers => [.. numbers.Cast<object?>().Select(static number => (float)(JsonValue.ToDouble(number) ?? 0))],
        _ => [],
    };

    private static float[] FromBase64(string base64)
    {
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(base64);
        }
        catch (FormatException exception)
        {
            throw new ResponseFormatException("The vector in the response is not valid Base64.", exception);
        }

        float[] vector = new float[bytes.Length / sizeof(float)];
        for (int i = 0; i < vector.Length; i++)
        {
            int bits = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(i * sizeof(float)));
            vector[i] = System.Runtime.InteropServices.MemoryMarshal.Cast<int, float>([bits])[0];
        }

        return vector;
    }
}

/// <summary>The embeddings of one request.</summary>
public sealed class EmbeddingResult : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<EmbeddingResult>(static () => new(), ("data", Embedding.Shape), ("usage", Usage.Shape));

    /// <summary>The embeddings.</summary>
    public IReadOnlyList<Embedding> Data => GetList<Embedding>("data");

    /// <summary>The model that created them.</summary>
    public string? Model => GetString("model");

    /// <summary>The tokens used.</summary>
    public Usage? Usage => GetModel<Usage>("usage");
}
