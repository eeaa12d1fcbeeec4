namespace OpenAIStream;

/// <summary>The kind of a file, detected from its first bytes: a file extension is only a guess.</summary>
/// <param name="Family">image, audio or document.</param>
/// <param name="MediaType">The MIME type.</param>
internal sealed record MediaKind(string Family, string MediaType)
{
    private static readonly MediaKind Png = new("image", "image/png");
    private static readonly MediaKind Jpeg = new("image", "image/jpeg");
    private static readonly MediaKind Gif = new("image", "image/gif");
    private static readonly MediaKind Webp = new("image", "image/webp");
    private static readonly MediaKind Pdf = new("document", "application/pdf");
    private static readonly MediaKind Wav = new("audio", "audio/wav");
    private static readonly MediaKind Mp3 = new("audio", "audio/mpeg");

    public static MediaKind? Of(ReadOnlySpan<byte> content) => content switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Png,
        [0xFF, 0xD8, 0xFF, ..] => Jpeg,
        _ when content.StartsWith("GIF87a"u8) || content.StartsWith("GIF89a"u8) => Gif,
        _ when IsRiff(content, "WEBP"u8) => Webp,
        _ when IsRiff(content, "WAVE"u8) => Wav,
        _ when content.StartsWith("%PDF-"u8) => Pdf,
        _ when content.StartsWith("ID3"u8) => Mp3,
        [0xFF, var header, ..] when (header & 0xE6) == 0xE2 => Mp3, // the sync bits of a frame, and layer III
        _ => null,
    };

    /// <summary>The media type of a file to send: detected from its content, otherwise from its name.</summary>
    public static string TypeOf(ReadOnlySpan<byte> content, string fileName) => Of(content)?.MediaType ?? Path.GetExtension(fileName).ToLowerInvariant() switch
    {
        ".mp3" or ".mpga" or ".mpeg" => "audio/mpeg",
        ".m4a" or ".mp4" => "audio/mp4",
        ".wav" => "audio/wav",
        ".ogg" or ".oga" or ".opus" => "audio/ogg",
        ".flac" => "audio/flac",
        ".webm" => "audio/webm",
        ".jsonl" => "text/jsonl",
        ".json" => "application/json",
        ".txt" or ".log" => "text/plain",
        ".md" => "text/markdown",
        ".csv" => "text/csv",
        ".html" or ".htm" => "text/html",
        ".docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ".pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ".xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "application/octet-stream",
    };

    private static bool IsRiff(ReadOnlySpan<byte> content, ReadOnlySpan<byte> form) =>
        content.Length >= 12 && content.StartsWith("RIFF"u8) && content.Slice(8, 4).SequenceEqual(form);
}
