# Asks a question about images. The files are checked before anything is sent. The key comes from OPENAI_API_KEY.
#   ./image-question.ps1 'What is on these?' ./holiday/*.jpg
param(
    [Parameter(Mandatory, Position = 0)]
    [string] $Question,

    [Parameter(Mandatory, Position = 1)]
    [string[]] $Path
)

Import-Module OpenAIStream

New-OpenAIMessage $Question -ImagePath $Path -Detail low |
    Invoke-OpenAIChatCompletion -Stream |
    Show-OpenAIStream
