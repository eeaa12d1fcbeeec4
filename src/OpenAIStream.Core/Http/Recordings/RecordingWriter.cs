using System.Globalization;
using System.Text;

namespace OpenAIStream;

/// <summary>A recording as text.</summary>
internal static class RecordingWriter
{
    public const string FirstLine = "# OpenAIStream recording 1";

    public static string Write(Recording recording)
    {
        var text = new StringBuilder(FirstLine).Append("\n\n");
        text.Append("> ").Append(recording.Method).Append(' ').Append(recording.Path).Append('\n');
        WriteHeaders(text, '>', recording.RequestHeaders);
        BodyText.Write(text, recording.RequestBody.Span);
        text.Append('\n');
        WriteSteps(text, recording.Waiting);
        if (recording.StatusCode is int status)
        {
            text.Append("< ").Append(status.ToString(CultureInfo.InvariantCulture)).Append(recording.ReasonPhrase.Length > 0 ? " " : "").Append(recording.ReasonPhrase).Append('\n');
            WriteHeaders(text, '<', recording.ResponseHeaders);
            text.Append('\n');
            WriteSteps(text, recording.Body);
        }

        return text.ToString();
    }

    private static void WriteHeaders(StringBuilder text, char mark, IEnumerable<KeyValuePair<string, string>> headers)
    {
        foreach (var header in headers)
        {
            text.Append(mark).Append(' ').Append(header.Key).Append(':').Append(header.Value.Length > 0 ? " " : "").Append(header.Value).Append('\n');
        }
    }

    private static void WriteSteps(StringBuilder text, IEnumerable<RecordingStep> steps)
    {
        foreach (var step in steps)
        {
            switch (step)
            {
                case RecordedPause pause:
                    text.Append("~ ").Append(Milliseconds(pause.Time)).Append('\n');
                    break;
                case RecordedBytes piece:
                    BodyText.Write(text, piece.Bytes.Span);
                    break;
                case RecordedFault fault:
                    text.Append("! ").Append(fault.Kind.ToString().ToLowerInvariant());
                    text.Append(fault.Time is TimeSpan time ? " " + Milliseconds(time) : "").Append('\n');
                    break;
            }
        }
    }

    private static string Milliseconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalMilliseconds:0.###} ms");
}
