using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Forgets a connection and closes what it holds open.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "OpenAI")]
public sealed class DisconnectOpenAICommand : PSCmdlet
{
    /// <summary>The connection's name.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ConnectionNameCompleter))]
    public string Name { get; set; } = Connections.DefaultName;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!Connections.Remove(Name) && MyInvocation.BoundParameters.ContainsKey(nameof(Name)))
        {
            WriteError(Errors.ConnectionNotFound(Name));
        }
    }
}
