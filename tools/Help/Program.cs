using OpenAIStream.Help;

// build <docs> <XML file>   creates the help that ships: the XML for all cmdlets, and next to it the about topics as text
// syntax [cmdlet]           rewrites SYNTAX in docs/cmdlets from PARAMETERS
try
{
    return args switch
    {
        ["build", var docs, var xml] => HelpFiles.Build(docs, xml),
        ["syntax"] => HelpFiles.WriteSyntax("*"),
        ["syntax", var cmdlet] => HelpFiles.WriteSyntax(cmdlet),
        _ => throw new ArgumentException("Usage: build <docs> <XML file>, or syntax [cmdlet]."),
    };
}
catch (Exception exception) when (exception is HelpException or ArgumentException or IOException)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
