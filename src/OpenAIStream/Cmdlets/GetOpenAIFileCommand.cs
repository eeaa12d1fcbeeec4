using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Lists the files that are stored at the service.</summary>
[Cmdlet(VerbsCommon.Get, "OpenAIFile", DefaultParameterSetName = "List", SupportsShouldProcess = true)]
[OutputType(typeof(OpenAIFile))]
public sealed class GetOpenAIFileCommand : RequestCmdlet
{
    /// <summary>The ids of the files; without it, all files are listed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = nameof(Id))]
    [Alias("FileId")]
    public string[] Id { get; set; } = [];

    /// <summary>The names of the connections. Wildcards are allowed; all by default.</summary>
    [Parameter(ParameterSetName = "List")]
    [Alias("FileName")]
    [SupportsWildcards]
    public string? Name { get; set; }

    /// <summary>Only files with this purpose.</summary>
    [Parameter(ParameterSetName = "List")]
    [ArgumentCompleter(typeof(KeptFilePurposeCompleter))]
    [WordTransformation(typeof(KeptFilePurposeCompleter))]
    public string? Purpose { get; set; }

    private protected override bool ConfirmsRequests => false;

    private protected override bool IsOneOfSeveral => base.IsOneOfSeveral || Id.Length > 1;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == "List")
        {
            WriteList();
            return;
        }

        foreach (string id in Id)
        {
            if (Try(() => Target.Client, id, out var client) && Ask((options, stop) => client.Files.GetAsync(id, options, stop), id, out var file))
            {
                WriteObject(file);
            }
        }
    }

    private void WriteList()
    {
        if (!Try(() => Target.Client, null, out var client) || !MaySend(options => client.Files.ListAsync(Purpose, null, options, Stop)))
        {
            return;
        }

        var pattern = WildcardPattern.Get(Name ?? "*", WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
        ListPage<OpenAIFile>? last = null;
        while (last is not { HasMore: false })
        {
            var before = last;
            if (!Send((options, stop) => client.Files.ListAsync(Purpose, before, options, stop), null, out var page))
            {
                return;
            }

            last = page;
            WriteObject(page.Data.Where(file => pattern.IsMatch(file.Filename ?? "")), enumerateCollection: true);
        }
    }
}

/// <summary>The purposes of stored files.</summary>
public sealed class KeptFilePurposeCompleter() : WordCompleter(
    "user_data", "batch", "batch_output", "assistants", "assistants_output", "fine-tune", "fine-tune-results", "vision", "evals");
