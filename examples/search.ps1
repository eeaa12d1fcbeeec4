# Finds the lines of text files that mean what you ask for, whatever their words. The key comes from OPENAI_API_KEY.
#   ./search.ps1 'how do I stop it?' *.md
# What that cost is told at the end by prices.csv: its figures are made up, put those of your contract in their place.
param(
    [Parameter(Mandatory, Position = 0)]
    [string] $Question,

    [Parameter(Mandatory, Position = 1)]
    [string[]] $Path,

    [int] $First = 3
)

Import-Module OpenAIStream

$lines = Get-Content -Path $Path | Where-Object { $_.Trim() } | Invoke-OpenAIEmbedding
$wanted = Invoke-OpenAIEmbedding $Question

$lines |
    ForEach-Object {
        $score = 0.0
        for ($i = 0; $i -lt $wanted.Dimensions; $i++) { $score += $wanted.Vector[$i] * $_.Vector[$i] }
        [pscustomobject] @{ Score = [math]::Round($score, 3); Line = "$($_.Input)" }
    } |
    Sort-Object Score -Descending |
    Select-Object -First $First

$lines + $wanted | Measure-OpenAIUsage -Price (Import-Csv (Join-Path $PSScriptRoot prices.csv)) |
    ForEach-Object { '{0} tokens, {1} {2}' -f $_.TotalTokens, $_.Cost, $_.Currency }
