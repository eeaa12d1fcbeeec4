# Rates reviews at night, eight at a time: a row of a CSV file for each. What failed or is new is asked for the next night.
#   ./Invoke-ReviewRating.ps1 -Path reviews.csv -OutFile rated.csv
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Path,    # a CSV file with the columns Id and Text
    [Parameter(Mandatory)] [string] $OutFile, # Id, Stars and Summary
    [string] $Model = 'gpt-6-luna'
)

$schema = [ordered]@{
    type                 = 'object'
    properties           = [ordered]@{ summary = @{ type = 'string' }; stars = @{ type = 'integer' } }
    required             = 'summary', 'stars'
    additionalProperties = $false
}
$request = @{
    Message       = { $_.Text }
    SystemMessage = 'Sum up the review in a few words, and rate it with one to five stars.'
    Model         = $Model
    JsonSchema    = $schema
    ThrottleLimit = 8
}
$rated = if (Test-Path $OutFile) { (Import-Csv $OutFile).Id }

Import-Csv $Path | Where-Object Id -NotIn $rated |
    Invoke-OpenAIChatCompletion @request -ErrorAction SilentlyContinue -ErrorVariable failed |
    Where-Object Parsed |
    ForEach-Object { [pscustomobject]@{ Id = $_.Input.Id; Stars = $_.Parsed.stars; Summary = $_.Parsed.summary } | Export-Csv $OutFile -Append }

$failed | ForEach-Object { Write-Warning "Review $($_.Input.Id): $_" }
