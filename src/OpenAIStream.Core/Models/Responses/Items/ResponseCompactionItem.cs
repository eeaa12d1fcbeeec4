namespace OpenAIStream;

/// <summary>What stands for an earlier part of a long context, or asks the service to make it.</summary>
public sealed class ResponseCompactionItem : ResponseItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseCompactionItem>(static () => new());

    /// <summary>The earlier part, for handing back to the service.</summary>
    public string? EncryptedContent => GetString("encrypted_content");

    /// <summary>Who made the item, where the service tells.</summary>
    public string? CreatedBy => GetString("created_by");

    /// <summary>How much it is.</summary>
    public override string ToString() => EncryptedContent is string content
        ? FormattableString.Invariant($"{content.Length} characters, encrypted")
        : base.ToString();
}
