namespace OpenAIStream.Help;

/// <summary>An error in a page, with its position. The message has MSBuild's format for errors.</summary>
internal sealed class HelpException(string file, int line, string message) : Exception($"{file}({line}): error HELP: {message}");
