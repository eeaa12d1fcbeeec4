using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>
/// Secrets that a stream splits: a model that repeats a key repeats it in pieces, each in its own event. They follow one
/// another in the same field.
/// </summary>
internal static class SplitSecrets
{
    /// <summary>The replacements for the pieces.</summary>
    /// <param name="body">A body of events.</param>
    /// <param name="secrets">The secrets themselves.</param>
    public static List<Replacement> Find(byte[] body, string[] secrets)
    {
        var found = new List<Replacement>();
        if (secrets.Length == 0)
        {
            return found;
        }

        var fields = new Dictionary<string, List<Piece>>(StringComparer.Ordinal);
        for (int start = 0; start < body.Length;)
        {
            int length = body.AsSpan(start).IndexOf((byte)'\n');
            length = length < 0 ? body.Length - start : length;
            var line = body.AsSpan(start, length);
            if (line.StartsWith("data:"u8))
            {
                Read(line.Slice(5), start + 5, fields);
            }

            start += length + 1;
        }

        foreach (var pieces in fields.Values.Where(static pieces => pieces.Count > 1))
        {
            Find(pieces, secrets, found);
        }

        return found;
    }

    private static void Find(List<Piece> pieces, string[] secrets, List<Replacement> found)
    {
        string whole = string.Concat(pieces.Select(static piece => piece.Text));
        bool[] isSecret = new bool[whole.Length];
        bool[] isFirst = new bool[whole.Length];
        bool isAny = false;
        foreach (string secret in secrets)
        {
            for (int at = whole.IndexOf(secret, StringComparison.Ordinal); at >= 0; at = whole.IndexOf(secret, at + secret.Length, StringComparison.Ordinal))
            {
                isAny = isFirst[at] = true;
                isSecret.AsSpan(at, secret.Length).Fill(true);
            }
        }

        int begin = 0;
        foreach (var piece in isAny ? pieces : [])
        {
            var text = new StringBuilder();
            for (int i = begin; i < begin + piece.Text.Length; i++)
            {
                text.Append(isFirst[i] ? Secrets.Mask : "");
                text.Append(isSecret[i] ? "" : whole[i].ToString());
            }

            begin += piece.Text.Length;
            if (text.ToString() != piece.Text)
            {
                found.Add(new Replacement(piece.At, piece.Length, JsonEncodedText.Encode(text.ToString(), JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes.ToArray()));
            }
        }
    }

    /// <summary>Reads the texts of an event by their position.</summary>
    private static void Read(ReadOnlySpan<byte> json, int offset, Dictionary<string, List<Piece>> fields)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonModelReader.MaxDepth });
            var path = new Stack<string>();
            string name = "";
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        name = reader.GetString()!;
                        break;
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        path.Push(name);
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        name = path.Pop();
                        break;
                    case JsonTokenType.String:
                        string place = string.Join("\n", path) + "\n" + name;
                        if (!fields.TryGetValue(place, out var pieces))
                        {
                            fields[place] = pieces = [];
                        }

                        int at = offset + (int)reader.TokenStartIndex + 1;
                        pieces.Add(new Piece(at, (int)reader.BytesConsumed - (int)reader.TokenStartIndex - 2, reader.GetString()!));
                        break;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // [DONE], or data that is not JSON: its secrets are found if they are not split
        }
    }

    private sealed record Piece(int At, int Length, string Text);
}

/// <summary>Bytes that replace others.</summary>
internal sealed record Replacement(int At, int Length, byte[] By)
{
    /// <summary>The bytes with the replacements, and the new positions of what began at <paramref name="starts"/>.</summary>
    public static byte[] Make(byte[] bytes, List<Replacement> replacements, int[] starts)
    {
        replacements.Sort(static (one, other) => one.At.CompareTo(other.At));
        using var shown = new MemoryStream();
        int[] before = (int[])starts.Clone();
        int from = 0;
        foreach (var replacement in replacements)
        {
            shown.Write(bytes, from, replacement.At - from);
            shown.Write(replacement.By, 0, replacement.By.Length);
            from = replacement.At + replacement.Length;
            for (int i = 0; i < starts.Length; i++)
            {
                if (before[i] > replacement.At)
                {
                    starts[i] = (int)shown.Length + Math.Max(0, before[i] - from);
                }
            }
        }

        shown.Write(bytes, from, bytes.Length - from);
        return shown.ToArray();
    }
}
