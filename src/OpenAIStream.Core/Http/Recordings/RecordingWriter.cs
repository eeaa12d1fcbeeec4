using System.Globalization;
using System.Text;

namespace OpenAIStream;

/// <summary>A recording as text.</summary>
internal static class RecordingWriter
{
    public const string FirstLine = "# OpenAIStream recording 1";

    public static void Write(TextWriter text, Recording recording)
    {
        text.Write($"{FirstLine}\n\n> {recording.Method} {recording.Path}\n");
        WriteHeaders(text, '>', recording.RequestHeaders);
        BodyText.Write(text, recording.RequestBody.Span);
        text.Write('\n');
        WriteSteps(text, recording.Waiting);
        if (recording.StatusCode is int status)
        {
            text.Write($"< {status.ToString(CultureInfo.InvariantCulture)} {recording.ReasonPhrase}".TrimEnd() + "\n");
            WriteHeaders(text, '<', recording.ResponseHeaders);
            text.Write('\n');
            WriteSteps(text, recording.Body);
        }
    }

    private static void WriteHeaders(TextWriter text, char mark, IEnumerable<KeyValuePair<string, string>> headers)
    {
        foreach (var header in headers)
        {
            text.Write($"{mark} {header.Key}:{(header.Value.Length > 0 ? " " : "")}{header.Value}\n");
        }
    }

    private static void WriteSteps(TextWriter text, IEnumerable<RecordingStep> steps)
    {
        foreach (var step in steps)
        {
            switch (step)
            {
                case RecordedPause pause:
                    text.Write($"~ {Milliseconds(pause.Time)}\n");
                    break;
                case RecordedBytes piece:
                    BodyText.Write(text, piece.Bytes.Span);
                    break;
                case RecordedSent sent:
                    text.Write($"> {Encoding.UTF8.GetString(sent.Text.ToArray())}\n");
                    break;
                case RecordedFault fault:
                    text.Write($"! {fault.Kind.ToString().ToLowerInvariant()}{(fault.Time is TimeSpan time ? " " + Milliseconds(time) : "")}{Close(fault)}\n");
                    break;
            }
        }
    }

    private static string Close(RecordedFault fault) =>
        fault.CloseCode is int code ? FormattableString.Invariant($" {code} {fault.CloseReason}").TrimEnd() : "";

    private static string Milliseconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalMilliseconds:0.###} ms");
}
