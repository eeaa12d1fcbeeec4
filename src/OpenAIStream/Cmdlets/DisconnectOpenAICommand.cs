using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Forgets a connection. Calls that are under way end as they would; then what the connection holds open is closed.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "OpenAI", DefaultParameterSetName = nameof(Name))]
public sealed class DisconnectOpenAICommand : PSCmdlet
{
    /// <summary>The connection's name.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = nameof(Name))]
    [ArgumentCompleter(typeof(ConnectionNameCompleter))]
    public string Name { get; set; } = Connections.DefaultName;

    /// <summary>The connection itself, also one whose name means another by now.</summary>
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
