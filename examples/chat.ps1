# Asks a question and shows the answer as it arrives. The key comes from OPENAI_API_KEY.
#   ./chat.ps1 'What is a server-sent event?'
param(
    [Parameter(Mandatory, Position = 0)]
    [string] $Question
)

Import-Module OpenAIStream
Invoke-OpenAIChatCompletion $Question -SystemMessage 'Answer in one paragraph.' -Stream | Show-OpenAIStream
