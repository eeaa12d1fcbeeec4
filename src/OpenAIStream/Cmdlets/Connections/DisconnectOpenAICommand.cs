using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Removes a connection. Calls in progress finish normally; then everything that the connection holds open is closed.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "OpenAI", DefaultParameterSetName = nameof(Name))]
public sealed class DisconnectOpenAICommand : PSCmdlet
{
    /// <summary>The name of the connection.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = nameof(Name))]
    [ArgumentCompleter(typeof(ConnectionNameCompleter))]
    public string Name { get; set; } = Connections.DefaultName;

    /// <summary>The connection itself, even if its name now refers to another one.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = nameof(Connection))]
    public OpenAIConnection Connection { get; set; } = null!;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == nameof(Connection))
        {
            Connections.Remove(Connection);
        }
        else if (!Connections.Remove(Name) && MyInvocation.BoundParameters.ContainsKey(nameof(Name)))
        {
            WriteError(Errors.ConnectionNotFound(Name));
        }
    }
}
