using System.Management.Automation;

namespace OpenAIStream;

/// <summary>A cmdlet for responses that the service stores.</summary>
public abstract class ResponseIdCmdlet : IdCmdlet
{
    /// <summary>What to do if the service does not know an id.</summary>
    internal const string WhatToDo =
        "Check the id. The service stores a response only for a time, and not if it was created with -NoStore.";

    /// <summary>The ids of the responses, or the responses.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ResponseId")]
    [IdTransformation(IsList = true)]
    [ArgumentCompleter(typeof(ResponseIdCompleter))]
    public override string[] Id { get; set; } = [];

    private protected override string? NotFound => WhatToDo;
}
