using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>
/// A response whose body has not been read yet. Read it as a whole (<see cref="ReadAsync"/>) or as it arrives (<see
/// cref="Body"/>), but only once. Dispose closes the connection.
/// </summary>
public sealed class ApiResponse : IDisposable
{
    private const int LongestError = 64 * 1024;

    private readonly OpenBody _open;
    private readonly Call _call;
    private readonly HttpResponseMessage _message;

    private ApiResponse(OpenBody open, HttpResponseMessage message, Call call)
    {
        _open = open;
        _message = message;
        _call = call;
        Body = new BodyStream(open, call);
    }

    /// <summary>The HTTP status.</summary>
    public int StatusCode => _open.StatusCode;

    /// <summary>The id of the request at the service; null if the service sends none.</summary>
    public string? RequestId => _open.RequestId;

    /// <summary>The headers of the response; the values of a repeated header are joined by commas.</summary>
    public IReadOnlyDictionary<string, string> Headers => _open.Headers;

    /// <summary>The media type in lower case; empty if the service sends none.</summary>
    public string MediaType => _open.MediaType;

    /// <summary>The number of bytes in the body; null if the service does not send it.</summary>
    public long? ContentLength => _message.Content.Headers.ContentLength;

    /// <summary>The body as it arrives, with the timeouts of the call.</summary>
    public Stream Body { get; }

    /// <summary>Wraps a response that another HTTP client received, or that a test creates. Its status is not checked.</summary>
    /// <param name="response">The response; disposed with this one.</param>
    /// <exception cref="ApiException">Its body cannot be opened.</exception>
    public static ApiResponse From(HttpResponseMessage response)
    {
        Guard.NotNull(response, nameof(response));
        return Blocking.Run(() => OpenAsync(response, new Call(new OpenAIClientOptions(), CancellationToken.None, CancellationToken.None)));
    }

    internal static async Task<ApiResponse> OpenAsync(HttpResponseMessage message, Call call)
    {
        var open = await OpenBody.OpenAsync(message, call).ConfigureAwait(false);
        call.Release(); // until somebody reads
        return new ApiResponse(open, message, call);
    }

    /// <summary>Reads the body to its end. Calls <see cref="ReadAsync"/>.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public object? Read(CancellationToken cancellationToken = default) => Blocking.Run(() => ReadAsync(cancellationToken));

    /// <summary>
    /// Reads the body to its end: JSON as its value (a <see cref="JsonMap"/>, a list, a simple value), text as a string,
    /// everything else as bytes. Null for an empty body. If the media type is missing or plain text, the body is JSON if it
    /// can be read as an object or a list.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The body is an error, broke, or is declared as JSON but is not.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public async Task<object?> ReadAsync(CancellationToken cancellationToken = default)
    {
        _call.StopWith(cancellationToken);
        _call.Hold();
        try
        {
            byte[] bytes = await _open.ReadAllAsync(OpenBody.Nothing).ConfigureAwait(false);
            object? value = Value(bytes);
            if (value is JsonModel answer)
            {
                _call.Telemetry?.ObserveWhole(answer);
            }

            _call.Telemetry?.End(StreamEnd.WholeAnswer);
            return value;
        }
        catch (Exception exception)
        {
            _call.Telemetry?.End(exception.ToStreamEnd(), exception);
            if (exception is ApiException error)
            {
                error.RequestId ??= RequestId;
            }

            throw;
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>
    /// Finds an error that a service sent in place of content: a short object without an id, declared as JSON. Null if there
    /// is none. The body can still be read.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ApiException">The body broke.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public async Task<ApiException?> FindErrorAsync(CancellationToken cancellationToken = default)
    {
        if (!IsJson)
        {
            return null;
        }

        _call.StopWith(cancellationToken);
        _call.Hold();
        try
        {
            byte[]? bytes = await _open.PeekAllAsync(LongestError).ConfigureAwait(false);
            return bytes is { Length: > 0 } && ReadJson(bytes) is JsonModel model ? ErrorIn(model, bytes) : null;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (ApiException error)
        {
            error.RequestId ??= RequestId;
            throw;
        }
        finally
        {
            _call.Release(); // until somebody reads
        }
    }

    /// <summary>Closes the connection, unless the body was read to its end.</summary>
    public void Dispose() => Body.Dispose();

    private bool IsJson => MediaType.EndsWith("/json", StringComparison.Ordinal) || MediaType.EndsWith("+json", StringComparison.Ordinal);

    private object? Value(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return null;
        }

        bool mayBeJson = MediaType is "" or "text/plain" && BodyKind.FirstCharacter(bytes) is '{' or '[';
        if ((IsJson || mayBeJson) && TryReadJson(bytes, IsJson, out object? value))
        {
            return value;
        }

        return Utf8.Decode(BodyKind.WithoutMark(bytes)) is string text && (MediaType.StartsWith("text/", StringComparison.Ordinal) || text.IndexOf('\0') < 0) ? text : bytes;
    }

    private bool TryReadJson(byte[] bytes, bool isDeclared, out object? value)
    {
        try
        {
            object? read = ReadJson(bytes);
            if (ErrorIn(read, bytes) is ApiException error)
            {
                throw error;
            }

            value = JsonValue.ToPublic(read);
            return true;
        }
        catch (JsonException exception)
        {
            value = null;
            return isDeclared
                ? throw new ResponseFormatException("The response is not valid JSON.", exception) { Body = _call.Secrets.Hide(Encoding.UTF8.GetString(bytes)), RequestId = RequestId }
                : false;
        }
    }

    private object? ReadJson(byte[] bytes) => new JsonTokenReader { Check = _call.ThrowIfStopped }.Read(BodyKind.WithoutMark(bytes), JsonMap.Shape, null);

    private ApiException? ErrorIn(object? value, byte[] bytes) =>
        IsError(value) && WholeAnswer.ErrorIn(value, () => Encoding.UTF8.GetString(bytes)) is ApiError found
            ? WholeAnswer.ToException(found, value, RequestId, _call.Secrets)
            : null;

    // A failed job, batch or response is a valid answer, and has an id.
    private static bool IsError(object? value) => value is not JsonModel model || !model.Contains("id") || model.Find("object") is "error";
}
