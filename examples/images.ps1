# Creates an image and shows its progress. The partial images are kept next to the finished one. The key comes from OPENAI_API_KEY.
#   ./images.ps1 'A lighthouse at dusk, as a woodcut' ./lighthouse.png
param(
    [Parameter(Mandatory, Position = 0)]
    [string] $Prompt,

    [Parameter(Mandatory, Position = 1)]
    [string] $Path
)

Import-Module OpenAIStream

Invoke-OpenAIImage $Prompt -Stream -PartialImages 2 -KeepPartial -OutFile $Path |
    ForEach-Object { '{0} ({1} bytes)' -f $_.Name, $_.Length }
