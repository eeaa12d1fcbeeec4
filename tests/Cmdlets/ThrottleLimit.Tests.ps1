BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer
}
AfterAll { Stop-TestServer }

Describe '-ThrottleLimit' {
    BeforeEach { Reset-TestServer }

    It 'processes prompts at once, with the input on each chunk, each in order' {
        # Each answer waits until all four are in progress: one after the other they would never end.
        1..4 | ForEach-Object {
            Add-StreamReply ('a' | ConvertTo-Chunk) -Then @(
                @{ waitFor = 'all' }; @{ send = "data: $('b' | ConvertTo-Chunk)`n`n" }; @{ send = "data: $(ConvertTo-Chunk 'c' stop)`n`ndata: [DONE]`n`n" })
        }

        $begun = @{}
        $chunks = 'p1', 'p2', 'p3', 'p4' | Invoke-OpenAIChatCompletion -Stream -ThrottleLimit 4 | ForEach-Object {
            $begun[$_.Input] = $true
            if ($_.Text -eq 'a' -and $begun.Count -eq 4) { 1..4 | ForEach-Object { Send-Signal all } }
            $_
        }

        $groups = $chunks | Group-Object InputIndex | Sort-Object Name
        $groups.Name | Should -Be '0', '1', '2', '3'
        foreach ($group in $groups) {
            -join $group.Group.Text | Should -Be 'abc'
            $group.Group.Input | Select-Object -Unique | Should -Be "p$([int] $group.Name + 1)"
        }
        $Error | Should -BeNullOrEmpty
    }

    It 'never runs more at once than specified' {
        1..4 | ForEach-Object { Add-StreamReply ('a' | ConvertTo-Chunk) -Then @(@{ waitFor = 'go' }; @{ send = "data: [DONE]`n`n" }) }
        $most = 0
        $null = 1..4 | Invoke-OpenAICompletion -Stream -ThrottleLimit 2 | ForEach-Object {
            $script:most = [Math]::Max($most, @(Get-SentRequest | Where-Object { -not $_.completed }).Count)
            Send-Signal go
        }
        $most | Should -BeLessOrEqual 2
        (Get-SentRequest) | Should -HaveCount 4
    }

    It 'joins interleaved chunks to one answer for each prompt' {
        1..3 | ForEach-Object { Add-StreamReply ('a' | ConvertTo-Chunk), (ConvertTo-Chunk 'b' stop) }
        $wholes = 'p1', 'p2', 'p3' | Invoke-OpenAIChatCompletion -Stream -ThrottleLimit 3 | Join-OpenAIChunk
        $wholes | Should -HaveCount 3
        $wholes.Text | Should -Be 'ab', 'ab', 'ab'
        $wholes.Input | Sort-Object | Should -Be 'p1', 'p2', 'p3'
    }

    It 'returns whole answers without -Stream' {
        1..3 | ForEach-Object { Add-JsonReply 200 (ConvertTo-Answer "answer $_") }
        $answers = 1..3 | Invoke-OpenAICompletion -ThrottleLimit 3
        $answers.Text | Sort-Object | Should -Be 'answer 1', 'answer 2', 'answer 3'
    }

    It 'writes an error for the prompt that failed, and continues with the others' {
        Add-StreamReply (ConvertTo-Chunk 'a' stop)
        Add-JsonReply 400 '{"error":{"message":"no"}}'
        Add-StreamReply (ConvertTo-Chunk 'c' stop)
        $chunks = 'p1', 'p2', 'p3' | Invoke-OpenAICompletion -Stream -ThrottleLimit 2 -ErrorAction SilentlyContinue -ErrorVariable failed
        $chunks | Should -HaveCount 2
        $failed | Should -HaveCount 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'BadRequest,*'
        $failed[0].TargetObject | Should -BeIn 'p1', 'p2', 'p3'
    }

    It 'pauses all if one receives a 429' {
        Connect-OpenAI -BaseUri "$((Get-OpenAIConnection).BaseUri)" -MaximumRetryCount 2
        Add-JsonReply 429 '{"error":{"message":"slow down"}}' -Headers @{ 'retry-after-ms' = '700' }
        1..3 | ForEach-Object { Add-StreamReply (ConvertTo-Chunk 'a' stop) }
        $chunks = 'p1', 'p2', 'p3' | ForEach-Object { $_; Wait-Request; Start-Sleep -Milliseconds 100 } | Invoke-OpenAICompletion -Stream -ThrottleLimit 3
        $chunks | Should -HaveCount 3
        $requests = Get-SentRequest
        $requests | Should -HaveCount 4
        ($requests[1..3].receivedAt | Measure-Object -Minimum).Minimum - $requests[0].receivedAt | Should -BeGreaterThan 600
    }

    It 'closes every connection when Select-Object has had enough' {
        1..3 | ForEach-Object { Add-StreamReply ('a' | ConvertTo-Chunk) -Then @{ stall = $true } }
        $since = Get-Moment
        'p1', 'p2', 'p3' | Invoke-OpenAICompletion -Stream -ThrottleLimit 3 | Select-Object -First 3 | Should -HaveCount 3
        0..2 | ForEach-Object { Wait-ClientGone $since $_ | Should -BeLessThan 5000 }
        $Error | Should -BeNullOrEmpty
    }
}
