# Many prompts at once: failed prompts never appear among the answers, and every error names its input.
BeforeDiscovery {
    $ways = @(
        @{ Way = 'one after the other'; Throttle = @{} }
        @{ Way = 'at once'; Throttle = @{ ThrottleLimit = 8 } }
    )
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
    $audio = Join-Path (Get-Item TestDrive:/).FullName audio.wav
    [IO.File]::WriteAllBytes($audio, [byte[]]::new(44))

    # Three answers; the second stream is cut off after 'half', without a finish reason.
    function Add-BrokenAmongThree {
        Add-Reply (Get-ReplyTo one (ConvertTo-Chunk 'first' stop))
        Add-Reply (Get-ReplyTo two ('half' | ConvertTo-Chunk) -Cut)
        Add-Reply (Get-ReplyTo three (ConvertTo-Chunk 'third' stop))
    }

    # The server uses its replies in order; each prompt has its own path because of -AdditionalQuery, or runs alone.
    function Get-ReplyTo([string] $Prompt, [string] $Chunk, [switch] $Cut) {
        $steps = @(@{ send = "data: $Chunk`n`n" }) + $(if ($Cut) { @{ cut = $true } } else { @{ send = "data: [DONE]`n`n" } })
        @{ headers = @{ 'content-type' = 'text/event-stream' }; steps = $steps }
    }

    function Get-Text($Answers) { $Answers.Text | Sort-Object }
}
AfterAll { Stop-TestServer }

Describe 'A broken stream among several, processed <Way>,' -ForEach $ways {
    BeforeEach {
        Reset-TestServer
        Add-BrokenAmongThree
        $bulk = @{ Stream = $true; ErrorAction = 'SilentlyContinue'; ErrorVariable = 'failed' } + $Throttle
    }

    It 'is omitted by <Command> | Join-OpenAIChunk, with a warning' -ForEach @(
        @{ Command = 'Invoke-OpenAIChatCompletion' }
        @{ Command = 'Invoke-OpenAICompletion' }
    ) {
        $answers = 'one', 'two', 'three' | & $Command @bulk | Join-OpenAIChunk -WarningVariable told -WarningAction SilentlyContinue
        Get-Text $answers | Should -Be 'first', 'third'
        $failed | Should -HaveCount 1
        $failed.FullyQualifiedErrorId | Should -BeLike 'StreamEndedEarly,*'
        $failed.Exception.PartialText | Should -Be 'half'
        $told | Should -HaveCount 1
        "$told" | Should -BeLike "The answer to input $($failed.InputIndex) was cut off after 4 characters and is omitted: *"
        @($answers.InputIndex) + $failed.InputIndex | Sort-Object | Should -Be 0, 1, 2
    }

    It 'is omitted if the chunks were saved, sorted, or mixed, and joined later: <How>' -ForEach @(
        @{ How = 'as they came'; Order = { $_ } }
        @{ How = 'sorted'; Order = { $_ | Sort-Object InputIndex -Descending } }
        @{ How = 'mixed'; Order = { $_ | Sort-Object Text, InputIndex } }
        @{ How = 'from a file'; Order = { $_ | Export-Clixml TestDrive:/chunks.xml; Import-Clixml TestDrive:/chunks.xml } }
        @{ How = 'by way of a serializer'; Order = { [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($_, 2)) } }
    ) {
        $chunks = 'one', 'two', 'three' | Invoke-OpenAIChatCompletion @bulk
        $kept = $chunks.ForEach{ $_ }
        $_ = $kept
        $answers = Join-OpenAIChunk (& $Order) -WarningVariable told -WarningAction SilentlyContinue
        Get-Text $answers | Should -Be 'first', 'third'
        "$told" | Should -BeLike "The answer to input $($failed.InputIndex) was cut off*omitted*"
    }

    It 'returns what had arrived, with a warning, if it is joined alone' {
        $chunks = 'one', 'two', 'three' | Invoke-OpenAIChatCompletion @bulk
        $answer = $chunks | Where-Object InputIndex -EQ $failed.InputIndex | Join-OpenAIChunk -WarningVariable told -WarningAction SilentlyContinue
        $answer.Text | Should -Be 'half'
        $answer.FinishReason | Should -BeNullOrEmpty
        "$told" | Should -BeLike '*was cut off after 4 characters:*'
    }

    It 'is omitted by Show-OpenAIStream -PassThru' {
        $answers = 'one', 'two', 'three' | Invoke-OpenAIChatCompletion @bulk | Show-OpenAIStream -PassThru -WarningVariable told -WarningAction SilentlyContinue 6>$null
        Get-Text $answers | Should -Be 'first', 'third'
        "$told" | Should -BeLike '*is omitted*'
    }

    It 'causes no warning if all went well' {
        Reset-TestServer
        1..3 | ForEach-Object { Add-StreamReply ('no finish reason' | ConvertTo-Chunk) }
        $answers = 1..3 | Invoke-OpenAIChatCompletion @bulk | Join-OpenAIChunk -WarningVariable told
        $answers | Should -HaveCount 3
        $told | Should -BeNullOrEmpty
        $failed | Should -BeNullOrEmpty
    }
}

