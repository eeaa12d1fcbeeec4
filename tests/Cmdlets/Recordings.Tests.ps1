BeforeDiscovery {
    $calls = @(
        @{ Name = 'a streamed completion'; Reply = 'stream'; Call = { Invoke-OpenAICompletion hi -Model m -Stream } }
        @{ Name = 'a whole completion'; Reply = 'answer'; Call = { Invoke-OpenAICompletion hi -Model m } }
        @{ Name = 'a streamed chat'; Reply = 'stream'; Call = { Invoke-OpenAIChatCompletion hi -Model m -Stream } }
        @{ Name = 'a whole chat'; Reply = 'answer'; Call = { Invoke-OpenAIChatCompletion hi -Model m } }
        @{ Name = 'a streamed response'; Reply = 'response'; Call = { Invoke-OpenAIResponse hi -Model m -Stream } }
        @{ Name = 'a thread run'; Reply = 'thread'; Call = { Invoke-OpenAIThreadRun -AssistantId asst_1 -ThreadId thread_1 -Stream } }
        @{ Name = 'the models'; Reply = 'models'; Call = { Get-OpenAIModel } }
        @{ Name = 'a transcription'; Reply = 'transcription'; Call = { Invoke-OpenAITranscription $audio -Model m } }
        @{ Name = 'an image'; Reply = 'image'; Call = { Invoke-OpenAIImage hi -Model m } }
    )
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
    $key = 'sk-proj-' + '0123456789'
    $audio = Join-Path (Get-Item TestDrive:/).FullName talk.mp3
    [IO.File]::WriteAllBytes($audio, [byte[]] (0..255))

    # The received data, without its timing.
    filter ConvertTo-Payload {
        if ($_.PSObject.Methods['ToJson']) { $_.ToJson() } else { ConvertTo-Json $_ -Depth 9 }
    }

    function Add-NamedReply([string] $Name) {
        $json = @{ 'content-type' = 'application/json' }
        $events = @{ 'content-type' = 'text/event-stream' }
        switch ($Name) {
            stream { Add-StreamReply ('one' | ConvertTo-Chunk), ('two' | ConvertTo-Chunk), (ConvertTo-Chunk '' -FinishReason stop) }
            answer { Add-JsonReply 200 (ConvertTo-Answer 'Flow.') }
            response {
                Add-Reply @{ headers = $events; steps = @(
                        @{ send = "event: response.output_text.delta`ndata: {`"type`":`"response.output_text.delta`",`"sequence_number`":1,`"delta`":`"Hi`"}`n`n" }
                        @{ send = "event: response.completed`ndata: {`"type`":`"response.completed`",`"sequence_number`":2,`"response`":{`"id`":`"r`",`"status`":`"completed`",`"output`":[]}}`n`n" })
                }
            }
            thread {
                Add-Reply @{ headers = $events; steps = @(
                        @{ send = "event: thread.run.completed`ndata: {`"id`":`"run_1`",`"status`":`"completed`"}`n`nevent: done`ndata: [DONE]`n`n" })
                }
            }
            models { Add-Reply @{ headers = $json; steps = @(@{ send = '{"object":"list","data":[{"id":"m"}]}' }) } }
            transcription { Add-Reply @{ headers = $json; steps = @(@{ send = '{"text":"spoken"}' }) } }
            image { Add-Reply @{ headers = $json; steps = @(@{ send = '{"created":1,"data":[{"b64_json":"AQID"}]}' }) } }
        }
    }
}
AfterAll { Stop-TestServer }

Describe 'A recording' {
    BeforeEach {
        Reset-TestServer
        $folder = Join-Path TestDrive: ([guid]::NewGuid())
        Connect-OpenAI $key -BaseUri "$($server.http1)v1" -RecordTo $folder -MaximumRetryCount 0
    }

    It 'of <Name> is replayed unchanged, without a server or a key' -ForEach $calls {
        Add-NamedReply $Reply
        $recorded = & $Call | ConvertTo-Payload
        Connect-OpenAI -ReplayFrom $folder
        & $Call | ConvertTo-Payload | Should -Be $recorded
        $recorded | Should -Not -BeNullOrEmpty
        Invoke-RestMethod "$($server.control)requests" | Should -HaveCount 1
        Get-ChildItem $folder | Get-Content -Raw | Should -Not -Match '0123456789'
    }

    It 'of speech is replayed byte for byte' {
        Add-Reply @{ headers = @{ 'content-type' = 'audio/mpeg' }; steps = @(@{ sendFile = $audio; pieceBytes = 100; delayMs = 5 }) }
        $null = Invoke-OpenAISpeech hi -Voice coral -OutFile TestDrive:/first.mp3 -Force
        Connect-OpenAI -ReplayFrom $folder
        $null = Invoke-OpenAISpeech hi -Voice coral -OutFile TestDrive:/second.mp3 -Force
        (Get-FileHash TestDrive:/second.mp3).Hash | Should -Be (Get-FileHash $audio).Hash
    }

    It 'of a conversation with tools is replayed' {
        $call = @{ id = 'c1'; type = 'function'; index = 0; function = @{ name = 'Get-Answer'; arguments = '{}' } }
        Add-StreamReply (@{ id = 'a'; choices = @(@{ index = 0; delta = @{ role = 'assistant'; tool_calls = @($call) }; finish_reason = 'tool_calls' }) } | ConvertTo-Json -Depth 9 -Compress)
        Add-StreamReply ('It is 42.' | ConvertTo-Chunk), (ConvertTo-Chunk '' -FinishReason stop)
        function Get-Answer { 42 }
        $ask = { Invoke-OpenAIChatCompletion 'The answer?' -Model m -Tool (Get-Command Get-Answer) -InvokeTool -Stream | ForEach-Object Text | Join-String }
        $first = & $ask
        $first | Should -Match 'It is 42.'
        Connect-OpenAI -ReplayFrom $folder
        & $ask | Should -Be $first
    }

    It 'is written in order, one readable file for each exchange' {
        Add-NamedReply stream
        Add-NamedReply models
        $null = Invoke-OpenAIChatCompletion "Gr$([char] 0xFC)n" -Model m -Stream
        $null = Get-OpenAIModel
        (Get-ChildItem $folder).Name | Should -Be '0001-post-chat-completions.recording.txt', '0002-get-models.recording.txt'
        $text = Get-Content "$folder/0001*" -Raw
        $text | Should -BeLike ('# OpenAIStream recording 1*> POST /v1/chat/completions*"content": "Gr{0}n"*< 200 OK*| data: *| data: `[DONE]*' -f [char] 0xFC)
        $text | Should -Match '> Authorization: \*\*\*'
    }

    It 'does not delay a stream' {
        Add-StreamReply ('one' | ConvertTo-Chunk) -Then @{ waitFor = 'more' }, @{ send = "data: $(ConvertTo-Chunk two -FinishReason stop)`n`ndata: [DONE]`n`n" }
        $seen = Invoke-OpenAIChatCompletion hi -Model m -Stream | ForEach-Object { if ($_.Text -eq 'one') { Send-Signal more }; $_.Text }
        $seen | Should -Be 'one', 'two'
    }

    It 'keeps what had arrived when the reader stops' {
        Add-StreamReply ('one' | ConvertTo-Chunk) -Then @{ stall = $true }
        Invoke-OpenAIChatCompletion hi -Model m -Stream | Select-Object -First 1 | ForEach-Object Text | Should -Be 'one'
        Wait-ClientGone (Get-Moment) | Should -BeLessThan 1000
        Get-Content "$folder/*" -Raw | Should -Match '(?s)one.*! cut\s*$'
        $Error | Should -BeNullOrEmpty
    }

    It 'keeps what had arrived when the pipeline is stopped' {
        Add-StreamReply ('one' | ConvertTo-Chunk) -Then @{ stall = $true }
        $shell = [powershell]::Create()
        $null = $shell.AddScript("Import-Module '$(Get-BuiltModule)'; Invoke-OpenAIChatCompletion hi -Model m -Stream")
        $output = [Management.Automation.PSDataCollection[psobject]]::new()
        $null = $shell.BeginInvoke([Management.Automation.PSDataCollection[psobject]]::new(), $output)
        for ($i = 0; $output.Count -eq 0 -and $i -lt 1000; $i++) { Start-Sleep -Milliseconds 10 }
        $shell.Stop()
        $shell.Dispose()
        Get-Content "$folder/*" -Raw | Should -Match '(?s)one.*! cut\s*$'
    }

    It 'is written even if the process ends with its stream open' {
        Add-StreamReply ('one' | ConvertTo-Chunk) -Then @{ stall = $true }
        Invoke-ChildProcess @"
Connect-OpenAI -BaseUri $($server.http1)v1 -RecordTo '$((Get-Item $folder).FullName)'
`$stream = Invoke-OpenAIChatCompletion hi -Model m -Stream -NoEnumerate
`$null = `$stream.MoveNext()
`$stream.Current.Text
"@ | Should -Be 'one'
        Get-Content "$folder/*" -Raw | Should -Match '(?s)one.*! cut\s*$'
    }

    It 'of a failure fails again' {
        Add-JsonReply 429 '{"error":{"message":"slow down","code":"rate_limit_exceeded"}}' @{ 'retry-after' = '1'; 'x-request-id' = 'req_9' }
        { Invoke-OpenAIChatCompletion hi -Model m } | Should -Throw -ErrorId 'RateLimit,*'
        Connect-OpenAI -ReplayFrom $folder -MaximumRetryCount 0
        try { Invoke-OpenAIChatCompletion hi -Model m } catch { $problem = $_ }
        $problem.Exception | Should -BeOfType OpenAIStream.RateLimitException
        $problem.Exception.RequestId | Should -Be 'req_9'
        $problem.Exception.RetryAfter.TotalSeconds | Should -Be 1
    }

    It 'of overlapping requests answers each with its own' {
        1..6 | ForEach-Object { Add-JsonReply 200 (ConvertTo-Answer "answer $_") }
        $ask = { '1', '2', '3', '4', '5', '6' | Invoke-OpenAIChatCompletion -Model m -ThrottleLimit 3 | Sort-Object Input | ForEach-Object Text }
        $first = & $ask
        Connect-OpenAI -ReplayFrom $folder
        & $ask | Should -Be $first
    }

    It 'causes a warning if the folder contains others' {
        Add-NamedReply models
        $null = Get-OpenAIModel
        Connect-OpenAI -BaseUri $server.http1 -RecordTo $folder -WarningVariable warning -WarningAction SilentlyContinue
        $warning | Should -BeLike '*already contains 1 recordings*'
    }
}

Describe 'Connect-OpenAI with recordings' {
    BeforeEach {
        Reset-TestServer
        $folder = (New-Item (Join-Path TestDrive: ([guid]::NewGuid())) -ItemType Directory).FullName
        Set-Content "$folder/1.recording.txt" @(
            '# OpenAIStream recording 1', '> POST /v1/chat/completions'
            '| {"model":"m","messages":[{"role":"user","content":"hi"}]}'
            '< 200 OK', '< Content-Type: application/json', "| $(ConvertTo-Answer 'Recorded.')"
        )
    }

    It 'shows the folders on the connection' {
        (Connect-OpenAI -BaseUri $server.http1 -RecordTo TestDrive:/new -PassThru).RecordTo | Should -Be (Join-Path (Get-Item TestDrive:/).FullName new)
        $connection = Connect-OpenAI -ReplayFrom $folder -PassThru
        $connection.ReplayFrom | Should -Be $folder
        $connection.KeySource | Should -Be 'none'
    }

    It 'refuses an empty path: a variable that is not set is not a folder' {
        { Connect-OpenAI -RecordTo $unset } | Should -Throw -ErrorId 'ParameterArgumentValidationError*,OpenAIStream.ConnectOpenAICommand'
    }

    It 'does not record and replay at once' {
        { Connect-OpenAI -RecordTo $folder -ReplayFrom $folder } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }

    It 'accepts a path like the session does' {
        Push-Location $folder
        Connect-OpenAI -ReplayFrom .
        Pop-Location
        (Invoke-OpenAIChatCompletion hi -Model m).Text | Should -Be 'Recorded.'
    }

    It 'accepts a single recording too' {
        Connect-OpenAI -ReplayFrom "$folder/1.recording.txt"
        (Invoke-OpenAIChatCompletion hi -Model m).Text | Should -Be 'Recorded.'
    }

    It 'reports <What> at once' -ForEach @(
        @{ What = 'a folder that is not there'; Path = 'TestDrive:/nowhere'; Id = 'InvalidConfiguration'; Message = '*folder*nowhere*does not exist*-RecordTo*' }
        @{ What = 'a folder without recordings'; Path = 'TestDrive:/empty'; Id = 'InvalidConfiguration'; Message = '*contains no recordings*' }
        @{ What = 'a recording that is none'; Path = 'TestDrive:/bad'; Id = 'RecordingUnreadable'; Message = '*1.recording.txt*line 3*must begin with one of*' }
        @{ What = 'a path that is none'; Path = 'Env:/x'; Id = 'InvalidConfiguration'; Message = '*provider Environment*' }
    ) {
        $null = New-Item TestDrive:/empty, TestDrive:/bad -ItemType Directory -Force
        Set-Content TestDrive:/bad/1.recording.txt '# OpenAIStream recording 1', '> GET /v1/models', 'what is this'
        try { Connect-OpenAI -ReplayFrom $Path } catch { $problem = $_ }
        $problem.FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $problem.Exception.Message | Should -BeLike $Message
    }

    It 'reports a miss with the differences' {
        Connect-OpenAI -ReplayFrom $folder
        try { Invoke-OpenAIChatCompletion hello -Model m } catch { $problem = $_ }
        $problem.FullyQualifiedErrorId | Should -BeLike 'RecordingNotFound,*'
        $problem.CategoryInfo.Category | Should -Be ObjectNotFound
        $problem.Exception | Should -BeOfType OpenAIStream.RecordingNotFoundException
        "$problem" | Should -BeLike '*POST /v1/chat/completions*closest is 1.recording.txt*$.messages`[0`].content (requested "hello", recorded "hi")*'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*-RecordTo*Disconnect-OpenAI*'
    }

    It 'compares what -MatchOn specifies' {
        Connect-OpenAI -ReplayFrom $folder -MatchOn Method, Path
        (Invoke-OpenAIChatCompletion hello -Model m).Text | Should -Be 'Recorded.'
        { Invoke-OpenAICompletion hello -Model m } | Should -Throw -ErrorId 'RecordingNotFound,*'
    }

    It 'continues after a miss among prompts from the pipeline' {
        Connect-OpenAI -ReplayFrom $folder
        'other', 'hi' | Invoke-OpenAIChatCompletion -Model m -ErrorVariable problem -ErrorAction SilentlyContinue | ForEach-Object Text | Should -Be 'Recorded.'
        $problem | Should -HaveCount 1
    }

    It 'refuses <Name> instead of a recording before reading it' -Skip:($IsWindows) -ForEach @(
        @{ Name = 'a link to a device'; Make = { $null = New-Item -ItemType SymbolicLink $args[0] -Target /dev/zero }; Says = '*is empty or not a regular file*' }
        @{ Name = 'a pipe'; Make = { mkfifo $args[0] }; Says = '*is empty or not a regular file*' }
        @{ Name = 'ten gigabytes'; Make = { $file = [IO.File]::Create($args[0]); $file.SetLength(10GB); $file.Dispose() }; Says = '*10,737,418,240 bytes; the limit is 268,435,456*' }
    ) {
        $odd = New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))
        & $Make "$odd/0001-x.recording.txt"
        try {
            $failure = { Connect-OpenAI -ReplayFrom $odd } | Should -Throw -ErrorId 'InvalidConfiguration,*' -PassThru
            "$failure" | Should -BeLike $Says
        }
        finally {
            Remove-Item $odd -Recurse
        }
    }

    It 'completes folders that contain recordings' {
        Push-Location (Split-Path $folder)
        $name = Split-Path $folder -Leaf
        $line = "Connect-OpenAI -ReplayFrom ./$($name.Substring(0, 8))"
        (TabExpansion2 $line).CompletionMatches.CompletionText | Should -Contain "./$name" -Because 'it is written as the word is'
        Pop-Location
        $all = (TabExpansion2 'Connect-OpenAI -ReplayFrom ').CompletionMatches.CompletionText
        $all | Where-Object { $_ -like '*recordings*explain-streaming*' } | Should -Not -BeNullOrEmpty
    }

    It 'creates a first recording without a service, as its topic describes' {
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $address = "http://$($listener.LocalEndpoint)/v1"
        $listener.Stop()
        Connect-OpenAI -BaseUri $address -MaximumRetryCount 0 -RecordTo $folder/first
        { Invoke-OpenAIChatCompletion hi -Stream } | Should -Throw -ErrorId 'ConnectionFailed,*'

        $page = Get-Content $PSScriptRoot/../../docs/about/about_OpenAIStream_Testing.md -Raw
        $answer = [regex]::Match($page, '(?s)```text\r?\n(< 200 OK.+?)```').Groups[1].Value
        $file = Get-Item $folder/first/*
        $recording = (Get-Content $file -Raw) -split '! refused'
        $recording | Should -HaveCount 2
        Set-Content $file ($recording[0] + $answer)

        Connect-OpenAI -ReplayFrom $folder/first
        (Invoke-OpenAIChatCompletion hi -Stream | Join-OpenAIChunk).Text | Should -Be '* A fix'
    }

    It 'replays the recording that ships with the module' {
        Connect-OpenAI -ReplayFrom (Join-Path (Split-Path (Get-BuiltModule)) recordings/explain-streaming) -Model gpt-3.5-turbo-instruct
        (Invoke-OpenAICompletion 'Explain streaming in one sentence.' -Stream | Join-OpenAIChunk).Text | Should -BeLike 'Streaming hands you*'
    }
}
