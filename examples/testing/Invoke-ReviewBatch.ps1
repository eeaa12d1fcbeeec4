# Rates reviews as a batch, for about half the price. You can stop it while it waits, and run the same command again to continue,
# even the next morning or on another machine that has the file with the ids.
#   ./Invoke-ReviewBatch.ps1 -Path reviews.csv -OutFile rated.csv
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Path,    # a CSV file with the columns Id and Text
    [Parameter(Mandatory)] [string] $OutFile, # Id and Rating
    [string] $Model = 'gpt-6-luna'
)

$ids = "$OutFile.batches"
if (-not (Test-Path $ids)) {
    Import-Csv $Path |
        Invoke-OpenAIChatCompletion -Message { $_.Text } -SystemMessage 'Rate the review: good or bad.' -Model $Model -AsBatch |
        ForEach-Object Id | Set-Content $ids
}

Get-Content $ids | Wait-OpenAIBatch | Receive-OpenAIBatch -ErrorAction SilentlyContinue -ErrorVariable failed |
    ForEach-Object { [pscustomobject]@{ Id = $_.Input.Id; Rating = $_.Text } } |
    Export-Csv $OutFile

$failed | ForEach-Object { Write-Warning "Review $($_.Input.Id): $_" }
Remove-Item $ids
