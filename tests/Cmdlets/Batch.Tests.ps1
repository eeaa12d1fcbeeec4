# -AsBatch, and what becomes of batches: against a server that keeps files and batches as services do, and answers in another order.
BeforeDiscovery {
    $apis = @(
        @{ Command = 'Invoke-OpenAIChatCompletion'; Endpoint = '/v1/chat/completions'; Type = 'ChatCompletion' }
        @{ Command = 'Invoke-OpenAIResponse'; Endpoint = '/v1/responses'; Type = 'Response' }
        @{ Command = 'Invoke-OpenAICompletion'; Endpoint = '/v1/completions'; Type = 'Completion' }
        @{ Command = 'Invoke-OpenAIEmbedding'; Endpoint = '/v1/embeddings'; Type = 'Embedding' }
    )
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
}
AfterAll { Stop-TestServer }

Describe '-AsBatch of <Command>' -ForEach $apis {
    BeforeEach { Reset-TestServer; Set-BatchService }

    It 'creates a batch from piped input, and its id gets the answers in the order of the inputs' {
        $batch = 'one', 'two', 'three' | & $Command -Model m -AsBatch
        $batch | Should -BeOfType OpenAIStream.Batch
        $batch.Id, $batch.Endpoint, $batch.Model | Should -Be 'batch_1', $Endpoint, 'm'
        $answers = Wait-OpenAIBatch batch_1 | Receive-OpenAIBatch
        $answers | ForEach-Object { $_.GetType().Name } | Should -Be $Type, $Type, $Type
        $answers.Input | Should -Be 'one', 'two', 'three'
        $answers.InputIndex | Should -Be 0, 1, 2
        if ($Type -eq 'Embedding') { $answers.ForEach({ $_.Vector[1] }) | Should -Be 3, 3, 5 } else { $answers.Text | Should -Be 'Answer to: one', 'Answer to: two', 'Answer to: three' }
        (Get-SentRequest).path | Should -Not -Contain $Endpoint
        $Error | Should -BeNullOrEmpty
    }

    It 'works in another process with only the id' {
        $null = [pscustomobject]@{ Id = 'r1'; Prompt = 'one'; Own = @{ Deep = 1, 2 } }, [pscustomobject]@{ Id = 'r2'; Prompt = 'two' } | & $Command -Model m -AsBatch | Wait-OpenAIBatch
        $lines = Invoke-ChildProcess "Connect-OpenAI -BaseUri '$($server.http1)v1'; Receive-OpenAIBatch batch_1 | ForEach-Object { `"`$(`$_.InputIndex) `$(`$_.Input.Id) `$(`$_.Input.Prompt) `$(`$_.Input.Own.Deep)`" }"
        $lines | Should -Be '0 r1 one 1 2', '1 r2 two '
    }
}

Describe '-AsBatch' {
    BeforeEach { Reset-TestServer; Set-BatchService }

    It 'sends the same requests as without it' {
        $null = 'hi' | Invoke-OpenAIChatCompletion -Model m -SystemMessage 'Be brief.' -MaxTokens 5 -Options @{ PromptCacheKey = 'k' } -AdditionalBody @{ own = 1 } -AsBatch
        $line = Get-KeptFile file-1 | ConvertFrom-Json -AsHashtable
        $line.custom_id, $line.method, $line.url | Should -Be 'input-0', 'POST', '/v1/chat/completions'
        Add-JsonReply 200 (ConvertTo-Answer 'x')
        $null = 'hi' | Invoke-OpenAIChatCompletion -Model m -SystemMessage 'Be brief.' -MaxTokens 5 -Options @{ PromptCacheKey = 'k' } -AdditionalBody @{ own = 1 }
        $alone = @(Get-SentRequest)[-1].Json
        $alone.Remove('stream')
        $line.body | ConvertTo-Json -Depth 9 | Should -Be ($alone | ConvertTo-Json -Depth 9)
    }

    It 'accepts one prompt as an argument, and content for an instruction' {
        $null = Invoke-OpenAIChatCompletion 'hi' -AsBatch; $null = 'a', 'b' | Invoke-OpenAIChatCompletion 'Translate:' -ForEachInput -AsBatch
        (Wait-OpenAIBatch batch_1 | Receive-OpenAIBatch).Input | Should -Be 'hi'
        $answers = Wait-OpenAIBatch batch_2 | Receive-OpenAIBatch
        $answers.Input | Should -Be 'a', 'b'
        $answers.Text | Should -BeLike 'Answer to: Translate:*'
    }

    It 'omits inputs that cannot be sent, and keeps the numbers of the others' {
        $null = 'one', ' ', 'three' | Invoke-OpenAIChatCompletion -AsBatch -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed.InputIndex | Should -Be 1
        (Wait-OpenAIBatch batch_1 | Receive-OpenAIBatch).InputIndex | Should -Be 0, 2
    }

    It 'creates a batch for each model' {
        $batches = @{ Prompt = 'a'; Model = 'm1' }, @{ Prompt = 'b'; Model = 'm2' }, @{ Prompt = 'c'; Model = 'm1' } | ForEach-Object { [pscustomobject] $_ } | Invoke-OpenAIChatCompletion -AsBatch
        $batches.Model | Should -Be 'm1', 'm2'
        $answers = $batches | Wait-OpenAIBatch | Receive-OpenAIBatch
        $answers.InputIndex | Should -Be 0, 2, 1
        $answers.Input.Prompt | Should -Be 'a', 'c', 'b'
    }

    It 'creates another batch when one is full, while more input arrives' {
        $script:sent = $null
        $batches = 1..50002 | ForEach-Object { if ($_ -eq 50002) { $script:sent = (Get-SentRequest).path }; "p$_" } | Invoke-OpenAICompletion -Model m -AsBatch
        $sent | Should -Be '/v1/files', '/v1/batches'
        $batches | Should -HaveCount 2
        ($batches | Get-OpenAIBatch).RequestCounts.Total | Should -Be 50000, 2
        $last = $batches[1] | Wait-OpenAIBatch | Receive-OpenAIBatch
        $last.InputIndex | Should -Be 50000, 50001
        $last.Input | Should -Be 'p50001', 'p50002'
    }

    It 'returns objects that match a schema' {
        Set-BatchService
        $null = 'x' | Invoke-OpenAIChatCompletion -AsBatch -JsonSchema '{"type":"object"}' | Wait-OpenAIBatch
        $answer = Receive-OpenAIBatch batch_1 -ErrorVariable failed -ErrorAction SilentlyContinue
        $answer.Text | Should -Be 'Answer to: x'
        $failed.FullyQualifiedErrorId | Should -BeLike 'SchemaMismatch,*'
        $failed.InputIndex | Should -Be 0
    }

    It 'says which inputs are not in a batch if one could not be created' {
        Add-JsonReply 400 '{"error":{"message":"No more batches."}}'
        $batches = 'a', 'b' | Invoke-OpenAIChatCompletion -AsBatch -ErrorVariable failed -ErrorAction SilentlyContinue
        $batches | Should -BeNullOrEmpty
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'BadRequest,*'
        "$($failed[0])" | Should -BeLike '*No more batches.*The inputs 0 to 1 are not in a batch.*'
        { Invoke-OpenAIChatCompletion 'a' -AsBatch -AdditionalHeaders @{ a = 1 } -Connection (Connect-OpenAI -Name gone -BaseUri http://127.0.0.1:9 -MaximumRetryCount 0 -PassThru) } | Should -Throw -ErrorId 'ConnectionFailed,*'
    }

    It 'excludes <Parameter>' -ForEach @(
        @{ Parameter = 'Stream'; Value = $true }, @{ Parameter = 'ThrottleLimit'; Value = 2 }, @{ Parameter = 'Checkpoint'; Value = 'x.jsonl' }, @{ Parameter = 'Background'; Value = $true }, @{ Parameter = 'WarmUp'; Value = $true }
    ) {
        $given = @{ $Parameter = $Value }
        { 'hi' | Invoke-OpenAIResponse -AsBatch @given } | Should -Throw "*-$Parameter*-AsBatch*"
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'leaves no temporary file' {
        $before = Get-ChildItem ([IO.Path]::GetTempPath()) -Filter openaistream-*.tmp
        $null = 'a' | Invoke-OpenAIChatCompletion -AsBatch | Wait-OpenAIBatch | Receive-OpenAIBatch
        'a' | Invoke-OpenAIChatCompletion -AsBatch -WhatIf
        $null = 1..9 | Invoke-OpenAIChatCompletion -AsBatch | Wait-OpenAIBatch | Receive-OpenAIBatch | Select-Object -First 1
        Get-ChildItem ([IO.Path]::GetTempPath()) -Filter openaistream-*.tmp | Where-Object FullName -NotIn $before.FullName | Where-Object { $_.LastWriteTime -gt [datetime]::Now.AddSeconds(-2) } | Should -BeNullOrEmpty
    }
}

Describe 'Receive-OpenAIBatch' {
    BeforeEach { Reset-TestServer; Set-BatchService }

    It 'merges both files: errors become records in their places' {
        $null = 'one', 'fail 400', 'three', 'fail 429' | Invoke-OpenAIChatCompletion -AsBatch | Wait-OpenAIBatch
        $all = Receive-OpenAIBatch batch_1 2>&1
        $all | ForEach-Object { if ($_ -is [Management.Automation.ErrorRecord]) { "$($_.FullyQualifiedErrorId) $($_.Input) $($_.InputIndex)" } else { $_.Text } } |
            Should -Be 'Answer to: one', 'BadRequest,OpenAIStream.ReceiveOpenAIBatchCommand fail 400 1', 'Answer to: three', 'RateLimit,OpenAIStream.ReceiveOpenAIBatchCommand fail 429 3'
        $all[1].TargetObject, $all[1].Exception.RequestId | Should -Be 'fail 400', 'r-1'
    }

    It 'returns failed inputs, to be used again' {
        $null = [pscustomobject]@{ Id = 1; Message = 'fail 500' }, [pscustomobject]@{ Id = 2; Message = 'two' } | Invoke-OpenAIChatCompletion -AsBatch | Wait-OpenAIBatch
        $null = Receive-OpenAIBatch batch_1 -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed.Input.Id | Should -Be 1
        Add-JsonReply 200 (ConvertTo-Answer 'x')
        $answer = $failed.Input | Invoke-OpenAIChatCompletion
        $answer.Input.Id, $answer.Text | Should -Be 1, 'x'
    }

    It 'sends failed requests again with -Retry, with the same numbers' {
        $rows = 0..3 | ForEach-Object { [pscustomobject]@{ Id = "r$_"; Message = "p$_" } }
        Set-BatchService @{ expiresAfter = 2 }
        $null = $rows | Invoke-OpenAIChatCompletion -AsBatch | Wait-OpenAIBatch
        (Get-OpenAIBatch batch_1).Status | Should -Be 'expired'
        $first = Receive-OpenAIBatch batch_1 -ErrorVariable failed -ErrorAction SilentlyContinue
        $first.InputIndex | Should -Be 0, 1
        $failed.FullyQualifiedErrorId | Should -Be @('BatchExpired,OpenAIStream.ReceiveOpenAIBatchCommand', 'BatchExpired,OpenAIStream.ReceiveOpenAIBatchCommand')
        $failed.InputIndex | Should -Be 2, 3

        $again = Receive-OpenAIBatch batch_1 -Retry
        $again.Id | Should -Be 'batch_2'
        (Get-OpenAIBatch batch_2).RequestCounts.Total | Should -Be 2
        $rest = $again | Wait-OpenAIBatch | Receive-OpenAIBatch
        $rest.InputIndex | Should -Be 2, 3
        $rest.Input.Id | Should -Be 'r2', 'r3'
        Receive-OpenAIBatch batch_2 -Retry | Should -BeNullOrEmpty
    }

    It 'keeps the completion window and the metadata of the batch with -Retry' {
        $first = 'one', 'fail 400' | Invoke-OpenAIChatCompletion -AsBatch
        $null = Invoke-OpenAIRequest batches -Method Post -Body @{
            input_file_id = $first.InputFileId; endpoint = $first.Endpoint; completion_window = '48h'; metadata = @{ team = 'x' }
        }
        $null = Wait-OpenAIBatch batch_2
        $again = Receive-OpenAIBatch batch_2 -Retry
        $again.CompletionWindow, $again.Metadata['team'] | Should -Be '48h', 'x'
        $again.InputFileId | Should -Not -Be $first.InputFileId
    }

    It 'returns the answers of a canceled batch' {
        $null = 1..4 | Invoke-OpenAIChatCompletion -AsBatch
        Stop-OpenAIBatch batch_1
        (Stop-OpenAIBatch batch_1 -PassThru).Status | Should -Be 'cancelling'
        $all = Wait-OpenAIBatch batch_1 | Receive-OpenAIBatch -ErrorVariable failed -ErrorAction SilentlyContinue
        $all.Input | Should -Be 1, 2
        $failed.FullyQualifiedErrorId | ForEach-Object { $_ -replace ',.*' } | Should -Be 'BatchCanceled', 'BatchCanceled'
        $failed.Input | Should -Be 3, 4
    }

    It 'says what is wrong with a refused batch, and if it is too early' {
        $null = 'one' | Invoke-OpenAIChatCompletion -AsBatch
        { Receive-OpenAIBatch batch_1 } | Should -Throw -ErrorId 'BatchNotEnded,*'
        { Receive-OpenAIBatch nothing } | Should -Throw -ExpectedMessage '*' -ErrorId 'NotFound,*'
        Set-BatchService @{ mostRequests = 1 }
        'one', 'two' | Invoke-OpenAIChatCompletion -AsBatch | Wait-OpenAIBatch -WarningVariable warnings -WarningAction SilentlyContinue | Out-Null
        $warnings | Should -BeLike 'batch_1 failed: The batch has 2 requests*'
        { Receive-OpenAIBatch batch_1 } | Should -Throw -ErrorId 'BatchFailed,*'
        Set-BatchService @{ mostTokens = 1 }
        $null = 'one' | Invoke-OpenAIChatCompletion -AsBatch | Wait-OpenAIBatch -WarningAction SilentlyContinue
        { Receive-OpenAIBatch batch_1 } | Should -Throw -ErrorId 'BatchTokenLimit,*'
        (Receive-OpenAIBatch batch_1 -Retry).Id | Should -Be 'batch_2'
    }

    It 'works without the file with the requests' {
        $null = 'one', 'two' | Invoke-OpenAIChatCompletion -AsBatch | Wait-OpenAIBatch
        Remove-OpenAIFile file-1
        $answers = Receive-OpenAIBatch batch_1 -WarningVariable warnings -WarningAction SilentlyContinue
        $answers.Text | Should -Be 'Answer to: one', 'Answer to: two'
        $answers.InputIndex | Should -Be 0, 1
        $warnings | Should -BeLike '*have no Input*'
    }

    It 'reads a batch that another program created' {
        $lines = '{"custom_id":"b","method":"POST","url":"/v1/embeddings","body":{"model":"m","input":"x"}}', '{"custom_id":"a","method":"POST","url":"/v1/embeddings","body":{"model":"m","input":["y"]}}'
        Set-Content $TestDrive/in.jsonl $lines
        $file = Send-OpenAIFile $TestDrive/in.jsonl -Purpose batch
        $null = Invoke-OpenAIRequest POST batches -Body @{ input_file_id = $file.Id; endpoint = '/v1/embeddings'; completion_window = '24h' }
        $answers = Wait-OpenAIBatch batch_1 | Receive-OpenAIBatch
        $answers.Input | Should -Be 'x', 'y'
        $answers.InputIndex | Should -Be 0, 1
    }

    It 'reports a damaged file, and continues with the next batch: <Switches.Keys>' -ForEach @{ Switches = @{} }, @{ Switches = @{ Retry = $true } } {
        Reset-TestServer
        $answer = @{ custom_id = 'input-0'; response = @{ status_code = 200; body = ConvertTo-Answer 'x' | ConvertFrom-Json -AsHashtable } } | ConvertTo-Json -Depth 9 -Compress
        $request = '{"custom_id":"input-0","method":"POST","url":"/v1/chat/completions","body":{"model":"m","messages":[{"role":"user","content":"hi"}]}}'
        1..2 | ForEach-Object {
            Add-Reply @{ path = '/v1/batches/b'; headers = @{ 'content-type' = 'application/json' }; steps = @(@{ send = '{"id":"b","object":"batch","status":"completed","endpoint":"/v1/chat/completions","input_file_id":"i","output_file_id":"o"}' }) }
            Add-Reply @{ path = '/v1/files/i/content'; headers = @{ 'content-type' = 'application/octet-stream' }; steps = @(@{ send = "$request`n{`"custom_id`": damaged`n" }) }
            Add-Reply @{ path = '/v1/files/o/content'; headers = @{ 'content-type' = 'application/octet-stream' }; steps = @(@{ send = "$answer`n" }) }
        }
        $answers = 'b', 'b' | Receive-OpenAIBatch @Switches -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -Be @('MalformedResponse,OpenAIStream.ReceiveOpenAIBatchCommand', 'MalformedResponse,OpenAIStream.ReceiveOpenAIBatchCommand')
        $problem.TargetObject | Should -Be 'b', 'b'
        if ($Switches.Count -eq 0) { $answers.Text | Should -Be 'x', 'x' } else { $answers | Should -BeNullOrEmpty }
    }

    It 'returns answers of other APIs unchanged' {
        Set-Content $TestDrive/in.jsonl '{"custom_id":"b","method":"POST","url":"/v1/videos","body":{"model":"m","prompt":"x"}}'
        $null = Invoke-OpenAIRequest POST batches -Body @{ input_file_id = (Send-OpenAIFile $TestDrive/in.jsonl batch).Id; endpoint = '/v1/videos'; completion_window = '24h' }
        $answer = Wait-OpenAIBatch batch_1 | Receive-OpenAIBatch
        $answer.text, $answer.Input, $answer.InputIndex | Should -Be 'Answer to: x', 'x', 0
    }
}

