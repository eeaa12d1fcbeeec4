using System.Globalization;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>What a line of a checkpoint says of its request, as far as that is kept in memory.</summary>
/// <param name="Index">Which of the inputs it was.</param>
/// <param name="Request">The request's hash, the first half of it.</param>
/// <param name="HasAnswer">Whether the line has an answer without an error.</param>
/// <param name="Offset">Where in the file it begins.</param>
/// <param name="Length">How many bytes it has.</param>
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

    // What every line begins with: a torn one is told by it from a file of another kind.
    private static readonly byte[] Beginning = [.. $"{{\"{IndexField}\":".Select(static character => (byte)character)];

    /// <summary>Reads a line; null when it is none of a checkpoint.</summary>
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

    /// <summary>Whether a line has nothing in it.</summary>
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

    /// <summary>Whether bytes can be what a process wrote that was ended in the middle of a line; a power failure leaves zeros.</summary>
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

        reader.Read(); // what stands behind the object is no JSON, and throws
        return index is int number && RequestId.Of(request) is RequestId id && (hasAnswer || hasError)
            ? new CheckpointLine(number, id, hasAnswer && !hasError, offset, line.Length)
            : null;
    }
}

/// <summary>The first half of a request's hash: enough to tell requests apart, and half as much to remember.</summary>
internal readonly record struct RequestId(ulong High, ulong Low)
{
    private const int Digits = 16;

    /// <summary>The id in a hash of hexadecimal digits; null when it is none.</summary>
    public static RequestId? Of(string? hash) =>
        hash is { Length: >= 2 * Digits }
        && ulong.TryParse(hash.Substring(0, Digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong high)
        && ulong.TryParse(hash.Substring(Digits, Digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong low)
            ? new RequestId(high, low)
            : null;
}
