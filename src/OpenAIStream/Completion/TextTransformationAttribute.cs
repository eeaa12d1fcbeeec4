using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// Lets a parameter for text take what has a text of its own (<see cref="PromptText"/>), and several of these as lines.
/// Anything else is refused: the engine would send the name of its type.
/// </summary>
public sealed class TextTransformationAttribute : ArgumentTransformationAttribute
{
    private static readonly string[] FileNames = ["PSPath", "LiteralPath", "FullName"];

    /// <summary>Whether the parameter takes several texts, each by itself.</summary>
    public bool IsList { get; set; }

    /// <summary>Whether what names a file is left to a parameter that takes its name. As text it is refused all the same.</summary>
    public bool LeavesFiles { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        inputData is null ? null
        : LeavesFiles && inputData is PSObject { BaseObject: not string } file && FileNames.Any(name => file.Properties[name] is not null) ? new File(file)
        : IsList && Items(inputData) is IEnumerable<object?> items ? items.Select(Read).ToArray()
        : Read(inputData);

    private static string Read(object? given) =>
        PromptText.Of(given) ?? (Items(given) is IEnumerable<object?> lines ? string.Join("\n", lines.Select(Read)) : throw HasNoText(given!));

    private static IEnumerable<object?>? Items(object? given) =>
        (given is PSObject wrapped ? wrapped.BaseObject : given) is IEnumerable items and not (string or IDictionary or byte[]) && PromptText.Of(given) is null
            ? items.Cast<object?>()
            : null;

    private static ArgumentTransformationMetadataException HasNoText(object given) => new((given is PSObject wrapped ? wrapped.BaseObject : given) switch
    {
        ScriptBlock => "A script block has no text of its own. Run it first, and send what it returns: (& { ... }).",
        FileSystemInfo file => $"A file has no text of its own. Send its content: (Get-Content '{file.Name}' -Raw).",
        var other => $"A value of type {other.GetType()} has no text of its own. Send one of its properties, or make text of it with ConvertTo-Json or Out-String.",
    });

    // No text as it comes through the pipeline, so that the engine goes on to the parameter for names; as an argument it is made text of.
    private sealed class File(object given)
    {
        public override string ToString() => throw HasNoText(given);
    }
}