Describe 'Wait-OpenAIBatch' {
    BeforeEach { Reset-TestServer; Set-BatchService }

    It 'accepts batches while others are still being created, and keeps their order' {
        $script:made = 0
        $batches = 'a', 'b' | ForEach-Object { $script:made++; $_ | Invoke-OpenAIChatCompletion -AsBatch } | Wait-OpenAIBatch
        $batches.Id | Should -Be 'batch_1', 'batch_2'
        $batches.Status | Should -Be 'completed', 'completed'
    }

    It 'leaves the batch running when it is stopped' {
        Set-BatchService @{ polls = 100000; retryAfterMs = 50 }
        $null = 'a' | Invoke-OpenAIChatCompletion -AsBatch
        $shell = [powershell]::Create().AddScript("Import-Module '$(Get-BuiltModule)'; Connect-OpenAI -BaseUri '$($server.http1)v1' -Name w; Wait-OpenAIBatch batch_1 -Connection w")
        $running = $shell.BeginInvoke()
        Wait-Request 4
        $shell.Stop()
        $running.IsCompleted | Should -BeTrue
        $shell.Dispose()
        (Get-SentRequest).path | Should -Not -Contain '/v1/batches/batch_1/cancel'
        (Get-OpenAIBatch batch_1).Status | Should -Be 'in_progress'
    }

    It 'creates a batch again that exceeded the token limit, on request' {
        Set-BatchService @{ mostTokens = 60; polls = 3 }
        $first = 'one' | Invoke-OpenAIChatCompletion -Model m -AsBatch
        $second = 'two' | Invoke-OpenAIChatCompletion -Model m -AsBatch
        $ended = $first, $second | Wait-OpenAIBatch -Resubmit -Verbose 4>&1
        $said = $ended | Where-Object { $_ -is [Management.Automation.VerboseRecord] }
        $batches = $ended | Where-Object { $_ -is [OpenAIStream.Batch] }
        $batches.Id | Should -Be 'batch_1', 'batch_3'
        $batches.Status | Should -Be 'completed', 'completed'
        "$said" | Should -Match 'batch_2 was refused because too many tokens are queued, and was created again as batch_3'
        ($batches | Receive-OpenAIBatch).Input | Should -Be 'one', 'two'
    }

    It 'shows how many requests are answered' {
        Set-BatchService @{ polls = 8; retryAfterMs = 400 }
        $null = 'a', 'b' | Invoke-OpenAIChatCompletion -AsBatch
        $shown = [Collections.Generic.List[object]]::new()
        $shell = [powershell]::Create().AddScript("Import-Module '$(Get-BuiltModule)'; Connect-OpenAI -BaseUri '$($server.http1)v1' -Name w; Wait-OpenAIBatch batch_1 -Connection w")
        $null = $shell.Invoke()
        $shell.Streams.Progress.ForEach({ "$($_.Activity): $($_.StatusDescription)" }) -join "`n" | Should -Match 'Waiting for batches: \d+ s, batch_1 is in_progress, 0 of 2 requests answered'
        $shell.Dispose()
    }
}

