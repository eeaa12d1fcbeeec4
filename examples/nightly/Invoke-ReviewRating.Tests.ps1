# Tests two nights of Invoke-ReviewRating.ps1 without a network or a key: Invoke-Pester examples/nightly
# The test writes the recordings: 50 reviews, four of which fail on the first night.
BeforeAll {
    Import-Module OpenAIStream
    $before = Get-OpenAIConnection Default -ErrorAction Ignore # your own connection: Pester runs in your session
    $reviews = Join-Path $TestDrive reviews.csv
    $rated = Join-Path $TestDrive rated.csv
    1..50 | ForEach-Object { [pscustomobject]@{ Id = "r$_"; Text = "Review $_, `"with quotes`" and`ntwo lines" } } | Export-Csv $reviews

    function Get-Answer([string] $Content, [string] $Reason = 'stop') {
        $json = @{ choices = @(@{ index = 0; message = @{ role = 'assistant'; content = $Content }; finish_reason = $Reason }) } | ConvertTo-Json -Depth 5 -Compress
        '< 200 OK', '< Content-Type: application/json', '', "| $json"
    }

    # Records the answers of one night. -Faults replaces some of them, by the number of the review.
    function New-Night([string] $Name, [hashtable] $Faults = @{}) {
        $folder = (New-Item (Join-Path $TestDrive $Name) -ItemType Directory).FullName
        foreach ($review in Import-Csv $reviews) {
            $number = [int] $review.Id.Substring(1)
            $body = [ordered]@{
                model           = 'gpt-6-luna'
                messages        = @(
                    @{ role = 'system'; content = 'Sum up the review in a few words, and rate it with one to five stars.' }
                    @{ role = 'user'; content = $review.Text }
                )
                response_format = @{
                    type        = 'json_schema'
                    json_schema = @{
                        name   = 'response'
                        strict = $true
                        schema = [ordered]@{
                            type                 = 'object'
                            properties           = [ordered]@{ summary = @{ type = 'string' }; stars = @{ type = 'integer' } }
                            required             = 'summary', 'stars'
                            additionalProperties = $false
                        }
                    }
                }
                stream          = $false
            } | ConvertTo-Json -Depth 9 -Compress
            $good = Get-Answer "{`"summary`":`"Review $number, summed up`",`"stars`":$($number % 5 + 1)}"
            $fault = $Faults[$number]
            foreach ($try in 'first', 'later') { # the second recording is replayed from the second request on
                $reply = if ($fault -and ($try -eq 'first' -or $fault[0] -notmatch '429')) { $fault } else { $good }
                $lines = @('# OpenAIStream recording 1', '', '> POST /v1/chat/completions', '> Content-Type: application/json', "| $body", '') + $reply
                Set-Content (Join-Path $folder "$number-$try.recording.txt") $lines
            }
        }
        $folder
    }
}
AfterAll {
    Disconnect-OpenAI
    $before | Connect-OpenAI
}

Describe 'Invoke-ReviewRating' {
    It 'rates what it can on the first night and reports the reviews that failed' {
        $faults = @{
            7  = '< 429 Too Many Requests', '< retry-after-ms: 5', '< Content-Type: application/json', '', '| {"error":{"message":"Slowly."}}'
            13 = '< 400 Bad Request', '< Content-Type: application/json', '', '| {"error":{"message":"The review is not allowed."}}'
            20 = Get-Answer '{"summary":"cut' length
            30 = '< 200 OK', '< Content-Type: application/json', '', '| {"choices":[', '! cut'
        }
        Connect-OpenAI -ReplayFrom (New-Night first $faults) -MaximumRetryCount 1
        & $PSScriptRoot/Invoke-ReviewRating.ps1 -Path $reviews -OutFile $rated -WarningVariable warnings -WarningAction SilentlyContinue
        $rows = Import-Csv $rated
        $rows | Should -HaveCount 47
        $warnings | ForEach-Object { "$_" -replace ':.*' } | Sort-Object | Should -Be 'Review r13', 'Review r20', 'Review r30'
        foreach ($row in $rows) {
            $number = [int] $row.Id.Substring(1)
            $row.Summary, $row.Stars | Should -Be "Review $number, summed up", "$($number % 5 + 1)"
        }
    }

    It 'asks on the second night only for the failed reviews' {
        Connect-OpenAI -ReplayFrom (New-Night second)
        & $PSScriptRoot/Invoke-ReviewRating.ps1 -Path $reviews -OutFile $rated -Verbose -WarningVariable warnings 4>&1 -WarningAction SilentlyContinue |
            Where-Object { "$_" -match '^POST' } | Should -HaveCount 3
        $warnings | Should -BeNullOrEmpty
        (Import-Csv $rated).Id | Sort-Object | Should -Be (1..50 | ForEach-Object { "r$_" } | Sort-Object)
    }
}
