using System.Collections;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>
/// Allows objects that have text (<see cref="PromptText"/>) for a parameter that takes text, and several of these as lines.
/// Anything else is refused, because the engine would send the name of its type.
/// </summary>
public sealed class TextTransformationAttribute : ArgumentTransformationAttribute
{
    private static readonly string[] FileNames = ["PSPath", "LiteralPath", "FullName"];

    /// <summary>Whether the parameter takes several separate texts.</summary>
    public bool IsList { get; set; }

    /// <summary>Whether objects that refer to a file are left unchanged, for a cmdlet that reads it.</summary>
    public bool LeavesFiles { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        inputData is null ? null
        : LeavesFiles && FileName(inputData) is not null ? inputData
        : IsList && Items(inputData) is IEnumerable<object?> items ? items.Select(Read).ToArray()
        : Read(inputData);

    /// <summary>The path in an object that refers to a file; null for text, and for anything else.</summary>
    internal static string? FileName(object? given) => given is PSObject { BaseObject: not string } file
        ? FileNames.Select(name => file.Properties[name]?.Value as string).FirstOrDefault(static path => path is not null)
        : (given as FileSystemInfo)?.FullName;

    private static string Read(object? given) =>
        PromptText.Of(given) ?? (Items(given) is IEnumerable<object?> lines ? string.Join("\n", lines.Select(Read)) : throw HasNoText(given!));

    private static IEnumerable<object?>? Items(object? given) =>
        PlainValue.Base(given) is IEnumerable items and not (string or IDictionary or byte[]) && PromptText.Of(given) is null
            ? items.Cast<object?>()
            : null;

    internal static ArgumentTransformationMetadataException HasNoText(object given) => new(PlainValue.Base(given) switch
    {
        ScriptBlock => "A script block has no text. Run it first, and send its output: (& { ... }).",
        FileSystemInfo file => $"A file object has no text. Send its content: (Get-Content '{file.Name}' -Raw).",
        var other => $"A value of type {other.GetType()} has no text. Send one of its properties, or convert it to text with ConvertTo-Json or Out-String.",
    });
}
