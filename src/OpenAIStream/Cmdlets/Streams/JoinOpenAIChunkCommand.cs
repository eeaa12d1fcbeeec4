using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// Joins chunks into the object that the same call without streaming would have returned. If the model received the results
/// of its tools, that is the last answer.
/// </summary>
[Cmdlet(VerbsCommon.Join, "OpenAIChunk")]
[OutputType(typeof(ChatCompletion), typeof(Completion), typeof(Response), typeof(ThreadRun), typeof(ImageResult), typeof(Transcription), typeof(SpeechEvent))]
public sealed class JoinOpenAIChunkCommand : PSCmdlet
{
    private SourceJoiner? _joiner;

    /// <summary>The chunks of one stream or of several streams. A whole answer is returned unchanged.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public ModelOutput[] InputObject { get; set; } = [];

    /// <inheritdoc/>
    protected override void BeginProcessing() => _joiner = new SourceJoiner(WriteWarning);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var output in InputObject)
        {
            if (output is not StreamChunk chunk)
            {
                WriteObject(output);
                continue;
            }

            IReadOnlyList<ModelOutput> ended;
            try
            {
                ended = _joiner!.Add(chunk);
            }
            catch (ArgumentException exception)
            {
                WriteError(Errors.BadArgument(exception.Message, chunk));
                continue;
            }
            catch (ApiException exception)
            {
                WriteError(Errors.From(exception, chunk));
                continue;
            }

            this.WriteAnswers(ended);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => this.WriteAnswers(_joiner!.Finish());
}
