namespace OpenAIStream.Help;

/// <summary>A page that is not as it should be, and where. The message has the form that MSBuild takes for an error.</summary>
internal sealed class HelpException(string file, int line, string message) : Exception($"{file}({line}): error HELP: {message}");
