namespace OpenAIStream;

/// <summary>An item that represents an earlier part of a long context, or asks the service to create one.</summary>
public sealed class ResponseCompactionItem : ResponseItem
{
    internal static new readonly JsonShape Shape = new JsonShape<ResponseCompactionItem>(static () => new());

    /// <summary>The earlier part, to be sent back to the service.</summary>
    public string? EncryptedContent => GetString("encrypted_content");

    /// <summary>Who created the item, if the service sends it.</summary>
    public string? CreatedBy => GetString("created_by");

    /// <summary>Its size.</summary>
    public override string ToString() => EncryptedContent is string content
        ? FormattableString.Invariant($"{content.Length} characters, encrypted")
        : base.ToString();
}
