# -Checkpoint: answered prompts are not sent again, however the previous run ended.
BeforeDiscovery {
    $ways = @(
        @{ Way = 'one after the other'; Throttle = @{} }
        @{ Way = 'at once'; Throttle = @{ ThrottleLimit = 4 } }
    )
    $apis = @(
        @{ Command = 'Invoke-OpenAIChatCompletion'; Type = 'ChatCompletion' }
        @{ Command = 'Invoke-OpenAICompletion'; Type = 'Completion' }
        @{ Command = 'Invoke-OpenAIResponse'; Type = 'Response'; Body = '{"id":"r","object":"response","status":"completed","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"said"}]}]}' }
        @{ Command = 'Invoke-OpenAIImage'; Type = 'ImageResult'; Body = '{"data":[{"b64_json":"AQID"}]}' }
        @{ Command = 'Invoke-OpenAIThreadRun'; Type = 'ThreadRun'; Body = '{"id":"run_1","status":"queued"}'; More = @{ AssistantId = 'a' } }
        @{ Command = 'Invoke-OpenAITranscription'; Type = 'Transcription'; Body = '{"text":"said"}'; IsFile = $true }
    )
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
    $quiet = @{ ErrorAction = 'SilentlyContinue'; ErrorVariable = 'failed'; WarningAction = 'SilentlyContinue'; WarningVariable = 'told' }

    function Get-Line { Get-Content $file | ForEach-Object { $_ | ConvertFrom-Json } }
    function Get-SentCount { @(Get-SentRequest).Count }
    function Set-AnyReply([string] $Text = 'any') { Set-DefaultReply @{ headers = @{ 'content-type' = 'application/json' }; steps = @(@{ send = ConvertTo-Answer $Text }) } }
    function Get-NewPath { Join-Path (Get-Item TestDrive:/).FullName "$([guid]::NewGuid().ToString('N')).jsonl" }
}
AfterAll { Stop-TestServer }

Describe 'A repeated run, <Way>,' -ForEach $ways {
    BeforeEach {
        Reset-TestServer
        $file = Get-NewPath
    }

    It 'sends only what failed, and reads the rest from the file' {
        Add-JsonReply 200 (ConvertTo-Answer one)
        Add-JsonReply 400 '{"error":{"message":"no"}}'
        Add-JsonReply 200 (ConvertTo-Answer three)
        $first = 'a', 'b', 'c' | Invoke-OpenAIChatCompletion -Checkpoint $file @Throttle @quiet
        $first | Should -HaveCount 2
        $missing = $failed.InputIndex
        Add-JsonReply 200 (ConvertTo-Answer two)
        $second = 'a', 'b', 'c' | Invoke-OpenAIChatCompletion -Checkpoint $file @Throttle @quiet
        @($failed) + @($told) | Should -BeNullOrEmpty
        Get-SentCount | Should -Be 4
        (Get-SentRequest)[3].Json.messages[0].content | Should -Be @('a', 'b', 'c')[$missing]
        $second.InputIndex | Sort-Object | Should -Be 0, 1, 2
        foreach ($answer in $first) {
            $same = $second | Where-Object InputIndex -EQ $answer.InputIndex
            $same.ToJson() | Should -Be $answer.ToJson()
            $same.Input | Should -Be $answer.Input
            $same | Should -BeOfType OpenAIStream.ChatCompletion
            $same.Messages.Text | Should -Be $answer.Messages.Text
        }
        'a', 'b', 'c' | Invoke-OpenAIChatCompletion -Checkpoint $file @Throttle | Should -HaveCount 3
        Get-SentCount | Should -Be 4
    }

    It 'has a separate answer for each of several equal prompts' {
        1..3 | ForEach-Object { Add-JsonReply 200 (ConvertTo-Answer "answer $_") }
        $first = 'same', 'same', 'same' | Invoke-OpenAIChatCompletion -Checkpoint $file @Throttle
        $second = 'same', 'same', 'same' | Invoke-OpenAIChatCompletion -Checkpoint $file @Throttle
        Get-SentCount | Should -Be 3
        foreach ($index in 0..2) {
            ($second | Where-Object InputIndex -EQ $index).Text | Should -Be ($first | Where-Object InputIndex -EQ $index).Text
        }
        Add-JsonReply 200 (ConvertTo-Answer 'answer 4')
        'same', 'same', 'same', 'same' | Invoke-OpenAIChatCompletion -Checkpoint $file @Throttle | Should -HaveCount 4
        Get-SentCount | Should -Be 4
    }

    It 'finds prompts after others were inserted before them' {
        Set-AnyReply
        $null = 'a', 'b' | Invoke-OpenAIChatCompletion -Checkpoint $file @Throttle
        $answers = 'new', 'b', 'a' | Invoke-OpenAIChatCompletion -Checkpoint $file @Throttle @quiet
        Get-SentCount | Should -Be 3
        $answers | Sort-Object InputIndex | ForEach-Object Input | Should -Be 'new', 'b', 'a'
        $told | Should -BeNullOrEmpty
    }

    It 'writes each answer to the file before the pipeline' {
        Set-AnyReply
        $lengths = 'a', 'b', 'c' | Invoke-OpenAIChatCompletion -Checkpoint $file @Throttle | ForEach-Object { (Get-Item $file).Length }
        $lengths[0] | Should -BeGreaterThan 0
        $first = 'd', 'e', 'f' | Invoke-OpenAIChatCompletion -Checkpoint $file @Throttle | Select-Object -First 1
        @(Get-Line | Where-Object { $_.input -eq $first.Input -and $_.answer }) | Should -HaveCount 1
    }
}

