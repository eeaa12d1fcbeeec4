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
    private readonly Dictionary<object, ChunkAccumulator> _joined = [];
    private readonly List<object> _order = [];

    /// <summary>The chunks of one stream, or of several: those that answer one request belong together.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public StreamChunk[] InputObject { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var chunk in InputObject)
        {
            try
            {
                Accumulator(chunk).Add(chunk);
            }
            catch (ArgumentException exception)
            {
                WriteError(Errors.BadArgument(exception.Message, chunk));
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => WriteWholes(static _ => true);

    private ChunkAccumulator Accumulator(StreamChunk chunk)
    {
        object key = chunk.Source ?? (object)this;
        if (_joined.TryGetValue(key, out var joined))
        {
            return joined;
        }

        joined = ChunkAccumulator.For(chunk);
        if (chunk.Source?.Previous is StreamSource previous && _joined.Remove(previous))
        {
            _order.Remove(previous); // answered with the results of its tools: the last answer counts
        }

        WriteWholes(static key => key is StreamSource { IsOver: true });
        _joined.Add(key, joined);
        _order.Add(key);
        return joined;
    }

    private void WriteWholes(Predicate<object> isWanted)
    {
        foreach (object key in _order.FindAll(isWanted))
        {
            var whole = _joined[key].ToWhole();
            if (whole is StreamChunk answer)
            {
                answer.Source = key as StreamSource;
            }

            _joined.Remove(key);
            _order.Remove(key);
            WriteObject(whole);
        }
    }
}
