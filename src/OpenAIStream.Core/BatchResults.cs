using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OpenAIStream;

/// <summary>The results of a batch's requests, in their order. They can be read once, with <c>await foreach</c> or step by step.</summary>
public sealed class BatchResults : IAsyncEnumerable<BatchResult>, IAsyncEnumerator<BatchResult>, IDisposable
{
    private const int CopySize = 64 * 1024;

    private readonly Batch _batch;
    private readonly SpoolFile _spool = new();
    private readonly List<SpoolFile> _inputs = [];
    private readonly Dictionary<string, (long Offset, int Length)> _found = new(StringComparer.Ordinal);
    private Stream? _answers;
    private JsonLines? _requests; // null if the service no longer has the file
    private JsonLines? _about;
    private bool _hasAbout;
    private Queue<string>? _left; // without the requests: the lines found, ordered by the numbers in their ids
    private CancellationToken _stop;
    private int _line = -1;

    private BatchResults(Batch batch) => _batch = batch;

    /// <summary>The current result.</summary>
    public BatchResult Current { get; private set; } = null!;

    /// <summary>
    /// Whether the service still has the file with the requests. Without it, results are ordered by the numbers in their
    /// ids, and do not contain the requests.
    /// </summary>
    public bool HasRequests => _requests is not null;

    internal static async Task<BatchResults> OpenAsync(FilesEndpoint files, Batch batch, RequestOptions? options, CancellationToken stop)
    {
        var results = new BatchResults(batch);
        try
        {
            foreach (string id in new[] { batch.OutputFileId, batch.ErrorFileId }.OfType<string>())
            {
                using var file = await files.OpenAsync(id, options, stop).ConfigureAwait(false);
                await results.TakeAsync(new JsonLines(file.Body), id, stop).ConfigureAwait(false);
            }

            results._answers = results._spool.OpenForPieces();
            results._requests = await results.FetchAsync(files, batch.InputFileId, options, stop).ConfigureAwait(false);
            results._about = await results.FetchAsync(files, batch.Metadata?.Find(BatchesEndpoint.AboutKey) as string, options, stop).ConfigureAwait(false);
            results._hasAbout = results._about is not null && await results._about.MoveNextAsync(stop).ConfigureAwait(false);
            results._left = results._requests is null ? new(results._found.Keys.OrderBy(NumberIn)) : null;
            return results;
        }
        catch
        {
            results.Dispose();
            throw;
        }
    }

