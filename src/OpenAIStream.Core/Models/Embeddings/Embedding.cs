using System.Buffers.Binary;

namespace OpenAIStream;

/// <summary>A text as a vector: texts that mean the same have vectors that point the same way.</summary>
public sealed class Embedding : Answer
{
    internal static readonly JsonShape Shape = new JsonShape<Embedding>(static () => new(), ("usage", Usage.Shape));

    private float[]? _vector;

    /// <summary>Which of the request's texts it is of, from 0.</summary>
    public int? Index => GetInt32("index");

    /// <summary>The vector, whether it came as numbers or as Base64; empty where there is none.</summary>
    [FieldName("embedding")]
    public IReadOnlyList<float> Vector => _vector ??= Read(Find("embedding"));

    /// <summary>How many numbers the vector has.</summary>
    [FieldName(null)]
    public int Dimensions => Vector.Count;

    /// <summary>The model that made it.</summary>
    public string? Model => GetString("model");

    /// <summary>Tokens that the whole request used: on its first embedding alone, so that a sum counts them once.</summary>
    public Usage? Usage => GetModel<Usage>("usage");

    /// <inheritdoc/>
    public override string Text => "";

    /// <summary>How many numbers there are.</summary>
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

/// <summary>The embeddings that one request gave.</summary>
public sealed class EmbeddingResult : JsonModel
{
    internal static readonly JsonShape Shape = new JsonShape<EmbeddingResult>(static () => new(), ("data", Embedding.Shape), ("usage", Usage.Shape));

    /// <summary>The embeddings.</summary>
    public IReadOnlyList<Embedding> Data => GetList<Embedding>("data");

    /// <summary>The model that made them.</summary>
    public string? Model => GetString("model");

    /// <summary>Tokens used.</summary>
    public Usage? Usage => GetModel<Usage>("usage");
}
