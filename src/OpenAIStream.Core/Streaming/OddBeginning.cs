namespace OpenAIStream;

/// <summary>The beginning of a body that does not begin like an event, to quote it in an error.</summary>
internal sealed class OddBeginning
{
    private byte[] _bytes = [];

    /// <summary>Whether it is so short that it could be the beginning of an event.</summary>
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
