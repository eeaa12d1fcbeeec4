namespace OpenAIStream;

/// <summary>
/// The events of one body: it is given the bytes, recognizes by the first character what kind of body they are, splits them
/// into events, and finds where these end. It reads only the rest of a body that is not an event stream.
/// </summary>
/// <param name="body">The body.</param>
/// <param name="maxEventBytes">The maximum size of one event in bytes.</param>
/// <param name="secrets">What errors must not show.</param>
/// <param name="media">The body, if it is audio instead of events; otherwise null.</param>
internal sealed class BodyEvents(OpenBody body, long? maxEventBytes, Secrets secrets, byte[]? media)
{
    private readonly SseParser _parser = new(maxEventBytes, keepsStray: true);
    private readonly bool _isMedia = media is not null;
    private byte[]? _wholeAnswer = media; // a whole answer instead of a stream, until it is returned
    private bool _isJudged;               // whether the first character has shown what kind of body it is
    private OddBeginning? _odd;           // of a body that does not begin like an event

    /// <summary>Where the body ended; <see cref="StreamEnd.Open"/> as long as more can follow.</summary>
    public StreamEnd End { get; private set; }

    /// <summary>The next event among the received bytes. False if there is none: more bytes are needed, or the body has ended.</summary>
    public bool TryRead(out SseFrame frame)
    {
        frame = default;
        if (End != StreamEnd.Open)
        {
            return false;
        }

        if (_wholeAnswer is byte[] whole)
        {
            return TryTakeWhole(whole, out frame);
        }

        if (!_parser.TryRead(out frame))
        {
            return false;
        }

        if (frame.IsStray || !IsSentinel(frame.Data))
        {
            return true;
        }

        End = StreamEnd.Done;
        return false;
    }

    /// <summary>Where the next bytes belong.</summary>
    public ArraySegment<byte> FreeSpace() => _parser.FreeSpace();

    /// <summary>Takes what was read.</summary>
    /// <param name="space">The space for it.</param>
    /// <param name="count">The number of bytes; 0 at the end of the body, null if none arrived in time.</param>
    /// <exception cref="ApiException">It is not an event stream, or the rest of the body, which is a whole answer, broke.</exception>
    public ValueTask ReceivedAsync(ArraySegment<byte> space, int? count)
    {
        if (count is not int received)
        {
            End = StreamEnd.Silence;
        }
        else if (received == 0)
        {
            if (!_parser.End()) // first, the incomplete rest may contain an error
            {
                ThrowIfNoEvents();
                End = StreamEnd.EndOfBody;
            }
        }
        else
        {
            var bytes = new ArraySegment<byte>(space.Array!, space.Offset, received);
            if (!_isJudged && Judge(bytes) is char other)
            {
                return new ValueTask(TakeOtherAsync(other, bytes));
            }

            _odd?.Add(bytes);
            _parser.Received(received);
        }

        return default;
    }

    /// <summary>Why an answer that ended with the body is cut off.</summary>
    /// <param name="textLength">The number of characters of text that have arrived.</param>
    public string DescribeCut(int textLength) =>
        _parser.BytesReceived == 0 ? "The response is empty: the connection ended before the first event."
        : _parser.EventCount == 0 ? $"The response contains no event, only {_parser.BytesReceived} bytes of other data."
        : "The stream ended before the model finished (no [DONE], no finish_reason). " +
            (textLength > 0 ? $"{textLength} characters had arrived; they are in PartialText." : "No text had arrived.");

    /// <summary>Gives the memory back. After that, nothing is read.</summary>
    public void Release() => _parser.Release();

    /// <summary>
    /// The first character of a body that is not an event stream, because no meaningful line of one begins like JSON or
    /// HTML; null if it may be an event stream.
    /// </summary>
    private char? Judge(ReadOnlySpan<byte> start)
    {
        char? first = BodyKind.FirstCharacter(start);
        _isJudged = first is not null;
        if (first is '<' or '{' or '[')
        {
            return first;
        }

        _odd = SseFrame.IsStart(BodyKind.Start(start)) ? null : new OddBeginning();
        return null;
    }

    /// <summary>Takes such a body: JSON is a whole answer instead of a stream, HTML is an error.</summary>
    private async Task TakeOtherAsync(char first, ArraySegment<byte> start) =>
        _wholeAnswer = first != '<' ? await body.ReadAllAsync(start).ConfigureAwait(false)
            : throw await BodyKind.UnexpectedAsync(BodyKind.Events, body, start, secrets).ConfigureAwait(false);

    /// <summary>Whether data is <c>[DONE]</c>, with or without spaces after it.</summary>
    private static bool IsSentinel(ReadOnlySpan<byte> data) =>
        data.StartsWith("[DONE]"u8) && BodyKind.FirstCharacter(data.Slice(6)) is null;

    /// <summary>Returns the whole answer as one frame, once; after that, the body has ended.</summary>
    private bool TryTakeWhole(byte[] whole, out SseFrame frame)
    {
        var data = _isMedia ? whole : BodyKind.WithoutMark(whole);
        frame = new SseFrame(default, data, 0, 0)
        {
            IsWholeAnswer = true,
            IsMedia = _isMedia,
            Own = new EventBytes(whole, whole.Length - data.Length, data.Length),
        };
        if (whole.Length == 0)
        {
            End = StreamEnd.WholeAnswer;
            return false;
        }

        _wholeAnswer = [];
        return true;
    }

    private void ThrowIfNoEvents()
    {
        if (_parser.EventCount == 0 && _parser.BytesReceived > 0
            && (body.MediaType != "text/event-stream" || _parser.HasStray || _odd?.MayBecomeEvent == false))
        {
            throw new ResponseFormatException(
                $"The response contains no event, only {_parser.BytesReceived} bytes of other data. Check the base address.{_odd?.Quote(secrets)}");
        }
    }
}
