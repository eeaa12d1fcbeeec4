using OpenAIStream.Help;

// build <docs> <XML file>   the help that ships: the XML of all cmdlets, and beside it the about topics as text
// syntax [cmdlet]           writes SYNTAX anew in docs/cmdlets, from PARAMETERS
try
{
    return args switch
    {
        ["build", var docs, var xml] => HelpFiles.Build(docs, xml),
        ["syntax"] => HelpFiles.WriteSyntax("*"),
        ["syntax", var cmdlet] => HelpFiles.WriteSyntax(cmdlet),
        _ => throw new ArgumentException("Say build <docs> <XML file>, or syntax [cmdlet]."),
    };
}
catch (Exception exception) when (exception is HelpException or ArgumentException or IOException)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