Describe 'A single broken stream' {
    BeforeEach { Reset-TestServer }

    It 'returns what had arrived, with a warning, if its chunks are joined' {
        Add-Reply (Get-ReplyTo x ('half' | ConvertTo-Chunk) -Cut)
        { Invoke-OpenAIChatCompletion hi -Stream -OutVariable script:chunks } | Should -Throw -ErrorId 'StreamEndedEarly,*'
        $answer = $chunks | Join-OpenAIChunk -WarningVariable told -WarningAction SilentlyContinue
        $answer.Text | Should -Be 'half'
        "$told" | Should -BeLike 'The answer was cut off after 4 characters: *'
    }

    It 'causes a warning too if it was left early' {
        Add-StreamReply ('a', 'b' | ConvertTo-Chunk)
        $answer = Invoke-OpenAIChatCompletion hi -Stream | Select-Object -First 1 | Join-OpenAIChunk -WarningVariable told -WarningAction SilentlyContinue
        $answer.Text | Should -Be 'a'
        "$told" | Should -BeLike 'The answer is incomplete*'
    }
}

Describe 'An error' {
    BeforeEach {
        Reset-TestServer
        $inputs = 'one', 'two', 'three', 'four'
        function Add-Failure([int[]] $At = (1, 3), [int] $Count = 4) {
            foreach ($number in 0..($Count - 1)) {
                if ($number -in $At) { Add-JsonReply 400 '{"error":{"message":"no"}}' } else { Add-Reply (Get-ReplyTo x (ConvertTo-Chunk 'x' stop)) }
            }
        }
    }

    It 'has its input, like an answer: <Where>' -ForEach @(
        @{ Where = '-ErrorVariable'; Get = { $null = $inputs | Invoke-OpenAICompletion -Stream -ErrorVariable e -ErrorAction SilentlyContinue; $e } }
        @{ Where = '$Error'; Get = { $null = $inputs | Invoke-OpenAICompletion -Stream 2>$null; $Error[1], $Error[0] } }
        @{ Where = 'the error stream'; Get = { $inputs | Invoke-OpenAICompletion -Stream 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] } } }
        @{
            Where = 'Export-Clixml'
            Get   = { $null = $inputs | Invoke-OpenAICompletion -Stream -ErrorVariable e -ErrorAction SilentlyContinue; $e | Export-Clixml TestDrive:/e.xml; Import-Clixml TestDrive:/e.xml }
        }
        @{
            Where = 'a job of another process'
            Get   = {
                $null = $inputs | Invoke-OpenAICompletion -Stream -ErrorVariable e -ErrorAction SilentlyContinue
                $text = [System.Management.Automation.PSSerializer]::Serialize($e)
                [System.Management.Automation.PSSerializer]::Deserialize($text)
            }
        }
    ) {
        Add-Failure
        $records = & $Get
        $records.InputIndex | Should -Be 1, 3
        $records.Input | Should -Be 'two', 'four'
        $records.TargetObject | Should -Be 'two', 'four'
        $records.ForEach{ $_.Exception.Data['InputIndex'] } | Should -Be 1, 3
    }

    It 'has its input in a catch block: <Where>' -ForEach @(
        @{ Where = '-ErrorAction Stop'; Do = { 'one', 'two' | Invoke-OpenAICompletion -Stream -ErrorAction Stop } }
        @{ Where = '$ErrorActionPreference'; Do = { $ErrorActionPreference = 'Stop'; 'one', 'two' | Invoke-OpenAICompletion -Stream } }
    ) {
        Add-Failure -At 1 -Count 2
        $record = try { $null = & $Do } catch { $_ }
        $record.TargetObject | Should -Be 'two'
        $record.Exception.Data['InputIndex'] | Should -Be 1
        $record.Exception | Should -BeOfType OpenAIStream.BadRequestException
    }

    It 'counts inputs like answers do, whatever their outcome: <Way>' -ForEach $ways {
        Add-Failure -At 1 -Count 4
        $all = 'one', '', 'two', 'three', 'four' | Invoke-OpenAICompletion -Stream -ErrorVariable e -ErrorAction SilentlyContinue @Throttle
        @($all.InputIndex) + @($e.InputIndex) | Sort-Object | Should -Be 0, 1, 2, 3, 4
        $blank = $e | Where-Object InputIndex -EQ 1
        $blank.Input | Should -Be ''
        foreach ($one in @($all) + @($e | Where-Object InputIndex -NE 1)) { $one.Input | Should -Be @('one', '', 'two', 'three', 'four')[$one.InputIndex] }
    }

    It 'counts whole answers and open streams in the same way: <What>' -ForEach @(
        @{ What = 'whole answers'; Parameter = @{} }
        @{ What = 'whole answers at once'; Parameter = @{ ThrottleLimit = 2 } }
        @{ What = 'open streams'; Parameter = @{ Stream = $true; NoEnumerate = $true } }
    ) {
        1..4 | ForEach-Object { Add-JsonReply 400 '{"error":{"message":"no"}}' }
        $inputs | Invoke-OpenAIChatCompletion @Parameter -ErrorVariable e -ErrorAction SilentlyContinue
        $e.InputIndex | Sort-Object | Should -Be 0, 1, 2, 3
        $e | ForEach-Object { $_.Input | Should -Be $inputs[$_.InputIndex] }
    }

    It 'has the index of a request specified by parameters too' {
        Add-JsonReply 400 '{"error":{"message":"no"}}'
        $record = try { Invoke-OpenAIChatCompletion 'alone' } catch { $_ }
        $record.TargetObject | Should -Be 'alone'
        $record.Exception.Data['InputIndex'] | Should -Be 0
    }

    It 'has the file of a transcription' {
        Add-JsonReply 200 '{"text":"x"}'
        $all = $audio, "$audio.missing", $audio | Invoke-OpenAITranscription -ErrorVariable e -ErrorAction SilentlyContinue
        $all.InputIndex | Should -Be 0
        $e.InputIndex | Should -Be 1, 2
        $e[0].FullyQualifiedErrorId | Should -BeLike 'PathNotFound,*'
    }

    It 'and the answers together make up the whole run' {
        Add-Failure
        $answers = $inputs | Invoke-OpenAICompletion -Stream -ErrorVariable failed -ErrorAction SilentlyContinue | Join-OpenAIChunk
        $rows = @($answers) + @($failed) | Sort-Object InputIndex | Select-Object InputIndex, Input, Text, Exception
        $rows.Input | Should -Be $inputs
        $rows.ForEach{ [bool] $_.Text } | Should -Be $true, $false, $true, $false
    }
}

