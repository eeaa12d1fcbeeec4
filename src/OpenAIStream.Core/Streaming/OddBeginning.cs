namespace OpenAIStream;

/// <summary>How a body begins that begins like no event, for the error that quotes it.</summary>
internal sealed class OddBeginning
{
    private byte[] _bytes = [];

    /// <summary>Whether it is so short that an event may begin like it.</summary>
    public bool MayBecomeEvent => BodyKind.IsUndecided(_bytes);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length < BodyKind.MostQuotedBytes)
        {
            _bytes = [.. _bytes, .. bytes.Slice(0, Math.Min(bytes.Length, BodyKind.MostQuotedBytes - _bytes.Length))];
        }
    }

    public string Quote(Secrets secrets) => BodyKind.Quote(_bytes, secrets);
}
