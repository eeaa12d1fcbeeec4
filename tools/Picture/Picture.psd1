# What the picture at the top of the README shows.
@{
    Width   = 92
    Command = "Invoke-OpenAIChatCompletion 'How do I find large files?' -Stream | Show-OpenAIStream"
    Title   = 'A terminal: Show-OpenAIStream formats an answer while it arrives, with a heading, a list, PowerShell code in color and a table.'
}