    /// <summary>The results; they can be enumerated once.</summary>
    public IAsyncEnumerator<BatchResult> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        _stop = cancellationToken;
        return this;
    }

    /// <summary>Moves to the next result. Calls <see cref="MoveNextAsync"/>.</summary>
    public bool MoveNext() => Blocking.Run(() => MoveNextAsync().AsTask());

    /// <summary>Moves to the next result; false at the end.</summary>
    /// <exception cref="ApiException">The network failed.</exception>
    public async ValueTask<bool> MoveNextAsync()
    {
        if (_requests is null)
        {
            if (_left is not { Count: > 0 })
            {
                return false;
            }

            Current = ReadResult(_left.Dequeue(), null, null);
            return true;
        }

        if (!await _requests.MoveNextAsync(_stop).ConfigureAwait(false))
        {
            return false;
        }

        _line++;
        var line = Read(_requests.Line, _batch.InputFileId, JsonLines.Read);
        string customId = line.Find(BatchInput.CustomIdField) as string ?? "";
        Current = ReadResult(customId, line.Find("body") as JsonMap, await AboutAsync(customId).ConfigureAwait(false));
        return true;
    }

    /// <summary>Closes and deletes the temporary file.</summary>
    public void Dispose()
    {
        _answers?.Dispose();
        _requests?.Dispose();
        _about?.Dispose();
        _spool.Dispose();
        _inputs.ForEach(static file => file.Dispose());
    }

    /// <summary>Does the same as <see cref="Dispose"/>.</summary>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    /// <summary>A file at the service, downloaded first: the caller may take hours to read the results. Null if it has expired or was deleted.</summary>
    private async Task<JsonLines?> FetchAsync(FilesEndpoint files, string? id, RequestOptions? options, CancellationToken stop)
    {
        if (id is null)
        {
            return null;
        }

        try
        {
            using var file = await files.OpenAsync(id, options, stop).ConfigureAwait(false);
            var copy = new SpoolFile();
            _inputs.Add(copy);
            byte[] buffer = new byte[CopySize];
            int count;
            while ((count = await file.Body.ReadAsync(buffer.AsMemory(), stop).ConfigureAwait(false)) > 0)
            {
                copy.Write(buffer, 0, count);
            }

            return new JsonLines(copy.Open());
        }
        catch (NotFoundException)
        {
            return null;
        }
    }

    /// <summary>The number at the end of an id.</summary>
    private static long NumberIn(string id)
    {
        int start = id.Length;
        while (start > 0 && id[start - 1] is >= '0' and <= '9')
        {
            start--;
        }

        return long.TryParse(id.Substring(start), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : long.MaxValue;
    }

    /// <summary>Reads the lines of a file with answers or errors, which are in any order.</summary>
    private async Task TakeAsync(JsonLines lines, string file, CancellationToken stop)
    {
        while (await lines.MoveNextAsync(stop).ConfigureAwait(false))
        {
            if (Read(lines.Line, file, static line => JsonLines.TextOf(line, BatchInput.CustomIdField)) is string id)
            {
                _found[id] = (_spool.Length, lines.Line.Count);
                _spool.Write(lines.Line.Array!, lines.Line.Offset, lines.Line.Count);
            }
        }
    }

    /// <exception cref="ResponseFormatException">It is not JSON.</exception>
    private static T Read<T>(ArraySegment<byte> line, string? file, Func<ArraySegment<byte>, T> read)
    {
        try
        {
            return read(line);
        }
        catch (JsonException exception)
        {
            throw new ResponseFormatException($"The file {file} of the batch contains a line that is not a JSON object.", exception) { Body = Encoding.UTF8.GetString(line.Array!, line.Offset, line.Count) };
        }
    }

    private async Task<object?> AboutAsync(string customId)
    {
        var line = _hasAbout ? Read(_about!.Line, "with inputs", JsonLines.Read) : null;
        if (line is null || line.Find(BatchInput.CustomIdField) as string != customId)
        {
            return null;
        }

        object? about = (line.Find("body") as JsonModel)?[BatchInput.AboutField];
        _hasAbout = await _about!.MoveNextAsync(_stop).ConfigureAwait(false);
        return about;
    }

    private BatchResult ReadResult(string customId, JsonMap? request, object? about)
    {
        int? number = request is null ? null : _line;
        if (!_found.TryGetValue(customId, out var place))
        {
            return new BatchResult(customId, null, BatchFaults.Missing(_batch)) { Line = number, Request = request, About = about };
        }

        byte[] bytes = new byte[place.Length];
        _answers!.Position = place.Offset;
        for (int at = 0; at < bytes.Length;)
        {
            int count = _answers.Read(bytes, at, bytes.Length - at);
            at += count > 0 ? count : throw new IOException("The temporary file with the batch's answers was truncated while it was being read.");
        }

        JsonMap line;
        try
        {
            line = Read(new ArraySegment<byte>(bytes), "with answers", JsonLines.Read);
        }
        catch (ResponseFormatException damaged)
        {
            return new BatchResult(customId, null, damaged) { Line = number, Request = request, About = about };
        }

        var response = line.Find("response") as JsonModel;
        int? status = response?.Find("status_code") is long code ? (int)code : null;
        string? requestId = response?.Find("request_id") as string;
        var body = response?.Find("body") as JsonMap;
        var error = BatchFaults.Of(line, status, body, requestId);
        return new BatchResult(customId, error is null ? body : null, error) { Line = number, Request = request, About = about, StatusCode = status, RequestId = requestId };
    }
}
