using System.Text;

namespace OpenAIStream;

/// <summary>
/// Bytes as lines of a recording, without loss. <c>| text</c> is text and a line feed; another line end follows the bar
/// (<c>|\r\n text</c>, <c>|\r text</c>), no line end is <c>|\ text</c>. Everything that is not plain text is Base64 (<c>=
/// ...</c>).
/// </summary>
internal static class BodyText
{
    private const int BytesPerLine = 96; // a multiple of 3, so that each line is valid Base64 by itself

    public static void Write(TextWriter text, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOf((byte)0) >= 0)
        {
            WriteBase64(text, bytes);
            return;
        }

        while (!bytes.IsEmpty)
        {
            int length = bytes.IndexOfAny((byte)'\r', (byte)'\n');
            string end = length < 0 ? "\\"
                : bytes[length] == '\n' ? ""
                : length + 1 < bytes.Length && bytes[length + 1] == '\n' ? "\\r\\n" : "\\r";
            length = length < 0 ? bytes.Length : length;
            int whole = length + EndOf(end)!.Length;
            WriteLine(text, bytes.Slice(0, length), end, bytes.Slice(0, whole));
            bytes = bytes.Slice(whole);
        }
    }

    /// <summary>The bytes of a line that begins with <c>|</c> or <c>=</c>.</summary>
    /// <exception cref="FormatException">The line is not well-formed; the message says why.</exception>
    public static byte[] Read(string line)
    {
        if (line[0] == '=')
        {
            try
            {
                return Convert.FromBase64String(line.Substring(1).Trim());
            }
            catch (FormatException exception)
            {
                throw new FormatException("the text after '=' is not Base64", exception);
            }
        }

        int space = line.IndexOf(' ');
        string end = space < 0 ? line.Substring(1) : line.Substring(1, space - 1);
        string text = space < 0 ? "" : line.Substring(space + 1);
        return Encoding.UTF8.GetBytes(text + (EndOf(end)
            ?? throw new FormatException(@"a space is missing after '|' (only \r\n, \r or \ may come between, for a line end that is not a line feed)")));
    }

    private static string? EndOf(string mark) => mark switch { "" => "\n", "\\" => "", "\\r" => "\r", "\\r\\n" => "\r\n", _ => null };

    private static void WriteLine(TextWriter text, ReadOnlySpan<byte> content, string end, ReadOnlySpan<byte> whole)
    {
        // If a piece was cut within a character, the rest of it is still text.
        int head = LeadingContinuations(content);
        int tail = end == "\\" ? IncompleteTail(content.Slice(head)) : 0;
        var middle = content.Slice(head, content.Length - head - tail);
        if (PlainText(middle) is not string plain)
        {
            WriteBase64(text, whole);
            return;
        }

        WriteBase64(text, content.Slice(0, head));
        if (plain.Length > 0 || end != "\\")
        {
            text.Write($"|{end}{(plain.Length > 0 ? " " : "")}{plain}\n");
        }

        WriteBase64(text, content.Slice(content.Length - tail));
    }

    private static void WriteBase64(TextWriter text, ReadOnlySpan<byte> bytes)
    {
        for (; !bytes.IsEmpty; bytes = bytes.Slice(Math.Min(BytesPerLine, bytes.Length)))
        {
            text.Write($"= {Convert.ToBase64String(bytes.Slice(0, Math.Min(BytesPerLine, bytes.Length)).ToArray())}\n");
        }
    }

    /// <summary>The text, if editors show it and leave it unchanged: some remove white space at the ends of lines.</summary>
    private static string? PlainText(ReadOnlySpan<byte> bytes)
    {
        string? text = Utf8.Decode(bytes);
        return text is null || text.Any(static c => (char.IsControl(c) && c != '\t') || c == '\uFEFF') || text.Length != text.TrimEnd().Length ? null : text;
    }

    private static int LeadingContinuations(ReadOnlySpan<byte> bytes)
    {
        int count = 0;
        while (count < Math.Min(3, bytes.Length) && (bytes[count] & 0xC0) == 0x80)
        {
            count++;
        }

        return count;
    }

    private static int IncompleteTail(ReadOnlySpan<byte> bytes)
    {
        for (int count = 1; count <= Math.Min(3, bytes.Length); count++)
        {
            byte b = bytes[bytes.Length - count];
            if ((b & 0xC0) != 0x80)
            {
                int length = b switch { >= 0xF0 => 4, >= 0xE0 => 3, >= 0xC0 => 2, _ => 1 };
                return length > count ? count : 0;
            }
        }

        return 0;
    }
}
