namespace OpenAIStream;

/// <summary>How a body begins that begins like no event, for the error that quotes it.</summary>
internal sealed class OddBeginning
{
    private const int Most = 2000;

    private readonly MemoryStream _bytes = new();

    /// <summary>Whether it is so short that an event may begin like it.</summary>
    public bool MayBecomeEvent => BodyKind.IsUndecided(_bytes.GetBuffer().AsSpan(0, (int)_bytes.Length));

    public void Add(ReadOnlySpan<byte> bytes)
    {
        byte[] kept = bytes.Slice(0, Math.Min(bytes.Length, Most - (int)_bytes.Length)).ToArray();
        _bytes.Write(kept, 0, kept.Length);
    }

    public string Quote(Secrets secrets) => BodyKind.Quote(_bytes.ToArray(), secrets);
}
