# Rates the reviews in a CSV file, eight at a time, and writes a row for each. Run the same command the next night to rate the failed and the new ones.
#   ./Invoke-ReviewRating.ps1 -Path reviews.csv -OutFile rated.csv
param(
    [Parameter(Mandatory)] [string] $Path,   # a CSV file with the columns Id and Text
    [Parameter(Mandatory)] [string] $OutFile # Id, Stars and Summary
)

$schema = '{"type":"object","properties":{"summary":{"type":"string"},"stars":{"type":"integer"}},"required":["summary","stars"],"additionalProperties":false}'
$request = @{
    Message       = { $_.Text }
    SystemMessage = 'Sum up the review in a few words, and rate it with one to five stars.'
    Model         = 'gpt-6-luna'
    JsonSchema    = $schema
    ThrottleLimit = 8
    Checkpoint    = "$OutFile.jsonl" # keeps the answers even if the run is interrupted
}

Import-Csv $Path |
    Invoke-OpenAIChatCompletion @request -ErrorAction SilentlyContinue -ErrorVariable failed |
    Where-Object Parsed |
    ForEach-Object { [pscustomobject]@{ Id = $_.Input.Id; Stars = $_.Parsed.stars; Summary = $_.Parsed.summary } } |
    Export-Csv $OutFile

$failed | ForEach-Object { Write-Warning "Review $($_.Input.Id): $_" }