Describe '-OperationTimeoutSeconds, -TotalTimeoutSeconds and -MaximumRetryCount of <Command>' -ForEach @(
    @{ Command = 'Invoke-OpenAIChatCompletion'; Parameter = @{ Message = 'hi' } }
    @{ Command = 'Invoke-OpenAICompletion'; Parameter = @{ Prompt = 'hi' } }
    @{ Command = 'Invoke-OpenAIResponse'; Parameter = @{ Message = 'hi' } }
    @{ Command = 'Invoke-OpenAIThreadRun'; Parameter = @{ AssistantId = 'a'; Message = 'hi' } }
    @{ Command = 'Invoke-OpenAIImage'; Parameter = @{ Prompt = 'hi' } }
    @{ Command = 'Invoke-OpenAISpeech'; Parameter = @{ Text = 'hi'; Stream = $true } }
    @{ Command = 'Invoke-OpenAITranscription'; Parameter = @{} }
    @{ Command = 'Get-OpenAIModel'; Parameter = @{} }
) {
    BeforeEach {
        Reset-TestServer
        if ($Command -eq 'Invoke-OpenAITranscription') { $Parameter = @{ Path = $audio } }
    }

    It 'override those of the connection' {
        Connect-OpenAI -BaseUri "$($server.http1)v1" -MaximumRetryCount 0
        1..2 | ForEach-Object { Add-JsonReply 429 '{}' -Headers @{ 'retry-after-ms' = '1' } } # which each cmdlet retries
        Add-JsonReply 400 '{"error":{"message":"the third"}}'
        { & $Command @Parameter -MaximumRetryCount 2 } | Should -Throw '*the third*'

        Connect-OpenAI -BaseUri "$($server.http1)v1" -MaximumRetryCount 5
        Add-JsonReply 500 '{}' -Headers @{ 'retry-after-ms' = '1' }
        { & $Command @Parameter -MaximumRetryCount 0 } | Should -Throw -ErrorId 'InternalServer,*'

        Add-Reply @{ steps = @(@{ stall = $true }) }
        $failure = { & $Command @Parameter -MaximumRetryCount 0 -TimeoutSec 0.2 } | Should -Throw -ErrorId 'OperationTimeout,*' -PassThru
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*Try again, or increase -OperationTimeoutSeconds.'

        Add-Reply @{ steps = @(@{ stall = $true }) }
        $failure = { & $Command @Parameter -MaximumRetryCount 0 -TotalTimeoutSeconds 0.2 } | Should -Throw -ErrorId 'TotalTimeout,*' -PassThru
        $first = $Command -eq 'Invoke-OpenAIThreadRun' ? 'The service may have acted on the request, so it was not sent again: check that first. ' : ''
        $failure.ErrorDetails.RecommendedAction | Should -Be ($first + 'Increase -TotalTimeoutSeconds, or request less.')
        (Invoke-RestMethod "$($server.control)requests").Count | Should -Be 6
    }
}

