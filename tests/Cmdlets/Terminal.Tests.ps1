# Text from a server, a model or a file never reaches a terminal unchanged, however this module shows it: views,
# errors, messages, progress, Tab results, prompts. Properties keep the original text. docs/security.md describes it for users.

BeforeDiscovery {
    $codes = @{
        Title = 0x1B; Bell = 7; Backspace = 8; Return = 0xD; Escape = 0x1B; Delete = 0x7F; Csi = 0x9B; Osc = 0x9D; NextLine = 0x85
        Override = 0x202E; Embedding = 0x202A; Isolate = 0x2066; PopIsolate = 0x2069; Mark = 0x200F; ZeroWidth = 0x200B; LineSeparator = 0x2028
        ParagraphSeparator = 0x2029; ByteOrder = 0xFEFF; SoftHyphen = 0xAD; Filler = 0x3164; Joiner = 0x200D; ArabicMark = 0x61C; Tag = 0xE0041; Variation = 0xE0100
    }
    $models = @(
        @{ Type = 'ChatCompletionChunk'; Json = '{"id":"§","model":"§","object":"§","system_fingerprint":"§","x_new":"§","x§":1,"choices":[{"index":0,"delta":{"role":"§","content":"§","refusal":"§","reasoning_content":"§","tool_calls":[{"index":0,"id":"§","function":{"name":"§","arguments":"§"}}]},"finish_reason":"§"}]}' }
        @{ Type = 'ChatCompletionChunk'; Json = '{"choices":[{"index":1,"delta":{"tool_calls":[{"index":0,"id":"§","function":{"name":"§","arguments":"§"}}]}}]}' }
        @{ Type = 'ChatCompletion'; Json = '{"id":"§","model":"§","x_new":{"a":"§"},"choices":[{"index":0,"message":{"role":"§","content":"§","refusal":"§","annotations":[{"type":"§","url_citation":{"title":"§","url":"§"}}],"tool_calls":[{"id":"§","function":{"name":"§","arguments":"§"}}]},"finish_reason":"§"}]}' }
        @{ Type = 'Completion'; Json = '{"id":"§","model":"§","choices":[{"index":0,"text":"§","finish_reason":"§"}]}' }
        @{ Type = 'ChatMessage'; Json = '{"role":"§","name":"§","content":"§","x_new":["§"],"tool_call_id":"§"}' }
        @{ Type = 'ChatMessage'; Json = '{"role":"§","content":[{"type":"text","text":"§"}]}' }
        @{ Type = 'ChatToolCall'; Json = '{"id":"§","type":"§","function":{"name":"§","arguments":"§"}}' }
        @{ Type = 'ChatFunctionCall'; Json = '{"name":"§","arguments":"§"}' }
        @{ Type = 'ChatTool'; Json = '{"type":"§","function":{"name":"§","description":"§","parameters":{"x§":"§"}}}' }
        @{ Type = 'ModelInfo'; Json = '{"id":"§","owned_by":"§","object":"§","x_new":"§"}' }
        @{ Type = 'Response'; Json = '{"id":"§","status":"§","model":"§","error":{"message":"§","code":"§"},"incomplete_details":{"reason":"§"},"output":[{"type":"message","content":[{"type":"output_text","text":"§","annotations":[{"type":"url_citation","title":"§","url":"§"}]},{"type":"refusal","refusal":"§"}]},{"type":"function_call","name":"§","arguments":"§"},{"type":"reasoning","summary":[{"type":"summary_text","text":"§"}]},{"type":"new§_call"}]}' }
        @{ Type = 'ResponseEvent'; Json = '{"type":"response.output_text.delta","item_id":"§","delta":"§","x_new":"§"}' }
        @{ Type = 'ResponseEvent'; Json = '{"type":"response.new§","delta":"§"}' }
        @{ Type = 'ResponseEvent'; Json = '{"type":"response.output_text.annotation.added","annotation":{"type":"url_citation","title":"§","url":"§"}}' }
        @{ Type = 'ResponseEvent'; Json = '{"type":"response.refusal.done","refusal":"§"}' }
        @{ Type = 'ResponseEvent'; Json = '{"type":"response.failed","response":{"id":"§","error":{"code":"§","message":"§"}}}' }
        @{ Type = 'ResponseEvent'; Json = '{"type":"error","code":"§","message":"§","param":"§"}' }
        @{ Type = 'ResponseEvent'; Json = '{"type":"response.output_item.done","item":{"type":"mcp_call","name":"§","server_label":"§","output":"§","error":"§","arguments":"§"}}' }
        @{ Type = 'ResponseItem'; Json = '{"type":"§","status":"§","name":"§"}' }
        @{ Type = 'ResponseItem'; Json = '{"type":"web_search_call","status":"§","action":{"query":"§"}}' }
        @{ Type = 'ResponseAnnotation'; Json = '{"type":"§","title":"§","url":"§","file_id":"§"}' }
        @{ Type = 'ResponseContentPart'; Json = '{"type":"§","text":"§"}' }
        @{ Type = 'ThreadRun'; Json = '{"id":"§","status":"§","model":"§","assistant_id":"§","thread_id":"§","last_error":{"message":"§"}}' }
        @{ Type = 'AssistantEvent'; Json = '{"object":"§","delta":{"content":[{"text":{"value":"§"}}]}}' }
        @{ Type = 'GeneratedImage'; Json = '{"url":"§","revised_prompt":"§"}' }
        @{ Type = 'ImageEvent'; Json = '{"type":"§","size":"§","output_format":"§"}' }
        @{ Type = 'Transcription'; Json = '{"text":"§","language":"§","segments":[{"text":"§"}],"x_new":"§"}' }
        @{ Type = 'TranscriptionEvent'; Json = '{"type":"transcript.text.delta","delta":"§"}' }
        @{ Type = 'SpeechEvent'; Json = '{"type":"§"}' }
    )
    $errors = foreach ($stream in $false, $true) {
        @(
            @{ What = 'a status'; Reply = { Add-JsonReply 400 $body @{ 'x-request-id' = 'r-1' } } }
            @{ What = 'a status that asks to wait'; Reply = { 1..2 | ForEach-Object { Add-JsonReply 429 $body @{ 'retry-after-ms' = '1' } } } }
            @{ What = 'a page'; Reply = { Add-Reply @{ status = 404; headers = @{ 'content-type' = 'text/html' }; steps = @(@{ send = "<html><title>$attack</title></html>" }) } } }
            @{ What = 'plain text'; Reply = { Add-Reply @{ status = 404; headers = @{ 'content-type' = 'text/plain' }; steps = @(@{ send = $attack }) } } }
            @{ What = 'a page in place of an answer'; Reply = { Add-Reply @{ headers = @{ 'content-type' = 'text/html' }; steps = @(@{ send = "<html>$attack</html>" }) } } }
            @{ What = 'JSON of something else'; Reply = { Add-JsonReply 200 (ConvertTo-Json @{ a = $attack }) } }
            @{ What = 'a redirect'; Reply = { Add-Reply @{ status = 307; headers = @{ location = "ftp://x/%1B%5B2J" } } } }
        ) | ForEach-Object { $_ + @{ Stream = $stream } }
    }
    $errors += @(
        @{ What = 'an error in the stream'; Stream = $true; Reply = { Add-StreamReply @((ConvertTo-Chunk $attack), $body) } }
        @{ What = 'a stream that breaks'; Stream = $true; Reply = { Add-StreamReply (ConvertTo-Chunk $attack) -Then @{ cut = $true } } }
        @{ What = 'broken JSON'; Stream = $true; Reply = { Add-StreamReply "{`"a`": $attack" } }
    )
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer

    # Title, clear screen, clipboard, 8-bit forms of both, and one invisible and one direction character of each kind.
    $hidden = 0x202A..0x202E + 0x2066..0x2069 + 0x200B..0x200F + 0x2028, 0x2029, 0x2060, 0xFEFF, 0xAD, 0x61C, 0x180E, 0x3164, 0x115F, 0xFFA0, 0xE0001, 0xE0041, 0xE007F, 0xE0100
    $attack = "a`e]0;owned`a`e[2J`e]52;c;cm0gLXJm`a`u{9b}2J`u{9d}0;x`u{9c}`u{85}`b`b`u{7f}x`ry`0" + (-join ($hidden | ForEach-Object { [char]::ConvertFromUtf32($_) })) + 'z'
    $inJson = (ConvertTo-Json $attack).Trim('"')
    $body = @{ error = @{ message = "no $attack"; code = "c$attack"; type = "t$attack"; param = "p$attack" } } | ConvertTo-Json -Compress

    # A server that sends these bytes once: no well-behaved server sends such headers.
    function Start-RawServer([byte[]] $Answer) {
        $script:listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $script:raw = [powershell]::Create().AddScript({
                param($listener, $answer)
                $client = $listener.AcceptTcpClient()
                $stream = $client.GetStream()
                $null = $stream.Read([byte[]]::new(65536), 0, 65536)
                $stream.Write($answer, 0, $answer.Length)
                $client.Client.Shutdown('Send')
                while ($stream.Read([byte[]]::new(65536), 0, 65536) -gt 0) { }
                $client.Dispose()
            }).AddArgument($listener).AddArgument($Answer)
        $null = $raw.BeginInvoke()
        "http://$($listener.LocalEndpoint)/v1"
    }

    # The control characters and invisible characters; the screen's own colors do not come from the server.
    function Assert-Safe($Shown) {
        $text = ($Shown -join "`n") -replace "`e\[[\d;]*m" -replace "`r`n", "`n"
        $text | Should -Not -BeNullOrEmpty
        $found = [regex]::Match($text, '[\x00-\x08\x0B-\x1F\x7F-\x9F\u00AD\u061C\u115F\u1160\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0]|\uDB40[\uDC00-\uDFFF]')
        if ($found.Success) { throw ('U+{0:X4} is in: {1}' -f [int] $found.Value[0], $text.Substring([Math]::Max(0, $found.Index - 60), [Math]::Min(90, $text.Length - [Math]::Max(0, $found.Index - 60)))) }
    }

    # A model of this type, with the attack in each string.
    function New-Model([string] $Type, [string] $Json, [string] $Text = $inJson) { [OpenAIStream.JsonModel]::Create("OpenAIStream.$Type", $Json.Replace('§', $Text)) }
}
AfterAll { Stop-TestServer }

Describe 'A view' {
    It 'of <Type> is safe in each shape: <Json>' -ForEach $models {
        $object = New-Model $Type $Json
        Assert-Safe ($object, $object | Out-String -Width 2000)
        Assert-Safe ($object | Format-List | Out-String -Width 2000)
        Assert-Safe ($object | Format-Table | Out-String -Width 2000)
        Assert-Safe ($object | Format-Table -Wrap -AutoSize | Out-String -Width 2000)
        Assert-Safe ($object | Format-Wide | Out-String -Width 2000)
        Assert-Safe ($object | Format-Custom | Out-String -Width 2000)
    }

    It 'of <Type> is safe after objects that are shown as <Shape>: <Json>' -ForEach @(
        foreach ($model in $models) {
            $model + @{ Shape = 'a list'; First = @{ A = 1; B = 2; C = 3; D = 4; E = 5 } }
            $model + @{ Shape = 'a table'; First = @{ A = 1 } }
        }
    ) {
        $object = New-Model $Type $Json
        Assert-Safe ([pscustomobject] $First, $object, $object | Out-String -Width 2000)
        $seen = [pscustomobject] $First, (New-Model $Type $Json 'visible') | Out-String -Width 2000
        if ($Shape -eq 'a list' -and $Type -notin 'SpeechEvent', 'ImageEvent', 'AssistantEvent') { $seen | Should -Match 'visible' }
    }

    It 'shows all content: <Type>' -ForEach $models {
        $object = New-Model $Type $Json 'visible'
        if ($Json -notmatch '"index":1|response.failed') { $object | Format-List | Out-String -Width 2000 | Should -Match 'visible' } # they hold objects without a text
        $object | Format-Custom | Out-String -Width 2000 | Should -Match 'visible'
    }

    It 'shows U+<Code> as a symbol or code, and the property keeps it' -ForEach ($codes.Values | Sort-Object -Unique | ForEach-Object { @{ Code = '{0:X4}' -f $_; Value = $_ } }) {
        $text = 'a' + [char]::ConvertFromUtf32($Value) + 'b'
        $chunk = [OpenAIStream.ChatCompletionChunk] (@{ choices = @(@{ index = 0; delta = @{ content = $text } }) } | ConvertTo-Json -Depth 5)
        $chunk.Text | Should -BeExactly $text
        $chunk.Choices[0].Delta.Content | Should -BeExactly $text
        "$chunk" | Should -BeExactly $text
        Assert-Safe ($chunk | Out-String)
        Assert-Safe ($chunk | Format-List | Out-String)
    }

    It 'keeps line breaks, tabs and all visible characters' {
        $text = "Grüße, 你好, 👩‍🚀 👨‍👩‍👧 ❤️, a`tb"
        $answer = [OpenAIStream.ChatCompletion] (@{ choices = @(@{ index = 0; message = @{ role = 'assistant'; content = "$text`nsecond" } }) } | ConvertTo-Json -Depth 5)
        $shown = $answer | Out-String -Width 200
        $shown | Should -Match ([regex]::Escape($text))
        $shown | Should -Match '(?m)^ +: +second|^ +second'
    }

    It 'of a plain event is safe' {
        $event = [OpenAIStream.ServerSentEvent]::new($attack, $attack, $attack)
        foreach ($format in { $event }, { [pscustomobject] @{ A = 1 }; $event }, { $event | Format-List }, { $event | Format-Table }, { $event | Format-Wide }, { $event | Format-Custom }) { Assert-Safe (& $format | Out-String -Width 2000) }
        $event.Data | Should -BeExactly $attack
        ($event | Select-Object *).Data | Should -BeExactly $attack
    }
}

Describe 'Of <What> (stream: <Stream>)' -ForEach $errors {
    BeforeEach { Reset-TestServer; Connect-OpenAI -BaseUri $server.http1 -MaximumRetryCount 1 }

    It 'every way to look at the error is safe, and its properties are original' {
        $Error.Clear()
        & $Reply
        $said = & {
            $VerbosePreference = $DebugPreference = $WarningPreference = 'Continue'
            try { Invoke-OpenAIChatCompletion "ask" -Stream:$Stream *>&1 } catch { $_ }
        }
        $record = @($said | Where-Object { $_ -is [Management.Automation.ErrorRecord] })[0]
        $record.Exception | Should -BeOfType OpenAIStream.ApiException
        $said | Where-Object { $_ -is [Management.Automation.VerboseRecord] } | Should -Not -BeNullOrEmpty
        Assert-Safe ($said | Where-Object { $_ -is [Management.Automation.InformationalRecord] } | ForEach-Object Message)
        foreach ($view in 'ConciseView', 'NormalView', 'CategoryView', 'DetailedView') {
            $ErrorView = $view
            Assert-Safe ($record | Out-String -Width 2000)
        }
        Assert-Safe (Get-Error -InputObject $record | Out-String -Width 2000)
        Assert-Safe "$record"
        Assert-Safe "$($Error[0])"
        Assert-Safe $record.Exception.Message
        Assert-Safe $record.Exception.ToString()
        Assert-Safe $record.ErrorDetails.Message
        Assert-Safe $record.ErrorDetails.RecommendedAction
        Assert-Safe $record.CategoryInfo.ToString()
        foreach ($format in 'Out-String', 'Format-List', 'Format-Table', 'Format-Wide', 'Format-Custom') {
            Assert-Safe ($record.Exception | & $format | Out-String -Width 2000)
        }
        if ($What -like 'a status*' -or $What -eq 'an error in the stream') {
            $record.Exception.Code | Should -BeExactly "c$attack"
            $record.Exception.Type | Should -BeExactly "t$attack"
            $record.Exception.Param | Should -BeExactly "p$attack"
            $record.Exception.Body | Should -Match 'owned'
            "$record" | Should -Match 'no a␛\]0;owned␇'
            Get-Error -InputObject $record | Out-String -Width 2000 | Should -Match 'Code +: ca␛'
        }
        if ($What -eq 'a stream that breaks') { $record.Exception.PartialText | Should -BeExactly $attack }
    }
}

Describe 'A header' {
    AfterEach { $listener.Stop(); $raw.Stop(); $raw.Dispose() }

    It 'with the id of the request is safe where it is shown' {
        $id = "r`e[2J`u{9b}2J`u{85}"
        $body = '{"error":{"message":"no"}}'
        $address = Start-RawServer ([Text.Encoding]::Latin1.GetBytes("HTTP/1.1 400 Bad`r`nx-request-id: $id`r`ncontent-length: $($body.Length)`r`n`r`n$body"))
        Connect-OpenAI -BaseUri $address -MaximumRetryCount 0
        $said = try { Invoke-OpenAIChatCompletion hi -Verbose *>&1 } catch { $_ }
        $record = $said | Where-Object { $_ -is [Management.Automation.ErrorRecord] }
        $record.Exception | Should -BeOfType OpenAIStream.BadRequestException
        $record.Exception.RequestId | Should -BeExactly $id
        Assert-Safe ($said | Where-Object { $_ -is [Management.Automation.VerboseRecord] } | ForEach-Object Message)
        "$record" | Should -Match 'request id r␛\[2J'
        foreach ($shown in "$record", ($record | Out-String -Width 500), (Get-Error -InputObject $record | Out-String -Width 500)) { Assert-Safe $shown }
    }

    It 'that .NET refuses is reported safely: <_>' -ForEach "HTTP/1.1 200 OK`r`nbad`e[2Jname: x`r`n`r`n", "HTT`e[2J`u{9b}P/1.1 200`r`n`r`n", "HTTP/1.1 2`e[2J0 OK`r`n`r`n" {
        Connect-OpenAI -BaseUri (Start-RawServer ([Text.Encoding]::Latin1.GetBytes($_))) -MaximumRetryCount 0
        $record = try { Invoke-OpenAIChatCompletion hi } catch { $_ }
        $record.Exception | Should -BeOfType OpenAIStream.ApiException
        foreach ($shown in "$record", ($record | Out-String -Width 500), (Get-Error -InputObject $record | Out-String -Width 500), $record.Exception.ToString()) { Assert-Safe $shown }
    }
}

Describe 'A recording' {
    It 'that cannot be read is reported safely: <_>' -ForEach 'line', 'name' {
        $folder = New-Item "$TestDrive/$([guid]::NewGuid())" -ItemType Directory
        $name = if ($_ -eq 'name') { "x`u{9b}2J`u{202e}.recording.txt" } else { 'x.recording.txt' }
        [IO.File]::WriteAllText("$folder/$name", "# OpenAIStream recording 1`n`n> POST /v1/x`n`n?$attack`n")
        $record = try { Connect-OpenAI -ReplayFrom $folder.FullName } catch { $_ }
        $record.Exception | Should -BeOfType OpenAIStream.RecordingFormatException
        Assert-Safe "$record"
        Assert-Safe (Get-Error -InputObject $record | Out-String -Width 2000)
        Assert-Safe ($record | Out-String -Width 2000)
        if ($_ -eq 'name') { $record.Exception.File | Should -BeLike "*`u{202e}*" }
    }

    It 'that differs is reported safely' {
        $folder = New-Item "$TestDrive/$([guid]::NewGuid())" -ItemType Directory
        $asked = @{ model = 'm'; messages = @(@{ role = 'user'; content = "$attack" }) } | ConvertTo-Json -Compress -Depth 5
        [IO.File]::WriteAllText("$folder/1.recording.txt", "# OpenAIStream recording 1`n`n> POST /v1/chat/completions`n| $asked`n`n< 200`n`n| {}`n")
        Connect-OpenAI -ReplayFrom $folder.FullName
        $record = try { Invoke-OpenAIChatCompletion hi } catch { $_ }
        $record.Exception | Should -BeOfType OpenAIStream.RecordingNotFoundException
        Assert-Safe "$record"
        Assert-Safe ($record | Out-String -Width 2000)
    }
}

Describe 'A file' {
    It 'with an unusual name is reported safely' {
        $path = Join-Path $TestDrive "none`u{9b}2J`u{202e}`e[2J.wav"
        $record = try { Invoke-OpenAITranscription $path -ErrorAction Stop } catch { $_ }
        Assert-Safe "$record"
        Assert-Safe ($record | Out-String -Width 2000)
        Assert-Safe $record.CategoryInfo.ToString()
    }
}

Describe 'Tab' {
    It 'shows model names safely, and completes the original name' {
        Reset-TestServer
        $names = "evil$attack", 'plain-model', "with space", "it's", "dollar`$(1)`u{202e}"
        Connect-OpenAI -BaseUri $server.http1
        Add-JsonReply 200 (@{ data = @($names | ForEach-Object { @{ id = $_ } }) } | ConvertTo-Json -Depth 3)
        $null = Get-OpenAIModel # the module knows its names now
        $line = 'Invoke-OpenAIChatCompletion hi -Model '
        $found = (TabExpansion2 $line).CompletionMatches
        Assert-Safe $found.ListItemText
        Assert-Safe $found.ToolTip
        Assert-Safe $found.CompletionText
        $found.CompletionText | ForEach-Object { & ([scriptblock]::Create("& { `$args[0] } $_")) } | Should -BeExactly $names
    }
}

Describe 'Progress' {
    It 'is safe' {
        Reset-TestServer
        Connect-OpenAI -BaseUri $server.http1 -MaximumRetryCount 1
        Add-JsonReply 429 $body @{ 'retry-after-ms' = '1500' }
        Add-JsonReply 200 (ConvertTo-Answer 'x')
        $shell = [powershell]::Create()
        $null = $shell.AddScript("Import-Module '$(Get-BuiltModule)'; Connect-OpenAI -BaseUri '$($server.http1)'; Invoke-OpenAIChatCompletion `$args[0]").AddArgument("ask $attack").Invoke()
        $records = @($shell.Streams.Progress | Where-Object RecordType -EQ Processing)
        $records | Should -Not -BeNullOrEmpty
        Assert-Safe ($records | ForEach-Object { $_.Activity, $_.StatusDescription, $_.CurrentOperation })
    }
}

Describe 'The confirmation prompt of a tool' {
    BeforeEach {
        Reset-TestServer
        Connect-OpenAI -BaseUri $server.http1
        function global:Get-Probe($Path, $Text) { "$Path$Text" }
    }
    AfterEach { Remove-Item function:global:Get-Probe }

    # -WhatIf and -Confirm show the same text.
    It 'is safe and short: <What>' -ForEach @(
        @{ What = 'characters'; Arguments = { @{ Path = $attack } }; Shows = 'u001B\]0;owned' }
        @{ What = 'blanks before what matters'; Arguments = { @{ Path = (' ' * 3000) + '; rm -rf ~' } }; Shows = 'x U\+0020>.*rm -rf' }
        @{ What = 'odd fillers'; Arguments = { @{ Path = ([string] [char] 0x2800) * 50 + ([string] [char] 0x3000) * 2 + [char] 0xA0 + 'end' } }; Shows = '<50 x U\+2800>(<U\+3000>|\\u3000){2}(<U\+00A0>|\\u00A0)end' }
        @{ What = 'line breaks'; Arguments = { @{ Path = ("`n" * 2000) + 'end' } }; Shows = 'end' }
        @{ What = 'a long value before another'; Arguments = { [ordered]@{ Text = 'x' * 100000; Path = 'short' } }; Shows = '\(100002 characters\).*"Path":"short"' }
        @{ What = 'many values'; Arguments = { @{ Path = 1..2000 | ForEach-Object { @{ "n$_" = 'x' } }; Text = 'x' } }; Shows = '"Text":"x"' }
    ) {
        $call = @{ id = 'call_1'; type = 'function'; function = @{ name = 'Get-Probe'; arguments = (& $Arguments | ConvertTo-Json -Compress) } }
        Add-JsonReply 200 (@{ choices = @(@{ index = 0; message = @{ role = 'assistant'; content = $null; tool_calls = @($call) }; finish_reason = 'tool_calls' }) } | ConvertTo-Json -Depth 20)
        Add-JsonReply 200 (ConvertTo-Answer 'done')
        $said = Invoke-OpenAIChatCompletion hi -Tools Get-Probe -InvokeTools -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] -and $_.Message -like '*Get-Probe*' }
        $said | Should -HaveCount 1
        $said.Message.Length | Should -BeLessThan 1300
        Assert-Safe $said.Message
        $said.Message | Should -Match $Shows
    }
}
