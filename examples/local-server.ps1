# Asks a server on this machine, such as Ollama or llama.cpp: without a key, with the first model it lists, and with enough time to load that model.
#   ./local-server.ps1 'What is a pipeline?' -BaseUri http://localhost:11434/v1
param(
    [Parameter(Mandatory, Position = 0)]
    [string] $Question,

    [uri] $BaseUri = 'http://localhost:11434/v1',

    [string] $Model
)

Import-Module OpenAIStream

Connect-OpenAI -BaseUri $BaseUri -OperationTimeoutSeconds 1800
if (-not $Model) {
    $Model = Get-OpenAIModel | Select-Object -First 1 -ExpandProperty Id
}

Write-Host "$Model says:"
Invoke-OpenAIChatCompletion $Question -Model $Model -Stream | Show-OpenAIStream
