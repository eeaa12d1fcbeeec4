# Finds the lines in text files that match your question by meaning, not by words. The key comes from OPENAI_API_KEY.
#   ./search.ps1 'how do I stop it?' *.md
# Shows the cost at the end, from prices.csv. Its figures are made up: replace them with those of your contract.
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
