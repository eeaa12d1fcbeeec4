using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Shows the text of chunks on the host as they arrive.</summary>
[Cmdlet(VerbsCommon.Show, "OpenAIStream")]
[OutputType(typeof(StreamChunk))]
public sealed class ShowOpenAIStreamCommand : PSCmdlet, IDisposable
{
    private bool _isLineOpen;

    /// <summary>The chunks.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public StreamChunk InputObject { get; set; } = null!;

    /// <summary>Hands on each chunk after showing it.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string text = InputObject.Text;
        if (text.Length > 0)
        {
            Host.UI.Write(text);
            _isLineOpen = text[text.Length - 1] != '\n';
        }

        if (PassThru)
        {
            WriteObject(InputObject);
        }
    }

    /// <summary>Ends the line, so that the prompt begins on one of its own, also after a stop or an error upstream.</summary>
    public void Dispose()
    {
        if (_isLineOpen)
        {
            _isLineOpen = false;
            Host.UI.WriteLine();
        }
    }
}