Describe 'The file' {
    BeforeEach {
        Reset-TestServer
        $file = Get-NewPath
    }

    It 'is readable for people and other tools' {
        Add-JsonReply 200 (ConvertTo-Answer said)
        Add-JsonReply 429 '{"error":{"message":"slow","code":"busy"}}' -Headers @{ 'x-request-id' = 'req-1' }
        $null = [pscustomobject]@{ Id = 7; Prompt = 'a' }, [pscustomobject]@{ Id = 8; Prompt = 'b' } | Invoke-OpenAIChatCompletion -Checkpoint $file -Model m @quiet
        $lines = Get-Line
        $lines.index | Should -Be 0, 1
        $lines.model | Should -Be m, m
        $lines.input.Id | Should -Be 7, 8
        $lines[0].answer.choices[0].message.content | Should -Be said
        $lines[0].request | Should -Match '^[0-9a-f]{64}$'
        [datetime] $lines[0].time | Should -BeGreaterThan ([datetime]::UtcNow.AddMinutes(-5))
        $lines[1].error.id, $lines[1].error.status, $lines[1].error.code, $lines[1].error.request_id | Should -Be RateLimit, 429, busy, req-1
        $lines[1].PSObject.Properties.Name | Should -Not -Contain answer
    }

    It 'is readable only by its owner, and contains no key' -Skip:$IsWindows {
        Connect-OpenAI -BaseUri "$($server.http1)v1" -MaximumRetryCount 0 -ApiKey sk-secret-of-the-test
        Add-JsonReply 200 (ConvertTo-Answer said)
        Add-JsonReply 401 '{"error":{"message":"bad key sk-secret-of-the-test"}}'
        $null = 'a', 'b' | Invoke-OpenAIChatCompletion -Checkpoint $file -AdditionalHeaders @{ 'x-api-key' = 'other-secret-key' } @quiet
        [IO.File]::GetUnixFileMode($file) | Should -Be ([IO.UnixFileMode] 'UserRead, UserWrite')
        Get-Content $file | Should -HaveCount 2
        Get-Content $file -Raw | Should -Not -Match 'sk-secret|other-secret'
    }

    It 'recognizes equal requests by what would be sent, whatever the order of a hashtable, in any process' {
        Set-AnyReply
        $script = "Connect-OpenAI -BaseUri '$($server.http1)v1'
            'a' | Invoke-OpenAIChatCompletion -Checkpoint '$file' -JsonSchema @{ type = 'object'; properties = @{ one = @{ type = 'string' }; two = @{ type = 'string' }; three = @{ type = 'string' }; four = @{ type = 'string' } } } -ErrorAction Ignore"
        $null = Invoke-ChildProcess $script
        $null = Invoke-ChildProcess $script
        (Get-Line).request | Select-Object -Unique | Should -HaveCount 1
    }

    It 'can have blank lines, and a last line without a line end' {
        Set-AnyReply
        $null = 'a', 'b' | Invoke-OpenAIChatCompletion -Checkpoint $file
        [IO.File]::WriteAllText($file, ((Get-Content $file) -join "`r`n`r`n"))
        $null = 'a', 'b', 'c' | Invoke-OpenAIChatCompletion -Checkpoint $file @quiet
        Get-SentCount | Should -Be 3
        $told | Should -BeNullOrEmpty
        Get-Line | Where-Object { $_ } | Should -HaveCount 3
    }

    It 'is refused, and not changed: <What>' -ForEach @(
        @{ What = 'text'; Content = "first prompt`nsecond prompt`n" }
        @{ What = 'one line of text without an end'; Content = 'a prompt' }
        @{ What = 'JSON lines of something else'; Content = "{`"index`":1,`"text`":`"x`"}`n" }
        @{ What = 'a torn line in the middle'; Content = "{`"index`":0,`"time`":`n{`"index`":1}`n" }
    ) {
        [IO.File]::WriteAllText($file, $Content)
        { 'a' | Invoke-OpenAIChatCompletion -Checkpoint $file } | Should -Throw "Line 1 of '*' is not a line of a checkpoint*" -ErrorId 'CheckpointUnreadable,*'
        Get-Content $file -Raw | Should -BeExactly $Content
        Get-SentCount | Should -Be 0
    }

    It 'is refused in an impossible place: <What>' -ForEach @(
        @{ What = 'a directory'; Path = { $TestDrive }; Id = 'BadArgument' }
        @{ What = 'no directory for it'; Path = { "$TestDrive/missing/file" }; Id = 'DirectoryNotFound' }
        @{ What = 'another drive'; Path = { 'Env:/x' }; Id = 'NotAFile' }
        @{ What = 'no name'; Path = { '' }; Id = 'PathNotFound' }
    ) {
        { 'a' | Invoke-OpenAIChatCompletion -Checkpoint (& $Path) } | Should -Throw -ErrorId "$Id,*"
        Get-SentCount | Should -Be 0
    }

    It 'is refused, before anything is sent, if it is <What>' -Skip:$IsWindows -ForEach @(
        foreach ($call in { 'a' | Invoke-OpenAIChatCompletion -Checkpoint $odd }, { Invoke-OpenAISpeech a -OutFile "$file.mp3" -Checkpoint $odd }, { Send-OpenAIFile $PSCommandPath -Checkpoint $odd }) {
            @{ What = 'a device that keeps nothing'; Make = { '/dev/null' }; Call = $call }
            @{ What = 'an endless device'; Make = { '/dev/zero' }; Call = $call }
            @{ What = 'a link to a device'; Make = { (New-Item -ItemType SymbolicLink "$file.link" -Target /dev/zero).FullName }; Call = $call }
            @{ What = 'a pipe'; Make = { mkfifo "$file.pipe"; "$file.pipe" }; Call = $call }
        }
    ) {
        $odd = & $Make
        $Call | Should -Throw -ErrorId 'BadArgument,*' -ExpectedMessage "*is a device or a pipe*-Checkpoint requires the path of a file*"
        Get-SentCount | Should -Be 0
    }

    It 'can begin with a byte order mark' {
        Set-AnyReply
        $null = 'a', 'b' | Invoke-OpenAIChatCompletion -Checkpoint $file
        [IO.File]::WriteAllText($file, [IO.File]::ReadAllText($file), [Text.UTF8Encoding]::new($true))
        $null = 'a', 'b', 'c' | Invoke-OpenAIChatCompletion -Checkpoint $file @quiet
        Get-SentCount | Should -Be 3
        $null = 'a', 'b', 'c' | Invoke-OpenAIChatCompletion -Checkpoint $file @quiet
        Get-SentCount | Should -Be 3
    }

    It 'has lines of at most 1 GB' {
        $stream = [IO.File]::Create($file)
        $stream.SetLength(1GB + 10)
        $stream.Dispose()
        { 'a' | Invoke-OpenAIChatCompletion -Checkpoint $file } | Should -Throw "Line 1 of '*' is not a line of a checkpoint*" -ErrorId 'CheckpointUnreadable,*'
        (Get-Item $file).Length | Should -Be (1GB + 10)
        Remove-Item $file
    }

    It 'ends the run if another program <What> it in the meantime' -Skip:$IsWindows -ForEach @(
        @{ What = 'truncates'; Do = { & sh -c ": > '$file'" } }
        @{ What = 'removes'; Do = { & rm $file } }
        @{ What = 'replaces'; Do = { & rm $file; & sh -c "echo x > '$file'" } }
        @{ What = 'adds to'; Do = { & sh -c "echo x >> '$file'" } }
    ) {
        Set-AnyReply
        $answers = [Collections.Generic.List[object]]::new()
        { 'a', 'b', 'c', 'd' | Invoke-OpenAIChatCompletion -Checkpoint $file | ForEach-Object { $answers.Add($_); if ($answers.Count -eq 1) { & $Do } } } |
            Should -Throw -ErrorId 'FileNotWritable,*' -ExpectedMessage "*Another program has changed or removed the checkpoint '$file'*"
        $answers | Should -HaveCount 2 -Because 'what was paid for is written'
        Get-SentCount | Should -Be 2
        if (Test-Path $file) { [IO.File]::ReadAllBytes($file) | Should -Not -Contain 0 }
    }

    It 'does not keep what is no answer: <Answer>' -ForEach @(
        @{ Command = 'Invoke-OpenAIChatCompletion'; Answer = '{"id":"c","object":"chat.completion","choices":[]}' }
        @{ Command = 'Invoke-OpenAICompletion'; Answer = '{"id":"c","object":"text_completion","choices":[]}' }
        @{ Command = 'Invoke-OpenAIResponse'; Answer = '{"id":"r","object":"response","status":"cancelled","output":[]}' }
        @{ Command = 'Invoke-OpenAIResponse'; Answer = '{"id":"r","object":"response","status":"in_progress","output":[]}' }
    ) {
        1..2 | ForEach-Object { Add-JsonReply 200 $Answer }
        1..2 | ForEach-Object { $null = 'a' | & $Command -Model m -Checkpoint $file @quiet }
        Get-SentCount | Should -Be 2
    }

    It 'does not contain an answer if somebody edited it to <Answer>' -ForEach @(
        @{ Answer = '{}' }
        @{ Answer = '{"choices":"x"}' }
        @{ Answer = '"text"' }
        @{ Answer = '{"choices":null}' }
    ) {
        Set-AnyReply
        $null = 'a', 'b' | Invoke-OpenAIChatCompletion -Checkpoint $file
        $lines = @(Get-Content $file)
        $lines[0] = $lines[0] -replace '"answer":.*', "`"answer`":$Answer}"
        Set-Content $file $lines
        ('a', 'b' | Invoke-OpenAIChatCompletion -Checkpoint $file @quiet).Text | Should -Be 'any', 'any'
        "$told" | Should -BeLike "*line for input 0*no answer that can be used*sent again*"
        Get-SentCount | Should -Be 3
        $null = 'a', 'b' | Invoke-OpenAIChatCompletion -Checkpoint $file @quiet
        Get-SentCount | Should -Be 3
    }

    It 'can have been edited where it says how long an answer took: <Seconds>' -ForEach @(@{ Seconds = '"x"' }, @{ Seconds = '1e300' }, @{ Seconds = '-1' }) {
        Set-AnyReply
        $null = 'a' | Invoke-OpenAIChatCompletion -Checkpoint $file
        Set-Content $file ((Get-Content $file) -replace '"seconds":[0-9.]+', "`"seconds`":$Seconds")
        ('a' | Invoke-OpenAIChatCompletion -Checkpoint $file).Text | Should -Be any
        Get-SentCount | Should -Be 1
    }

    It 'can be used by only one run at a time' {
        Set-AnyReply
        'a', 'b' | Invoke-OpenAIChatCompletion -Checkpoint $file | Select-Object -First 1 | ForEach-Object {
            { 'c' | Invoke-OpenAIChatCompletion -Checkpoint $file } | Should -Throw "Another process is using the checkpoint '$file'*" -ErrorId 'CheckpointInUse,*'
            Invoke-ChildProcess "Connect-OpenAI -BaseUri '$($server.http1)v1'; try { 'c' | Invoke-OpenAIChatCompletion -Checkpoint '$file' } catch { `$_.CategoryInfo.Category }" | Should -Be ResourceBusy
        }
        'c' | Invoke-OpenAIChatCompletion -Checkpoint $file | Should -HaveCount 1 -Because 'the run before has let go of it'
    }

    It 'that was cut off after any byte loses only its last answer' {
        Set-AnyReply
        $null = 'a', 'b', 'c' | Invoke-OpenAIChatCompletion -Checkpoint $file
        $bytes = [IO.File]::ReadAllBytes($file)
        $ends = 0..($bytes.Length - 1) | Where-Object { $bytes[$_] -eq 10 }
        $step = if ($env:OPENAISTREAM_LONG) { 1 } else { 13 }
        for ($length = 0; $length -lt $bytes.Length; $length += $step) {
            [IO.File]::WriteAllBytes($file, $bytes[0..$length][0..($length - 1)])
            if ($length -eq 0) { [IO.File]::WriteAllBytes($file, @()) }
            $whole = @($ends | Where-Object { $_ -le $length }).Count # a line without its line end is complete too
            Send-Order clear
            Set-AnyReply
            $answers = 'a', 'b', 'c' | Invoke-OpenAIChatCompletion -Checkpoint $file @quiet
            $answers | Should -HaveCount 3 -Because "length $length"
            Get-SentCount | Should -Be (3 - $whole) -Because "length $length"
            @($told).Count | Should -Be ([int] ($length -notin 0 -and ($length - 1) -notin $ends -and $length -notin $ends)) -Because "length $length"
            Get-Line | Should -HaveCount 3
            $warning = if ($told) { "$told" } else { $warning } # the last one: some lengths cause none
        }
        $warning | Should -BeLike "The last line of the checkpoint '$file' is incomplete*sent again."
    }
}

