using System.Management.Automation;

namespace OpenAIStream;

/// <summary>Lists the files that are stored at the service.</summary>
[Cmdlet(VerbsCommon.Get, "OpenAIFile", DefaultParameterSetName = "List", SupportsShouldProcess = true)]
[OutputType(typeof(OpenAIFile))]
public sealed class GetOpenAIFileCommand : IdCmdlet
{
    /// <summary>The ids of the files; without it, all files are listed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = nameof(Id))]
    [Alias("FileId")]
    public override string[] Id { get; set; } = [];

    /// <summary>The names of the files. Wildcards are allowed; all by default.</summary>
    [Parameter(ParameterSetName = "List")]
    [Alias("FileName")]
    [SupportsWildcards]
    public string? Name { get; set; }

    /// <summary>Only files with this purpose.</summary>
    [Parameter(ParameterSetName = "List")]
    [ArgumentCompleter(typeof(KeptFilePurposeCompleter))]
    [WordTransformation(typeof(KeptFilePurposeCompleter))]
    public string? Purpose { get; set; }

    private protected override string? NotFound => RemoveOpenAIFileCommand.WhatToDo;

    private protected override void Answer(string id)
    {
        if (Ask((options, stop) => Target.Client.Files.GetAsync(id, options, stop), id, out var file))
        {
            WriteObject(file);
        }
    }

    private protected override void WriteList()
    {
        if (!MaySend(options => Target.Client.Files.ListAsync(Purpose, null, options, Stop)))
        {
            return;
        }

        var pattern = WildcardPattern.Get(Name ?? "*", WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
        foreach (var page in Pages<OpenAIFile>((after, options, stop) => Target.Client.Files.ListAsync(Purpose, after, options, stop), null))
        {
            WriteObject(page.Data.Where(file => pattern.IsMatch(file.Filename ?? "")), enumerateCollection: true);
        }
    }
}

/// <summary>The purposes of stored files.</summary>
public sealed class KeptFilePurposeCompleter() : WordCompleter(
    "user_data", "batch", "batch_output", "assistants", "assistants_output", "fine-tune", "fine-tune-results", "vision", "evals");
