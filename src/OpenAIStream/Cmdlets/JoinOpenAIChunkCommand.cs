using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Joins chunks to the object that the same call without streaming would have given.</summary>
[Cmdlet(VerbsCommon.Join, "OpenAIChunk")]
[OutputType(typeof(ChatCompletion), typeof(Completion), typeof(Response))]
public sealed class JoinOpenAIChunkCommand : PSCmdlet
{
    private ChunkAccumulator? _joined;

    /// <summary>The chunks of one stream.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public StreamChunk[] InputObject { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var chunk in InputObject)
        {
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
    protected override void EndProcessing()
    {
        if (_joined is not null)
        {
            WriteObject(_joined.ToWhole());
        }
    }
}