Describe 'A killed process' {
    BeforeEach {
        Reset-TestServer
        $file = Get-NewPath
    }

    It 'loses only the requests in progress' {
        Set-AnyReply
        $kills = if ($env:OPENAISTREAM_LONG) { 100 } else { 10 }
        $prompts = $kills * 40
        $limit = 4
        $script = "Import-Module '$(Get-BuiltModule)'; Connect-OpenAI -BaseUri '$($server.http1)v1' -MaximumRetryCount 0
            1..$prompts | Invoke-OpenAIChatCompletion -Checkpoint '$file' -ThrottleLimit $limit | Out-Null"
        $start = [Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
        '-NoProfile', '-NonInteractive', '-EncodedCommand', [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($script)) | ForEach-Object { $start.ArgumentList.Add($_) }
        $start.RedirectStandardOutput = $start.RedirectStandardError = $true
        $random = [Random]::new(7)
        foreach ($kill in 1..$kills) {
            $until = (Test-Path $file) ? (Get-Item $file).Length + $random.Next(1, 6000) : 1
            $process = [Diagnostics.Process]::Start($start)
            $null = $process.StandardOutput.ReadToEndAsync(), $process.StandardError.ReadToEndAsync()
            while (-not $process.HasExited -and -not ((Test-Path $file) -and (Get-Item $file).Length -ge $until)) { Start-Sleep -Milliseconds 1 }
            $process.Kill()
            $process.WaitForExit()
        }
        $answers = 1..$prompts | Invoke-OpenAIChatCompletion -Checkpoint $file -ThrottleLimit $limit -WarningAction SilentlyContinue
        ($answers.InputIndex | Sort-Object) -join ' ' | Should -Be ((0..($prompts - 1)) -join ' ')
        Get-Line | Should -HaveCount $prompts
        Get-SentCount | Should -BeLessOrEqual ($prompts + ($kills * $limit))
        Get-SentCount | Should -BeGreaterOrEqual $prompts
    }
}

Describe 'A response that is not finished' {
    It 'is sent again by the next run, unless it runs in the background: <Background>' -ForEach @(@{ Background = 'false'; Sent = 2 }, @{ Background = 'true'; Sent = 1 }) {
        Reset-TestServer
        $file = Get-NewPath
        1..2 | ForEach-Object { Add-JsonReply 200 "{`"id`":`"r`",`"object`":`"response`",`"status`":`"queued`",`"background`":$Background,`"output`":[]}" }
        1..2 | ForEach-Object { ('a' | Invoke-OpenAIResponse -Checkpoint $file).Status | Should -Be queued }
        Get-SentCount | Should -Be $Sent
    }
}

Describe 'A changed request' {
    BeforeEach {
        Reset-TestServer
        $file = Get-NewPath
    }

    It 'is sent again, reported once, and not mixed with others: <What>' -ForEach @(
        @{ What = 'the model'; Change = @{ Model = 'other' }; How = "was sent to the model 'gpt-6-luna' instead of 'other'" }
        @{ What = 'a parameter'; Change = @{ Temperature = 0.5 }; How = 'was sent with other parameters' }
        @{ What = 'the system message'; Change = @{ SystemMessage = 'Be brief.' }; How = 'was sent with other parameters' }
        @{ What = 'a field of the body'; Change = @{ AdditionalBody = @{ x = 1 } }; How = 'was sent with other parameters' }
    ) {
        Set-AnyReply before
        $null = 'a', 'b' | Invoke-OpenAIChatCompletion -Checkpoint $file
        Set-AnyReply now
        $answers = 'a', 'b' | Invoke-OpenAIChatCompletion -Checkpoint $file @Change @quiet
        $answers.Text | Should -Be now, now
        $told | Should -HaveCount 1
        "$told" | Should -BeLike "Input 0 is in the checkpoint '$file', but it $How*"
        ('a', 'b' | Invoke-OpenAIChatCompletion -Checkpoint $file @Change @quiet).Text | Should -Be now, now
        ('a', 'b' | Invoke-OpenAIChatCompletion -Checkpoint $file @quiet).Text | Should -Be before, before
        Get-SentCount | Should -Be 4
        $told | Should -BeNullOrEmpty
    }

    It 'does not count: another address, other headers, timeouts and retries' {
        Set-AnyReply
        $null = 'a' | Invoke-OpenAIChatCompletion -Checkpoint $file
        Connect-OpenAI -BaseUri "$($server.http2)v1"
        $null = 'a' | Invoke-OpenAIChatCompletion -Checkpoint $file -MaximumRetryCount 3 -TimeoutSec 9 -AdditionalHeaders @{ a = 1 }
        Get-SentCount | Should -Be 1
    }

    It 'is summarized in a verbose message' {
        Set-AnyReply
        $null = 'a', 'b' | Invoke-OpenAIChatCompletion -Checkpoint $file
        $said = 'b', 'c' | Invoke-OpenAIChatCompletion -Checkpoint $file -Verbose 4>&1 | Where-Object { "$_" -like 'Checkpoint*' }
        "$said" | Should -Be "Checkpoint '$file': 1 answers read from it, 1 requests sent. It contains 1 answers to other requests."
    }
}

Describe '<Command> -Checkpoint' -ForEach $apis {
    BeforeEach {
        Reset-TestServer
        $file = Get-NewPath
    }

    It 'returns an equal object of the same type' {
        $reply = if ($Body) { $Body } else { ConvertTo-Answer said }
        $more = if ($More) { $More } else { @{} }
        $inputs = if ($IsFile) { 1..2 | ForEach-Object { $path = "$TestDrive/$_.wav"; Set-Content $path "audio $_"; $path } } else { 'a', 'b' }
        1..2 | ForEach-Object { Add-JsonReply 200 $reply }
        $first = $inputs | & $Command -Checkpoint $file @more
        $second = $inputs | & $Command -Checkpoint $file @more
        Get-SentCount | Should -Be 2
        $second | ForEach-Object { $_ | Should -BeOfType "OpenAIStream.$Type" }
        $second.InputIndex | Should -Be 0, 1
        $second.ForEach{ $_.ToJson() } | Should -Be $first.ForEach{ $_.ToJson() }
        $second.ForEach{ $_.PSObject.TypeNames -join ' ' } | Should -Be $first.ForEach{ $_.PSObject.TypeNames -join ' ' }
        if ($IsFile) {
            Set-Content $inputs[0] 'other audio'
            Add-JsonReply 200 $reply
            $null = $inputs | & $Command -Checkpoint $file @more -WarningAction SilentlyContinue
            Get-SentCount | Should -Be 3
        }
    }
}

Describe '-Checkpoint with' {
    BeforeEach {
        Reset-TestServer
        $file = Get-NewPath
    }

    It 'a JSON schema sends a request again whose answer does not match' {
        $schema = @{ type = 'object'; properties = @{ n = @{ type = 'integer' } }; required = @('n') }
        Add-JsonReply 200 (ConvertTo-Answer '{"n":1}')
        Add-JsonReply 200 (ConvertTo-Answer '{"n":')
        $null = 'a', 'b' | Invoke-OpenAIChatCompletion -Checkpoint $file -JsonSchema $schema @quiet
        $failed.FullyQualifiedErrorId | Should -BeLike 'SchemaMismatch,*'
        (Get-Line)[1].answer | Should -Not -BeNullOrEmpty -Because 'it was paid for'
        Add-JsonReply 200 (ConvertTo-Answer '{"n":2}')
        $answers = 'a', 'b' | Invoke-OpenAIChatCompletion -Checkpoint $file -JsonSchema $schema @quiet
        $answers.Parsed.n | Should -Be 1, 2
        $failed | Should -BeNullOrEmpty
        Get-SentCount | Should -Be 3
    }

    It '-InvokeTools returns the last answer and the whole conversation, and runs no tool twice' {
        $script:runs = 0
        function Get-Number { $script:runs++; 42 }
        Add-JsonReply 200 '{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"Get-Number","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}'
        Add-JsonReply 200 (ConvertTo-Answer '42 it is')
        $first = 'a' | Invoke-OpenAIChatCompletion -Checkpoint $file -Tools Get-Number -InvokeTools
        $second = 'a' | Invoke-OpenAIChatCompletion -Checkpoint $file -Tools Get-Number -InvokeTools
        $runs | Should -Be 1
        Get-SentCount | Should -Be 2
        $second.Text | Should -Be '42 it is'
        $second.Messages.Role | Should -Be user, assistant, tool, assistant
        $second.Messages.ForEach{ $_.ToJson() } | Should -Be $first.Messages.ForEach{ $_.ToJson() }
    }

    It '-OutFile writes images again from the checkpoint' {
        Add-JsonReply 200 '{"data":[{"b64_json":"AQID"}]}'
        $null = 'a', 'b' | Invoke-OpenAIImage -Checkpoint $file -OutFile $TestDrive/image @quiet
        Remove-Item $TestDrive/image-*
        Add-JsonReply 200 '{"data":[{"b64_json":"BAUG"}]}'
        $images = 'a', 'b' | Invoke-OpenAIImage -Checkpoint $file -OutFile $TestDrive/image @quiet
        $images.Name | Should -Be image-1.png, image-2.png
        [IO.File]::ReadAllBytes($images[0]) | Should -Be 1, 2, 3
    }

    It '-OutFile of speech sends the request again if the file is gone' {
        1..3 | ForEach-Object { Add-Reply @{ headers = @{ 'content-type' = 'audio/mpeg' }; steps = @(@{ send = "audio $_" }) } }
        $first = 'a', 'b' | Invoke-OpenAISpeech -Checkpoint $file -OutFile $TestDrive/said
        $null = 'a', 'b' | Invoke-OpenAISpeech -Checkpoint $file -OutFile $TestDrive/said
        Get-SentCount | Should -Be 2
        Remove-Item $first[1]
        $again = 'a', 'b' | Invoke-OpenAISpeech -Checkpoint $file -OutFile $TestDrive/said
        $again.FullName | Should -Be $first.FullName
        Get-Content $again[0], $again[1] | Should -Be 'audio 1', 'audio 3'
    }

    It '-OutFile of speech remembers the new file of an answer whose first file is gone' {
        1..2 | ForEach-Object { Add-Reply @{ headers = @{ 'content-type' = 'audio/mpeg' }; steps = @(@{ send = "audio $_" }) } }
        $null = 'a' | Invoke-OpenAISpeech -Checkpoint $file -OutFile $TestDrive/before.mp3
        Move-Item $TestDrive/before-1.mp3 $TestDrive/moved.mp3
        1..3 | ForEach-Object { 'a' | Invoke-OpenAISpeech -Checkpoint $file -OutFile $TestDrive/after.mp3 } | ForEach-Object Name | Should -Be 'after-1.mp3', 'after-1.mp3', 'after-1.mp3'
        Get-SentCount | Should -Be 2
    }

    It '-WhatIf shows what would be sent, sends nothing, and does not change the file' {
        Set-AnyReply
        $null = 'a' | Invoke-OpenAIChatCompletion -Checkpoint $file
        Add-Content $file '{"index":1,"ti' -NoNewline
        $before = Get-Content $file -Raw
        $said = Invoke-ChildProcess "Connect-OpenAI -BaseUri '$($server.http1)v1'; 'a', 'b' | Invoke-OpenAIChatCompletion -Checkpoint '$file' -WhatIf"
        @($said -like 'What if:*') | Should -HaveCount 1
        Get-Content $file -Raw | Should -BeExactly $before
        'a' | Invoke-OpenAIChatCompletion -Checkpoint "$file.new" -WhatIf | Should -BeNullOrEmpty
        Test-Path "$file.new" | Should -BeFalse
    }

    It 'a single prompt by argument keeps its answer too' {
        Set-AnyReply
        $null = Invoke-OpenAIChatCompletion 'a' -Checkpoint $file
        (Invoke-OpenAIChatCompletion 'a' -Checkpoint $file).Text | Should -Be any
        Get-SentCount | Should -Be 1
    }

    It '<What> is refused' -ForEach @(
        @{ What = '-Stream'; Do = { 'a' | Invoke-OpenAIChatCompletion -Checkpoint $file -Stream } }
        @{ What = '-ResumeFrom'; Do = { Invoke-OpenAIResponse -ResumeFrom r -Checkpoint $file } }
        @{ What = '-ToolOutput'; Do = { Invoke-OpenAIThreadRun -ThreadId t -RunId r -ToolOutput @{ a = 'b' } -Checkpoint $file } }
    ) {
        $Do | Should -Throw -ErrorId 'BadArgument,*'
        Test-Path $file | Should -BeFalse
    }
}
