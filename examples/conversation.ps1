# Holds a conversation: shows each answer, and passes it to the next request to continue from there. The key comes from OPENAI_API_KEY.
#   ./conversation.ps1 'What is a pipeline?', 'And in one word?'
param(
    [Parameter(Mandatory, Position = 0)]
    [string[]] $Question
)

Import-Module OpenAIStream

$said = @{ SystemMessage = 'Answer in one sentence.' }
foreach ($text in $Question) {
    Write-Host "> $text"
    $answer = Invoke-OpenAIChatCompletion $text @said -Stream | Show-OpenAIStream -PassThru
    $said = @{ History = $answer }
}

"$($answer.Messages.Count) messages"
