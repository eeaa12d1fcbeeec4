namespace OpenAIStream;

/// <summary>The body of one HTTP response while it is open: read with the timeouts of the call, then drained or closed.</summary>
internal sealed class OpenBody : IDisposable
{
    /// <summary>The start of a body that has not been read.</summary>
    public static readonly ArraySegment<byte> Nothing = new([]);

    private const int ReadSize = 8192;
    private const int LargestBlock = 4 * 1024 * 1024;
    private const int LargestWhole = 0x7FFFFFC7; // .NET's largest byte array

    // How much a server can send after the last event, and for how long, so that the connection can be reused.
    private const int MostDrainedBytes = 64 * 1024;
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(1);

    private readonly HttpResponseMessage _message;
    private readonly Stream _body;
    private readonly Call _call;
    private readonly CancellationTokenRegistration _closeOnStop;
    private ArraySegment<byte> _peeked = Nothing; // read ahead, and not consumed yet
    private long _received;
    private long _limit = long.MaxValue; // for everything that is received

    private OpenBody(HttpResponseMessage message, Stream body, Call call)
    {
        _message = message;
        _body = body;
        _call = call;

        // A canceled read closes the connection itself; this is for a cancellation between two reads.
        _closeOnStop = call.Token.Register(static body => ((OpenBody)body!).Close(), this);
    }

    public int StatusCode => (int)_message.StatusCode;

    public string? RequestId => ResponseHeaders.RequestId(_message, _call.Secrets);

    public IReadOnlyDictionary<string, string> Headers => field ??= ResponseHeaders.All(_message, _call.Secrets);

    /// <summary>The declared media type in lower case; empty if there is none.</summary>
    public string MediaType => _message.Content.Headers.ContentType?.MediaType?.ToLowerInvariant() ?? "";

    /// <summary>Opens the body, decompressed. The message is disposed if that fails.</summary>
    /// <exception cref="ApiException">The connection broke, or the compression is unknown.</exception>
    public static async Task<OpenBody> OpenAsync(HttpResponseMessage message, Call call)
    {
        try
        {
            return new OpenBody(message, await ResponseBody.OpenAsync(message, call.Options.MaxDecompressionRatio, call.Secrets, call.Token).ConfigureAwait(false), call);
        }
        catch (Exception exception)
        {
            message.Dispose();
            var reason = Explain(exception, call);
            if (reason is ApiException error)
            {
                error.RequestId = ResponseHeaders.RequestId(message, call.Secrets);
            }

            throw reason.Rethrow();
        }
    }

    /// <summary>Reads the next bytes; 0 at the end of the body.</summary>
    /// <exception cref="ApiException">The connection broke, or was silent for too long, or the body exceeded its limit.</exception>
    /// <exception cref="OperationCanceledException">The call was canceled.</exception>
    public async ValueTask<int> ReadAsync(ArraySegment<byte> into)
    {
        if (_peeked.Count > 0)
        {
            int count = Math.Min(into.Count, _peeked.Count);
            _peeked.AsSpan(0, count).CopyTo(into);
            _peeked = new ArraySegment<byte>(_peeked.Array!, _peeked.Offset + count, _peeked.Count - count);
            return count;
        }

        try
        {
            var reading = _body.ReadAsync(into.AsMemory(), _call.Token);
            if (!reading.IsCompleted)
            {
                _call.BeginWait();
            }

            int read = await reading.ConfigureAwait(false);
            _received += read;
            CheckSize();
            return read;
        }
        catch (Exception exception)
        {
            throw Explain(exception, _call).Rethrow();
        }
        finally
        {
            _call.EndWait();
        }
    }

