# Asks a server on this machine, such as Ollama or llama.cpp: no key, the first model it offers, and patience while that is loaded.
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
