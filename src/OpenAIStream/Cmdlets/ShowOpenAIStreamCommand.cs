using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Shows the text of chunks on the host as they arrive.</summary>
[Cmdlet(VerbsCommon.Show, "OpenAIStream")]
[OutputType(typeof(ChatCompletion), typeof(Completion), typeof(Response))]
public sealed class ShowOpenAIStreamCommand : PSCmdlet, IDisposable
{
    private StreamJoiner? _joiner;
    private bool _isLineOpen;

    /// <summary>The chunks.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public StreamChunk InputObject { get; set; } = null!;

    /// <summary>Hands on what the chunks add up to, once it has been shown.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => _joiner = PassThru ? new StreamJoiner() : null;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string text = InputObject.Text;
        if (text.Length > 0)
        {
            Host.UI.Write(text);
            _isLineOpen = text[text.Length - 1] != '\n';
        }

        IReadOnlyList<JsonModel> ended;
        try
        {
            ended = _joiner?.Add(InputObject) ?? [];
        }
        catch (ArgumentException exception)
        {
            WriteError(Errors.BadArgument(exception.Message, InputObject));
            return;
        }

        if (ended.Count > 0)
        {
            EndLine();
            WriteObject(ended, enumerateCollection: true);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        EndLine();
        WriteObject(_joiner?.Finish() ?? [], enumerateCollection: true);
    }

    /// <summary>Ends the line, so that the prompt begins on one of its own, also after a stop or an error upstream.</summary>
    public void Dispose() => EndLine();

    private void EndLine()
    {
        if (_isLineOpen)
        {
            _isLineOpen = false;
            Host.UI.WriteLine();
        }
    }
}
