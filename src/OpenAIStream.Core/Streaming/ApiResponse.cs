using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>
/// A response whose body has not been read yet. Read it whole (<see cref="ReadAsync"/>), or as it arrives
/// (<see cref="Body"/>); one of them, once. Dispose closes the connection.
/// </summary>
public sealed class ApiResponse : IDisposable
{
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

    /// <summary>The request's id at the service; null where it tells none.</summary>
    public string? RequestId => _open.RequestId;

    /// <summary>The response's headers; a name that came more than once has its values joined by commas.</summary>
    public IReadOnlyDictionary<string, string> Headers => _open.Headers;

    /// <summary>The media type in lower case; empty where the service tells none.</summary>
    public string MediaType => _open.MediaType;

    /// <summary>How many bytes the body has; null where the service does not tell.</summary>
    public long? ContentLength => _message.Content.Headers.ContentLength;

    /// <summary>The body as it arrives, under the call's timeouts.</summary>
    public Stream Body { get; }

    /// <summary>A response that another HTTP client received, or that a test makes up. Its status is not looked at.</summary>
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
    /// Reads the body to its end: JSON as what it holds (a <see cref="JsonMap"/>, a list, a simple value), text as a string,
    /// anything else as bytes. Null for a body without content. A type that says nothing, or plain text, is JSON where it
    /// reads as an object or a list.
    /// </summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ApiException">The body is an error, or broke, or is no JSON though it says so.</exception>
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

    /// <summary>Closes the connection, unless the body was read to its end.</summary>
    public void Dispose() => Body.Dispose();

    private object? Value(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return null;
        }

        bool isJson = MediaType.EndsWith("/json", StringComparison.Ordinal) || MediaType.EndsWith("+json", StringComparison.Ordinal);
        bool mayBeJson = MediaType is "" or "text/plain" && BodyKind.FirstCharacter(bytes) is '{' or '[';
        if ((isJson || mayBeJson) && TryReadJson(bytes, isJson, out object? value))
        {
            return value;
        }

        return Utf8.Decode(BodyKind.WithoutMark(bytes)) is string text && (MediaType.StartsWith("text/", StringComparison.Ordinal) || text.IndexOf('\0') < 0) ? text : bytes;
    }

    private bool TryReadJson(byte[] bytes, bool isDeclared, out object? value)
    {
        try
        {
            object? read = new JsonTokenReader { Check = _call.ThrowIfStopped }.Read(BodyKind.WithoutMark(bytes), JsonMap.Shape, null);
            if (IsError(read) && WholeAnswer.ErrorIn(read, () => Encoding.UTF8.GetString(bytes)) is ApiError found)
            {
                throw WholeAnswer.ToException(found, read, RequestId, _call.Secrets);
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

    // A job, a batch or a response that has failed is what was asked for, and has an id.
    private static bool IsError(object? value) => value is not JsonModel model || !model.Contains("id") || model.Find("object") is "error";
}
