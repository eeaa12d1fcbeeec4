using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>
/// The answer to a request for a transcription as plain text (text, srt, vtt). Text is the transcript, whatever it begins
/// with. JSON is used only if it is an error, or a transcription from a service that ignores the format.
/// </summary>
internal static class PlainTranscription
{
    private static readonly string[] Pages = ["<!doctype", "<html", "<?xml"];

    /// <summary>Reads bytes as a transcription.</summary>
    /// <exception cref="ApiException">They are an error, or not what was requested.</exception>
    public static Transcription Read(byte[] body, TranscriptionRequest request, HttpResponseMessage message, Secrets secrets)
    {
        string? requestId = ResponseHeaders.RequestId(message, secrets);
        string mediaType = message.Content.Headers.ContentType?.MediaType?.ToLowerInvariant() ?? "";
        string text = EncodingOf(message).GetString(BodyKind.WithoutMark(body).ToArray());
        if (text.Length == 0)
        {
            throw Refused("The response is empty.");
        }

        if (mediaType is "text/html" or "application/xhtml+xml" || Pages.Any(page => text.TrimStart().StartsWith(page, StringComparison.OrdinalIgnoreCase)))
        {
            throw Refused($"The response is a web page, not a transcription. Check the base address.{BodyKind.Quote(body, secrets)}");
        }

        bool isDeclared = mediaType == "application/json";
        object? value = Json(body);
        if (ErrorOf(value, text) is ApiError error)
        {
            throw WholeAnswer.ToException(error, value, requestId, secrets);
        }

        if (value is Transcription told && told.Find("text") is string words)
        {
            return !request.IsSubtitles || words.Length == 0 || words.Contains("-->")
                ? told
                : throw Refused($"The response is JSON, not {request.ResponseFormat}: the service or the model does not support subtitles. The text is in PartialText.", words);
        }

        if (request.IsSubtitles && value is null && text.Trim().Length > 0 && !text.Contains("-->") && !text.StartsWith("WEBVTT", StringComparison.Ordinal))
        {
            throw Refused($"The response is text without times, not {request.ResponseFormat}. The text is in PartialText.", text);
        }

        return !isDeclared || value is null ? new Transcription { ["text"] = text }
            : value is string quoted ? new Transcription { ["text"] = quoted }
            : throw Refused(WholeAnswer.Neither);

        ResponseFormatException Refused(string what, string? partialText = null) =>
            new(what) { Body = secrets.Hide(Encoding.UTF8.GetString(body)), RequestId = requestId, PartialText = secrets.HideKnown(partialText) };
    }

    private static ApiError? ErrorOf(object? value, string body) =>
        WholeAnswer.ErrorIn(value, () => body)
        ?? (value is Transcription model && !model.Contains("text") && ApiError.IsFlat(model) ? ApiError.From(model, body) : null);

    /// <summary>The encoding that the response declares; UTF-8 if it declares none or an unknown one.</summary>
    private static Encoding EncodingOf(HttpResponseMessage message)
    {
        try
        {
            return message.Content.Headers.ContentType?.CharSet is { Length: > 0 } name ? Encoding.GetEncoding(name.Trim('"')) : Encoding.UTF8;
        }
        catch (ArgumentException)
        {
            return Encoding.UTF8;
        }
    }

    /// <summary>The value of a JSON body; null if it is not JSON.</summary>
    private static object? Json(byte[] body)
    {
        try
        {
            return new JsonTokenReader().Read(BodyKind.WithoutMark(body), JsonShape.Of<Transcription>(), null);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
