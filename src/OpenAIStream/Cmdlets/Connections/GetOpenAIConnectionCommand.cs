using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Lists the connections.</summary>
[Cmdlet(VerbsCommon.Get, "OpenAIConnection")]
[OutputType(typeof(OpenAIConnection))]
public sealed class GetOpenAIConnectionCommand : PSCmdlet
{
    /// <summary>The names of the connections. Wildcards are allowed; all by default.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(ConnectionNameCompleter))]
    [SupportsWildcards]
    public string[]? Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (string name in Name ?? ["*"])
        {
            var wanted = new WildcardPattern(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
            var found = Connections.All.Where(connection => wanted.IsMatch(connection.Name)).ToArray();
            WriteObject(found.Select(static connection => connection.HandOut()), enumerateCollection: true);
            if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                WriteError(Errors.ConnectionNotFound(name));
            }
        }
    }
}
