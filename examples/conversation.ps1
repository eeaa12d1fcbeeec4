# A conversation: each answer is handed on once it has been shown, and stands for all that was said before. The key comes from OPENAI_API_KEY.
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
