using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// Joins chunks to the object that the same call without streaming would have given. Where the model was answered with
/// the results of its tools, that is the last answer.
/// </summary>
[Cmdlet(VerbsCommon.Join, "OpenAIChunk")]
[OutputType(typeof(ChatCompletion), typeof(Completion), typeof(Response))]
public sealed class JoinOpenAIChunkCommand : PSCmdlet
{
    private ChunkAccumulator? _joined;
    private StreamSource? _source;

    /// <summary>The chunks of one stream.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public StreamChunk[] InputObject { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var chunk in InputObject)
        {
            if (chunk.Source != _source)
            {
                BeginStream(chunk.Source);
            }

            try
            {
                _joined ??= ChunkAccumulator.For(chunk);
                _joined.Add(chunk);
            }
            catch (ArgumentException exception)
            {
                WriteError(Errors.BadArgument(exception.Message, chunk));
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => WriteWhole();

    private void BeginStream(StreamSource? source)
    {
        if (source?.Previous is null || source.Previous != _source)
        {
            WriteWhole();
        }

        _joined = null;
        _source = source;
    }

    private void WriteWhole()
    {
        var whole = _joined?.ToWhole();
        if (whole is StreamChunk answer)
        {
            answer.Source = _source;
        }

        if (whole is not null)
        {
            WriteObject(whole);
        }
    }
}
