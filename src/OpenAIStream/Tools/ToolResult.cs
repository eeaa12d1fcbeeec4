using System.Globalization;
using System.Management.Automation;

namespace OpenAIStream;

/// <summary>The output of a tool, as text for the model: texts unchanged, objects as JSON, then errors and the exit code.</summary>
internal sealed class ToolResult
{
    private readonly List<PSObject?> _output = [];
    private readonly List<string> _errors = [];

    /// <summary>The exit code of the last native program in the tool; 0 if there was none.</summary>
    public int ExitCode { get; set; }

    public void Add(PSObject? item) => _output.Add(item);

    public void Add(ErrorRecord error)
    {
        string text = error.ToString();

        // The error stream of a native program more often contains progress than errors.
        _errors.Add(error.FullyQualifiedErrorId.StartsWith("NativeCommandError", StringComparison.Ordinal) ? text
            : $"Error: {(text.Length > 0 ? text : error.Exception.GetType().ToString())}");
    }

    /// <summary>The text for the output of another tool: one value, or a list of what it wrote.</summary>
    public static string TextOf(object? output)
    {
        var result = new ToolResult();
        foreach (object? item in PlainValue.Base(output) as object?[] ?? [output])
        {
            result.Add(item is null ? null : PSObject.AsPSObject(item));
        }

        return result.ToString();
    }

    /// <summary>The text; never empty, and the same in every culture.</summary>
    public override string ToString()
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            IEnumerable<string> output = _output.Count > 0 ? [Output()] : _errors.Count > 0 ? [] : ["(no output)"];
            IEnumerable<string> exit = ExitCode != 0 ? [FormattableString.Invariant($"Exit code: {ExitCode}")] : [];
            return string.Join("\n", [.. output, .. _errors, .. exit]);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    private string Output()
    {
        object?[] output = [.. FormattedText.Replace(_output)];
        object?[] values = [.. output.Select(ToolData.From)];
        if (output.All(ToolData.IsText) && string.Join("\n", values) is string text && !string.IsNullOrWhiteSpace(text))
        {
            return text;
        }

        string json = new JsonMap { ["value"] = values.Length == 1 ? values[0] : values }.ToJson();
        return json.Substring("{\"value\":".Length, json.Length - "{\"value\":}".Length);
    }
}
