using System.Management.Automation;

namespace OpenAIStream;

/// <summary>A cmdlet about responses that the service keeps.</summary>
public abstract class ResponseIdCmdlet : IdCmdlet
{
    /// <summary>What to do where the service does not know an id.</summary>
    internal const string WhatToDo =
        "Check the id. The service keeps a response for a time only, and none that was asked for with -NoStore.";

    /// <summary>The ids of the responses, or the responses.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ResponseId")]
    [IdTransformation(IsList = true)]
    [ArgumentCompleter(typeof(ResponseIdCompleter))]
    public override string[] Id { get; set; } = [];

    private protected override string? NotFound => WhatToDo;
}
