using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Lists the models of the service.</summary>
[Cmdlet(VerbsCommon.Get, "OpenAIModel", SupportsShouldProcess = true)]
[OutputType(typeof(ModelInfo))]
public sealed class GetOpenAIModelCommand : RequestCmdlet
{
    /// <summary>The names of the models. Wildcards are allowed; all by default.</summary>
    [Parameter(Position = 0)]
    [Alias("Id")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelCompleter))]
    public string[]? Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!MaySend(options => Target.Client.Models.ListAsync(options, Stop), target: Name))
        {
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        if (!Try(() => List(stop), Name, out var models))
        {
            return;
        }

        foreach (string name in Name ?? ["*"])
        {
            Write(name, models);
        }
    }

    private IReadOnlyList<ModelInfo> List(CancellationTokenSource stop)
    {
        var connection = Target;
        var models = Await(connection.Client.Models.ListAsync, stop);
        connection.Models.Know(models);
        return models;
    }

    private void Write(string name, IReadOnlyList<ModelInfo> models)
    {
        var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
        var found = models.Where(model => pattern.IsMatch(model.Id)).ToArray();
        if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
        {
            WriteError(Errors.ModelNotFound(name));
        }

        WriteObject(found, enumerateCollection: true);
    }
}
