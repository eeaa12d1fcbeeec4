using System.Collections;

namespace OpenAIStream;

/// <summary>The combined meaning of the parameters of a cmdlet with tools.</summary>
internal static class ToolParameters
{
    /// <summary>The contradictions among them.</summary>
    public static IEnumerable<Contradiction> Contradictions(
        bool invokeTools, ChatTool[]? tools, bool noEnumerate, int throttleLimit, bool hasRoundLimit, bool hasCallLimit, object? choice, IDictionary? body)
    {
        string? twice = tools?.GroupBy(static tool => tool.Name).FirstOrDefault(static same => same.Key is not null && same.Count() > 1)?.Key;
        return
        [
            new(twice is not null, $"Two tools are named '{twice}'. Use ConvertTo-OpenAITool -Name to rename one of them."),
            new(invokeTools && tools is null or { Length: 0 }, "-InvokeTools runs the commands in -Tools. Add -Tools."),
            new(!invokeTools && hasRoundLimit, "-MaximumToolRounds limits what -InvokeTools does. Add -InvokeTools."),
            new(!invokeTools && hasCallLimit, "-MaximumToolCalls limits what -InvokeTools does. Add -InvokeTools."),
            new(choice is not null && tools is null or { Length: 0 } && body?.Contains("tools") != true, "-ToolChoice selects one of -Tools. Add -Tools."),
            new(invokeTools && noEnumerate, "-NoEnumerate returns one response, and -InvokeTools needs several. Use one of them."),
            new(invokeTools && throttleLimit > 1, "-InvokeTools runs tools one after another, and -ThrottleLimit overlaps prompts. Use one of them."),
        ];
    }

    /// <summary>The value of -ToolChoice, as it is sent.</summary>
    /// <param name="choice">A word, the name of a tool, or a dictionary.</param>
    /// <param name="tools">The available tools.</param>
    /// <param name="isResponse">Whether it is for the Responses API, in which the name of a function is alongside its type.</param>
    /// <exception cref="ArgumentException">It refers to a tool that does not exist.</exception>
    public static object? Choice(object? choice, IReadOnlyList<ChatTool> tools, bool isResponse = false)
    {
        object? plain = Dictionaries.Unwrap(choice);
        if (plain is not string text)
        {
            return plain is null or IDictionary or JsonModel ? plain : throw new ArgumentException("-ToolChoice must be auto, none, required, or the name of a tool.");
        }

        string word = text.ToLowerInvariant();
        if (word is "auto" or "none" or "required")
        {
            return word;
        }

        var tool = tools.FirstOrDefault(known => string.Equals(known.Name, text, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"-ToolChoice must be auto, none, required, or the name of a tool; '{text}' is not one of -Tools.");
        return isResponse
            ? new JsonMap { ["type"] = "function", ["name"] = tool.Name }
            : new JsonMap { ["type"] = "function", ["function"] = new JsonMap { ["name"] = tool.Name } };
    }
}