Describe 'Progress' {
    BeforeEach { Reset-TestServer }

    # The output of a script in its own shell, without the seconds; each of its answers takes more than a second.
    BeforeAll {
        function Get-Progress([string] $Script, [scriptblock] $While = {}) {
            $shell = [powershell]::Create()
            try {
                $null = $shell.AddScript("Import-Module '$(Get-BuiltModule)'; Connect-OpenAI -BaseUri '$($server.http1)v1' -MaximumRetryCount 0; $Script")
                $call = $shell.BeginInvoke()
                & $While $shell
                try { $null = $shell.EndInvoke($call) } catch { $null = $_ }
                $shell.Streams.Progress | Where-Object Activity -NotLike 'Preparing modules*'
            }
            finally {
                $shell.Dispose()
            }
        }

        # The first answers take longer than the delay before a progress bar.
        function Add-SlowReply([int] $Count, [int[]] $Failing = @(), [int] $Slow = $Count) {
            foreach ($number in 0..($Count - 1)) {
                $status = if ($number -in $Failing) { 400 } else { 200 }
                $steps = @(if ($number -lt $Slow) { @{ delayMs = 1400 } }) + @{ send = ConvertTo-Answer 'x' }
                Add-Reply @{ status = $status; headers = @{ 'content-type' = 'application/json' }; steps = $steps }
            }
        }

        function Get-Status($Records) {
            $Records | Where-Object RecordType -EQ Processing | ForEach-Object { $_.StatusDescription -replace '^\d+ s, ' -replace ', \d+ tokens.*|, [\d.]+/(s|min).*' }
        }
    }

    It 'of a sequential run shows what is done and what has failed' {
        Add-SlowReply 4 -Failing 1
        $records = Get-Progress "'a', 'b', 'c', 'd' | Invoke-OpenAIChatCompletion -ErrorAction SilentlyContinue"
        $status = Get-Status $records
        $status | Should -Contain '1 done'
        $status | Should -Contain '1 done, 1 failed'
        $status | Should -Contain '2 done, 1 failed'
        $records.Activity | Select-Object -Unique | Should -Be 'Waiting for the response'
        $records.RecordType | Should -Be (@('Processing') * ($records.Count - 1) + 'Completed') -Because 'it is one bar from the beginning to the end'
    }

    It 'of a parallel run shows what is running, and of how many once that is known, with -Stream:<Stream>' -ForEach @{ Stream = 'true' }, @{ Stream = 'false' } {
        Add-SlowReply 5 -Failing 2
        $records = Get-Progress "1..5 | Invoke-OpenAIChatCompletion -Stream:`$$Stream -ThrottleLimit 2 -ErrorAction SilentlyContinue"
        $status = Get-Status $records
        $status[0] | Should -Be '0 done, 2 running'
        $status | Where-Object { $_ -match '^\d of 5 done, 1 failed' } | Should -Not -BeNullOrEmpty
        ($records | Where-Object RecordType -EQ Processing)[-1].PercentComplete | Should -BeGreaterThan 50
        $records[-1].RecordType | Should -Be Completed
    }

    It 'of a run shows tokens, rate and the remaining time, if known' {
        Add-SlowReply 6
        $records = Get-Progress "1..6 | Invoke-OpenAIChatCompletion -ThrottleLimit 2"
        $status = $records | Where-Object RecordType -EQ Processing | ForEach-Object StatusDescription
        $status | Where-Object { $_ -match '^\d+ s, 2 done, 2 running, 14 tokens, [\d.]+/(s|min)$' } | Should -Not -BeNullOrEmpty
        $status | Where-Object { $_ -match '^\d+ s, 4 of 6 done, 2 running, 28 tokens, [\d.]+/(s|min), \d+ s left$' } | Should -Not -BeNullOrEmpty
    }

    It 'of several files shows the total from the beginning' {
        1..2 | ForEach-Object { Add-Reply @{ headers = @{ 'content-type' = 'application/json' }; steps = @{ delayMs = 1400 }, @{ send = '{"text":"x"}' } } }
        $records = Get-Progress "Invoke-OpenAITranscription '$audio', '$audio'"
        @(Get-Status $records)[0] | Should -Be '0 of 2 done'
        $records[-1].RecordType | Should -Be Completed
    }

    It 'of a run of streams is shown at most once a second' {
        1..300 | ForEach-Object { Add-Reply (Get-ReplyTo x (ConvertTo-Chunk 'x' stop)) }
        Add-Reply @{ headers = @{ 'content-type' = 'text/event-stream' }; steps = @{ delayMs = 1400 }, @{ send = "data: $(ConvertTo-Chunk 'x' stop)`n`n" } }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $records = Get-Progress "1..301 | Invoke-OpenAIChatCompletion -Stream"
        $records.Count | Should -BeLessOrEqual (2 + $watch.Elapsed.TotalSeconds)
    }

    It 'is removed however a run ends: <How>' -ForEach @(
        @{ How = 'an error that ends it'; Script = '1..3 | Invoke-OpenAIChatCompletion -ErrorAction Stop'; Failing = 1 }
        @{ How = 'an error before it in the pipeline'; Script = '1..3 | ForEach-Object { if ($_ -eq 3) { throw "mine" }; $_ } | Invoke-OpenAIChatCompletion'; Failing = @() }
        @{ How = 'an error behind it in the pipeline'; Script = '1..3 | Invoke-OpenAIChatCompletion | ForEach-Object { if ($count++ -eq 1) { throw "mine" } }'; Failing = @() }
        @{ How = 'Select-Object -First'; Script = '1..3 | Invoke-OpenAIChatCompletion | Select-Object -First 2'; Failing = @() }
        @{ How = 'Select-Object -First, at once'; Script = '1..3 | Invoke-OpenAIChatCompletion -ThrottleLimit 2 | Select-Object -First 2'; Failing = @(); Slow = 3 }
        @{ How = 'a break'; Script = 'foreach ($x in 1) { 1..3 | Invoke-OpenAIChatCompletion | ForEach-Object { if ($count++ -eq 1) { break } } }'; Failing = @() }
        @{ How = 'Ctrl+C'; Script = '1..3 | Invoke-OpenAIChatCompletion'; Failing = @(); Slow = 3; Stop = $true }
    ) {
        Add-SlowReply 3 -Failing $Failing -Slow ($Slow ? $Slow : 1)
        $records = Get-Progress $Script -While {
            param($shell)
            if ($Stop) {
                for ($i = 0; $i -lt 1000 -and $shell.Streams.Progress.Count -eq 0; $i++) { Start-Sleep -Milliseconds 20 }
                $shell.Stop()
            }
        }
        $records | Should -Not -BeNullOrEmpty
        @($records)[-1].RecordType | Should -Be Completed
    }

    # The server goes on when the bar is there.
    It 'of a stream that is shown tells how long the model thinks, and is away before text comes: <What>' -ForEach @(
        @{ What = 'a chat'; Command = 'Invoke-OpenAIChatCompletion'; First = @(); Status = 's$' }
        @{ What = 'reasoning of a chat'; Command = 'Invoke-OpenAIChatCompletion'; First = '{"choices":[{"index":0,"delta":{"reasoning_content":"Hm"}}]}'; Status = 's, the model is thinking$' }
        @{ What = 'a response'; Command = 'Invoke-OpenAIResponse'; First = '{"type":"response.output_item.added","output_index":0,"item":{"type":"reasoning","id":"rs_1","summary":[]}}'; Status = 's, the model is thinking$' }
    ) {
        $text = if ($Command -like '*Response') { '{"type":"response.output_text.delta","output_index":1,"delta":"x"}' } else { ConvertTo-Chunk 'x' }
        $end = if ($Command -like '*Response') { '{"type":"response.completed","response":{"id":"r","status":"completed","output":[]}}' } else { ConvertTo-Chunk '' stop }
        Add-StreamReply $First -Then @{ waitFor = 'bar' }, @{ send = "data: $text`n`n" }, @{ waitFor = 'text' }, @{ send = "data: $end`n`ndata: [DONE]`n`n" }
        $records = Get-Progress "$Command hi -Stream | ForEach-Object { `$_; if (`$_.Text) { `$null = Invoke-RestMethod '$($server.control)signal/text' -Method Post -ProgressAction Ignore } } | Show-OpenAIStream" -While {
            param($shell)
            for ($i = 0; $i -lt 1000 -and $shell.Streams.Progress.Where{ $_.Activity -eq 'Waiting for the response' }.Count -eq 0; $i++) { Start-Sleep -Milliseconds 20 }
            $null = Invoke-RestMethod "$($server.control)signal/bar" -Method Post
        }
        $records = @($records | Where-Object Activity -EQ 'Waiting for the response')
        $records[0].StatusDescription | Should -Match $Status
        $records[-1].RecordType | Should -Be Completed
        @($records | Where-Object RecordType -EQ Completed) | Should -HaveCount 1
    }

    It 'shows nothing: <What>' -ForEach @(
        @{ What = 'with $ProgressPreference'; Script = '$ProgressPreference = "SilentlyContinue"; 1..2 | Invoke-OpenAIChatCompletion' }
        @{ What = 'with $ProgressPreference, of a single call'; Script = '$ProgressPreference = "SilentlyContinue"; Invoke-OpenAIChatCompletion hi' }
        @{ What = 'with -ProgressAction'; Script = '1..2 | Invoke-OpenAIChatCompletion -ProgressAction Ignore' }
        @{ What = 'of a single stream'; Script = 'Invoke-OpenAIChatCompletion hi -Stream' }
    ) {
        Add-SlowReply 2 -Slow 1
        Get-Progress $Script | Should -BeNullOrEmpty
    }
}