Describe 'Get-OpenAIBatch' {
    BeforeEach { Reset-TestServer; Set-BatchService }

    It 'lists batches, newest first, and filters them by status' {
        1..3 | ForEach-Object { $null = "p$_" | Invoke-OpenAIChatCompletion -AsBatch }
        $null = Wait-OpenAIBatch batch_2
        (Get-OpenAIBatch).Id | Should -Be 'batch_3', 'batch_2', 'batch_1'
        (Get-OpenAIBatch -Status completed).Id | Should -Be 'batch_2'
        (Get-OpenAIBatch -First 1).Id | Should -Be 'batch_3'
        (Get-OpenAIBatch batch_1, batch_2).Id | Should -Be 'batch_1', 'batch_2'
        (TabExpansion2 'Receive-OpenAIBatch batch_' 26).CompletionMatches.CompletionText | Should -Contain 'batch_2'
    }
}

Describe 'What batches and checkpoints used' {
    BeforeEach { Reset-TestServer; Set-BatchService }

    It 'is added up from a batch, from its answers, and from its file' {
        $batch = 'one', 'two', 'fail 400' | Invoke-OpenAIChatCompletion -Model m -AsBatch | Wait-OpenAIBatch
        $sums = @(
            $batch | Measure-OpenAIUsage
            $batch | Receive-OpenAIBatch -ErrorAction SilentlyContinue | Measure-OpenAIUsage
            Get-KeptFile $batch.OutputFileId | Measure-OpenAIUsage
            Get-KeptFile $batch.OutputFileId | ConvertFrom-Json | Measure-OpenAIUsage
        )
        $sums | ForEach-Object { "$($_.Model) $($_.Requests) $($_.InputTokens) $($_.OutputTokens)" } | Should -Be 'm 2 2 2', 'm 2 2 2', 'm 2 2 2', 'm 2 2 2'
    }

    It 'is added up from a checkpoint, without failed prompts' {
        Add-JsonReply 200 (ConvertTo-Answer 'x')
        Add-JsonReply 400 '{"error":{"message":"No."}}'
        $null = 'a', 'b' | Invoke-OpenAIChatCompletion -Checkpoint $TestDrive/run.jsonl -ErrorAction SilentlyContinue
        $sum = Get-Content $TestDrive/run.jsonl | Measure-OpenAIUsage -WarningVariable warnings
        $sum.Model, $sum.Requests, $sum.TotalTokens | Should -Be 'm', 1, 7
        $warnings | Should -BeNullOrEmpty
        $Error.Clear()
    }
}
