using System.Globalization;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>The part of a checkpoint's line that is kept in memory.</summary>
/// <param name="Index">The index of its input.</param>
/// <param name="Request">The first half of the request's hash.</param>
/// <param name="HasAnswer">Whether the line contains an answer without an error.</param>
/// <param name="Offset">The position of the line in the file.</param>
/// <param name="Length">The length of the line in bytes.</param>
internal readonly record struct CheckpointLine(int Index, RequestId Request, bool HasAnswer, long Offset, int Length)
{
    public const string IndexField = "index";
    public const string RequestField = "request";
    public const string InputField = "input";
    public const string ModelField = "model";
    public const string SecondsField = "seconds";
    public const string MessagesField = "messages";
    public const string AnswerField = "answer";
    public const string FileField = "file";
    public const string ErrorField = "error";

    // The beginning of every line, which distinguishes an incomplete line from a file of another kind.
    private static readonly byte[] Beginning = [.. $"{{\"{IndexField}\":".Select(static character => (byte)character)];

    /// <summary>Reads a line; null if it does not belong to a checkpoint.</summary>
    public static CheckpointLine? Read(ReadOnlySpan<byte> line, long offset)
    {
        try
        {
            return ReadFields(line, offset);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Whether a line is blank.</summary>
    public static bool IsBlank(ReadOnlySpan<byte> line)
    {
        foreach (byte one in line)
        {
            if (one is not ((byte)' ' or (byte)'\t' or (byte)'\r'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether bytes can be an incomplete line of a process that was killed; a power failure leaves zeros.</summary>
    public static bool IsTorn(ReadOnlySpan<byte> bytes)
    {
        int length = Math.Min(bytes.Length, Beginning.Length);
        while (length > 0 && bytes[length - 1] == 0)
        {
            length--;
        }

        return bytes.Slice(0, length).SequenceEqual(Beginning.AsSpan(0, length));
    }

    private static CheckpointLine? ReadFields(ReadOnlySpan<byte> line, long offset)
    {
        int? index = null;
        string? request = null;
        bool hasAnswer = false;
        bool hasError = false;
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 1000 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            switch (name)
            {
                case IndexField:
                    index = reader.GetInt32();
                    break;
                case RequestField:
                    request = reader.GetString();
                    break;
                case AnswerField or FileField:
                    hasAnswer = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.String;
                    break;
                case ErrorField:
                    hasError = true;
                    break;
            }

            reader.Skip();
        }

        reader.Read(); // throws if text that is not JSON follows the object
        return index is int number && RequestId.Of(request) is RequestId id && (hasAnswer || hasError)
            ? new CheckpointLine(number, id, hasAnswer && !hasError, offset, line.Length)
            : null;
    }
}

/// <summary>The first half of a request's hash: enough to distinguish requests, and half as much to keep in memory.</summary>
internal readonly record struct RequestId(ulong High, ulong Low)
{
    private const int Digits = 16;

    /// <summary>Reads the id from a hash of hexadecimal digits; null if it is not one.</summary>
    public static RequestId? Of(string? hash) =>
        hash is { Length: >= 2 * Digits }
        && ulong.TryParse(hash.Substring(0, Digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong high)
        && ulong.TryParse(hash.Substring(Digits, Digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong low)
            ? new RequestId(high, low)
            : null;
}