    /// <summary>Reads the first bytes, which are read again afterwards: enough to recognize the kind of body, unless it ends earlier.</summary>
    public async Task<byte[]> PeekAsync()
    {
        byte[] buffer = new byte[ReadSize];
        int length = 0;
        int count = 1;
        while (count > 0 && length < buffer.Length && BodyKind.IsUndecided(buffer.AsSpan(0, length)))
        {
            count = await ReadAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length)).ConfigureAwait(false);
            length += count;
        }

        _peeked = new ArraySegment<byte>(buffer, 0, length);
        return buffer.AsSpan(0, length).ToArray();
    }

    /// <summary>Reads a short body, which is read again afterwards; null if it is longer than a limit.</summary>
    public async Task<byte[]?> PeekAllAsync(int limit)
    {
        byte[] start = await ReadRestAsync(Nothing, limit + 1).ConfigureAwait(false);
        _peeked = new ArraySegment<byte>(start);
        return start.Length > limit ? null : start;
    }

    /// <summary>Reads the next bytes; null if none arrive in time, after which the body is no longer usable.</summary>
    public async Task<int?> ReadWithinAsync(ArraySegment<byte> into, TimeSpan time)
    {
        var reading = ReadAsync(into).AsTask();
        await Grace.AtMostAsync(reading, time).ConfigureAwait(false);
        if (reading.Status == TaskStatus.RanToCompletion)
        {
            return await reading.ConfigureAwait(false);
        }

        _ = reading.ContinueWith(static ended => ended.Exception, TaskScheduler.Default); // it ends when the body is closed
        return null;
    }

    /// <summary>From here on, the body is held in memory as a whole, up to the limit for that.</summary>
    /// <exception cref="ResponseTooLargeException">The body has exceeded the limit.</exception>
    public void BeginWhole()
    {
        _limit = Math.Min(_call.Options.MaxResponseBytes ?? long.MaxValue, LargestWhole);
        CheckSize();
    }

    /// <summary>Returns bytes that were read, and everything after them.</summary>
    /// <exception cref="ApiException">The connection broke, or the body exceeded the limit.</exception>
    public Task<byte[]> ReadAllAsync(ArraySegment<byte> start)
    {
        BeginWhole();
        return ReadRestAsync(start, int.MaxValue);
    }

    /// <summary>Returns bytes that were read, and what follows them.</summary>
    /// <param name="start">The bytes that were read.</param>
    /// <param name="limit">The number of bytes that are enough.</param>
    public async Task<byte[]> ReadRestAsync(ArraySegment<byte> start, int limit)
    {
        // In blocks that are put together once: one doubling buffer would take three times the size.
        var full = new List<byte[]>();
        byte[] block = new byte[Math.Max(ReadSize, start.Count)];
        start.AsSpan().CopyTo(block);
        int used = start.Count;
        int total = used;
        int count = 1;
        while (total < limit && count > 0)
        {
            if (used == block.Length)
            {
                full.Add(block);
                (block, used) = (new byte[Math.Min(total, LargestBlock)], 0);
            }

            count = await ReadAsync(new ArraySegment<byte>(block, used, block.Length - used)).ConfigureAwait(false);
            used += count;
            total += count;
        }

        byte[] bytes = new byte[total];
        int at = 0;
        foreach (byte[] part in full)
        {
            part.CopyTo(bytes, at);
            at += part.Length;
        }

        Buffer.BlockCopy(block, 0, bytes, at, used);
        return bytes;
    }

    /// <summary>Reads to the end of the body, within limits, so that the connection can be reused.</summary>
    public async Task DrainAsync()
    {
        // Real time, whatever clock the options specify: this concerns the connection, not the call.
        using var limit = new CancellationTokenSource(LongestDrain);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _call.Token);
        byte[] rest = new byte[4096];
        try
        {
            // Below any decompression: BrotliStream stops at its own end, before the end of the body.
            var body = await _message.Content.ReadBodyAsync(stop.Token).ConfigureAwait(false);
            int count;
            int total = 0;
            do
            {
                count = await body.ReadAsync(rest.AsMemory(), stop.Token).ConfigureAwait(false);
                total += count;
            }
            while (count > 0 && total < MostDrainedBytes);
        }
        catch (Exception)
        {
            // The answer is complete; if the connection breaks after it, it is just not reused.
        }
    }

    /// <summary>Closes the connection, unless the body has been read to its end.</summary>
    public void Dispose()
    {
        _closeOnStop.Dispose();
        Close();
    }

    private void Close()
    {
        Compat.BreakOff(_message, _body);
        _body.Dispose();
        _message.Dispose();
    }

    private void CheckSize()
    {
        if (_received > _limit)
        {
            bool canBeRaised = _limit < LargestWhole;
            throw new ResponseTooLargeException(FormattableString.Invariant(
                $"The response is larger than the limit of {_limit} bytes. {(canBeRaised ? $"Increase {nameof(OpenAIClientOptions.MaxResponseBytes)}, or request" : "Request")} less at once."))
            {
                Limit = _limit,
                Option = canBeRaised ? nameof(OpenAIClientOptions.MaxResponseBytes) : null,
            };
        }
    }

    private static Exception Explain(Exception exception, Call call) =>
        exception as ApiException ?? ConnectionErrors.ExplainBody(exception, call);
}
