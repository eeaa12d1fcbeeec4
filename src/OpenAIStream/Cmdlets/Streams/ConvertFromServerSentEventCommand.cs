using System.Management.Automation;
using System.Text;

namespace OpenAIStream;

/// <summary>Reads server-sent events from bytes, text, streams or files; each is written as soon as its blank line has arrived.</summary>
[Cmdlet(VerbsData.ConvertFrom, "ServerSentEvent", DefaultParameterSetName = "InputObject")]
[OutputType(typeof(ServerSentEvent))]
public sealed class ConvertFromServerSentEventCommand : PSCmdlet, IDisposable
{
    private readonly SseReader _reader = new();
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Text, bytes or an open stream. Strings without a line end are lines, as Get-Content writes them.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    public object InputObject { get; set; } = null!;

    /// <summary>The files to read. Wildcards are allowed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Path")]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>The files to read, by their literal paths.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string file in Files())
        {
            ReadFile(file);
        }

        object? input = PlainValue.Base(InputObject);
        switch (input)
        {
            case null:
                break;
            case byte value:
                Decode([value]);
                break;
            case byte[] bytes:
                Decode(bytes);
                break;
            case string text:
                Decode(Encoding.UTF8.GetBytes(text.IndexOfAny(['\r', '\n']) < 0 ? text + "\n" : text));
                break;
            case FileInfo file:
                ReadFile(file.FullName);
                break;
            case Stream stream:
                WriteEvents(stream, stream.ToString()!);
                break;
            case not null when InputObject is PSObject { Properties: var properties } && properties["PSPath"]?.Value is string path: // a file that was passed through another process
                Array.ForEach(Resolve(() => InputFiles.FindLiteral(SessionState, [path])), ReadFile);
                break;
            default:
                WriteError(Errors.BadArgument($"Server-sent events are read from text, bytes, streams and files, not from {input.GetType()}.", input));
                break;
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private IEnumerable<string> Files() =>
        LiteralPath.SelectMany(path => Resolve(() => InputFiles.FindLiteral(SessionState, [path])))
            .Concat(Path.SelectMany(path => Resolve(() => InputFiles.Find(SessionState, [path]))));

    private string[] Resolve(Func<IEnumerable<string>> resolve)
    {
        try
        {
            return [.. resolve()];
        }
        catch (InputFileException exception) // the other files are still read
        {
            WriteError(Errors.From(exception));
            return [];
        }
    }

    private void ReadFile(string file)
    {
        FileStream? stream = null;
        try
        {
            stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            WriteError(Errors.FileNotReadable(exception, file));
            return;
        }

        using (stream)
        {
            WriteEvents(stream, file);
        }
    }

    private void WriteEvents(Stream stream, string source)
    {
        var events = new SseDecoder().DecodeAsync(stream, _stop.Token).GetAsyncEnumerator(_stop.Token);
        while (MoveNext(events, source))
        {
            WriteObject(events.Current);
        }
    }

    /// <summary>Waits for the next event. Not every stream hears a token while it reads, so the wait hears it as well.</summary>
    private bool MoveNext(IAsyncEnumerator<ServerSentEvent> events, string source)
    {
        try
        {
            var moving = events.MoveNextAsync();
            if (moving.IsCompleted)
            {
                return moving.GetAwaiter().GetResult();
            }

            var moved = moving.AsTask();
            Task.WaitAny([moved], _stop.Token);
            return moved.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            WriteError(Errors.FileNotReadable(exception, source));
            return false;
        }
    }

    private void Decode(ReadOnlySpan<byte> bytes)
    {
        _reader.Write(bytes);
        while (_reader.TryRead(out var serverSentEvent))
        {
            WriteObject(serverSentEvent);
        }
    }
}
