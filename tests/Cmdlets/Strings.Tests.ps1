BeforeDiscovery {
    $texts = @(
        @{ What = 'a chat completion'; Type = 'ChatCompletion'; Json = '{"choices":[{"index":0,"message":{"role":"assistant","content":"Hi there"}}]}' }
        @{ What = 'a chunk of one'; Type = 'ChatCompletionChunk'; Json = '{"choices":[{"index":0,"delta":{"content":"Hi there"}}]}' }
        @{ What = 'a completion'; Type = 'Completion'; Json = '{"choices":[{"index":0,"text":"Hi there"}]}' }
        @{ What = 'a response'; Type = 'Response'; Json = '{"output":[{"type":"message","content":[{"type":"output_text","text":"Hi there"}]}]}' }
        @{ What = 'an event of a response'; Type = 'ResponseEvent'; Json = '{"type":"response.output_text.delta","delta":"Hi there"}' }
        @{ What = 'an item of a response'; Type = 'ResponseItem'; Json = '{"type":"message","content":[{"type":"output_text","text":"Hi there"}]}' }
        @{ What = 'a message'; Type = 'ChatMessage'; Json = '{"role":"user","content":"Hi there"}' }
        @{ What = 'a transcription'; Type = 'Transcription'; Json = '{"text":"Hi there"}' }
        @{ What = 'an event of a transcription'; Type = 'TranscriptionEvent'; Json = '{"type":"transcript.text.delta","delta":"Hi there"}' }
    )
    $uses = @(
        @{ Use = '"$_"'; Do = { "$_" } }
        @{ Use = '[string] $_'; Do = { [string] $_ } }
        @{ Use = '-join'; Do = { -join @($_) } }
        @{ Use = "'{0}' -f"; Do = { '{0}' -f $_ } }
        @{ Use = "'' +"; Do = { '' + $_ } }
        @{ Use = '-replace'; Do = { $_ -replace 'x' } }
        @{ Use = '-match'; Do = { if ($_ -match '^(Hi .*)$') { $Matches[1] } } }
        @{ Use = 'Set-Content'; Do = { $_ | Set-Content TestDrive:/text.txt; Get-Content TestDrive:/text.txt } }
        @{ Use = 'Write-Host'; Do = { "$(Write-Host $_ 6>&1)" } }
        @{ Use = 'Select-String'; Do = { ($_ | Select-String 'there').Line } }
        @{ Use = 'Join-String'; Do = { $_ | Join-String } }
        @{ Use = '.ToString()'; Do = { $_.ToString() } }
        @{ Use = 'a string parameter'; Do = { & { param([string] $Text) $Text } $_ } }
        @{ Use = '$OFS'; Do = { $OFS = '|'; "$(@($_, $_))" -replace '\|.*' } }
    )
    $table = foreach ($text in $texts) { foreach ($use in $uses) { $text + $use } }
    $chat = '{"choices":[{"index":0,"message":{"role":"assistant","content":"Hi there"}}]}'
    $pipes = @(
        @{ To = 'Invoke-OpenAIChatCompletion'; Do = { $_ | Invoke-OpenAIChatCompletion }; Reply = $chat; Sent = { $_.messages[0].content } }
        @{ To = 'Invoke-OpenAICompletion'; Do = { $_ | Invoke-OpenAICompletion }; Reply = $chat; Sent = { $_.prompt } }
        @{ To = 'Invoke-OpenAIResponse'; Do = { $_ | Invoke-OpenAIResponse }; Reply = '{"output":[]}'; Sent = { if ($_.input -is [string]) { $_.input } else { $_.input[0].content } } }
        @{ To = 'Invoke-OpenAIImage'; Do = { $_ | Invoke-OpenAIImage }; Reply = '{"data":[{"b64_json":"AQID"}]}'; Sent = { $_.prompt } }
        @{ To = 'Invoke-OpenAISpeech'; Do = { $_ | Invoke-OpenAISpeech -OutFile TestDrive:/speech.mp3 }; Reply = 'AQID'; Sent = { $_.input } }
        @{ To = 'Invoke-OpenAIThreadRun'; Do = { $_ | Invoke-OpenAIThreadRun asst_1 }; Reply = '{"id":"run_1"}'; Sent = { $_.thread.messages[0].content } }
    )
    $sources = 'ChatCompletion', 'ChatCompletionChunk', 'ResponseEvent', 'Transcription'
    $piped = foreach ($pipe in $pipes) { foreach ($text in $texts | Where-Object Type -In $sources) { $pipe + $text } }
    $parameters = @(
        @{ Name = 'Invoke-OpenAICompletion -Prompt'; Call = { param($x) Invoke-OpenAICompletion -Prompt $x } }
        @{ Name = 'Invoke-OpenAICompletion -Suffix'; Call = { param($x) Invoke-OpenAICompletion hi -Suffix $x } }
        @{ Name = 'Invoke-OpenAICompletion -StopSequence'; Call = { param($x) Invoke-OpenAICompletion hi -StopSequence $x } }
        @{ Name = 'Invoke-OpenAISpeech -Text'; Call = { param($x) Invoke-OpenAISpeech -Text $x -OutFile TestDrive:/x.mp3 } }
        @{ Name = 'Invoke-OpenAISpeech -Instructions'; Call = { param($x) Invoke-OpenAISpeech hi -Instructions $x -OutFile TestDrive:/x.mp3 } }
        @{ Name = 'Invoke-OpenAIImage -Prompt'; Call = { param($x) Invoke-OpenAIImage -Prompt $x } }
        @{ Name = 'Invoke-OpenAIChatCompletion -SystemMessage'; Call = { param($x) Invoke-OpenAIChatCompletion hi -SystemMessage $x } }
        @{ Name = 'Invoke-OpenAIChatCompletion -DeveloperMessage'; Call = { param($x) Invoke-OpenAIChatCompletion hi -DeveloperMessage $x } }
        @{ Name = 'Invoke-OpenAIResponse -Instructions'; Call = { param($x) Invoke-OpenAIResponse hi -Instructions $x } }
        @{ Name = 'Invoke-OpenAIThreadRun -Instructions'; Call = { param($x) Invoke-OpenAIThreadRun a hi -Instructions $x } }
        @{ Name = 'Invoke-OpenAIThreadRun -AdditionalInstructions'; Call = { param($x) Invoke-OpenAIThreadRun a hi -ThreadId t -AdditionalInstructions $x } }
        @{ Name = 'Invoke-OpenAITranscription -Prompt'; Call = { param($x) Invoke-OpenAITranscription $PSCommandPath -Prompt $x } }
        @{ Name = 'New-OpenAIMessage -Content'; Call = { param($x) New-OpenAIMessage -Content $x } }
        @{ Name = 'ConvertTo-OpenAITool -Description'; Call = { param($x) ConvertTo-OpenAITool Get-Date -Description $x } }
    )
    $textless = @(
        @{ What = 'a hashtable'; Value = { @{ a = 1 } } }
        @{ What = 'a custom object'; Value = { [pscustomobject] @{ a = 1 } } }
        @{ What = 'a script block'; Value = { , { 'hi' } } }
        @{ What = 'a process'; Value = { Get-Process -Id $PID } }
        @{ What = 'a file'; Value = { Get-Item $PSCommandPath } }
        @{ What = 'a stream'; Value = { [IO.MemoryStream]::new() } }
        @{ What = 'bytes'; Value = { , [byte[]] (1, 2) } }
        @{ What = 'a secret'; Value = { ConvertTo-SecureString hi -AsPlainText -Force } }
    )
    $refused = foreach ($parameter in $parameters) { foreach ($value in $textless) { $parameter + $value } }
    $taken = @(
        @{ What = 'a number'; Value = { 1.5 }; Text = '1.5' }
        @{ What = 'a date'; Value = { [datetime] '2024-01-02T03:04:05' }; Text = '01/02/2024 03:04:05' }
        @{ What = 'an address'; Value = { [uri] 'https://a.example/x y' }; Text = 'https://a.example/x y' }
        @{ What = 'XML'; Value = { [xml] '<a><b/></a>' }; Text = '<a><b /></a>' }
        @{ What = 'a version'; Value = { [version] '1.2' }; Text = '1.2' }
        @{ What = 'an error'; Value = { [Management.Automation.ErrorRecord]::new([Exception]::new('Broken.'), 'x', 'NotSpecified', $null) }; Text = 'Broken.' }
        @{ What = 'lines'; Value = { , @('a', 2, 'c') }; Text = "a`n2`nc" }
        @{ What = 'tokens used'; Value = { [OpenAIStream.Usage]::new() }; Text = '{}' }
    )
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer
    function New-Model([string] $Type, [string] $Json) {
        [OpenAIStream.JsonModel]::Create("OpenAIStream.$Type", $Json)
    }
}
AfterAll { Stop-TestServer }

Describe 'In a string' {
    It '<What> is its text: <Use>' -ForEach $table {
        New-Model $Type $Json | ForEach-Object $Do | Should -BeExactly 'Hi there'
    }

    It 'a stream is the text of its chunks' {
        Reset-TestServer
        Add-StreamReply ('Hi', ' ', 'there' | ConvertTo-Chunk)
        $chunks = Invoke-OpenAIChatCompletion hi -Stream
        -join $chunks | Should -BeExactly 'Hi there'
        $chunks | Join-String | Should -BeExactly 'Hi there'
        $chunks | Set-Content TestDrive:/chunks.txt -NoNewline
        Get-Content TestDrive:/chunks.txt | Should -BeExactly 'Hi there'
    }

    It 'a stream that is read step by step is the text read so far' {
        Reset-TestServer
        Add-StreamReply ('Hi', ' there' | ConvertTo-Chunk)
        $stream = Invoke-OpenAIChatCompletion hi -Stream -NoEnumerate
        $stream.ToString() | Should -BeExactly ''
        $null = $stream.MoveNext()
        $stream.ToString() | Should -BeExactly 'Hi'
        while ($stream.MoveNext()) { $null = $stream.Current }
        $stream.ToString() | Should -BeExactly 'Hi there'
    }

    It 'an object without text is its identifier' {
        "$(New-Model ModelInfo '{"id":"gpt-4o"}')" | Should -BeExactly 'gpt-4o'
        "$(New-Model ThreadRun '{"id":"run_1"}')" | Should -BeExactly 'run_1'
        "$(New-Model ChatToolCall '{"id":"c","function":{"name":"f","arguments":"{}"}}')" | Should -BeExactly 'f({})'
        "$(New-Model Usage '{"total_tokens":3}')" | Should -BeExactly '{"total_tokens":3}'
        "$("event: ping`ndata: x`n`n" | ConvertFrom-ServerSentEvent)" | Should -BeExactly 'x'
        "$(ConvertTo-OpenAITool Get-Date)" | Should -BeExactly 'Get-Date'
    }
}

Describe 'Piped to another cmdlet' {
    It '<What> is passed to <To> as its text' -ForEach $piped {
        Reset-TestServer
        Add-Reply @{ headers = @{ 'content-type' = $Reply.StartsWith('{') ? 'application/json' : 'audio/mpeg' }; steps = @(@{ send = $Reply }) }
        $null = New-Model $Type $Json | ForEach-Object $Do
        (Get-SentRequest).Json | ForEach-Object $Sent | Should -BeExactly 'Hi there'
    }

    It '<What> is passed to New-OpenAIMessage as its text' -ForEach $texts {
        $message = New-Model $Type $Json | New-OpenAIMessage -Role assistant
        $message.Role, $message.Content | Should -Be 'assistant', 'Hi there'
    }

    It 'an answer is the next user message, and with -History the conversation' {
        Reset-TestServer
        1..3 | ForEach-Object { Add-JsonReply 200 (ConvertTo-Answer "answer $_") }
        $first = Invoke-OpenAIChatCompletion 'one'
        $null = $first | Invoke-OpenAIChatCompletion -SystemMessage 'Translate.'
        $null = Invoke-OpenAIChatCompletion 'two' -History $first
        $sent = (Get-SentRequest).Json
        $sent[1].messages.content | Should -Be 'Translate.', 'answer 1'
        $sent[2].messages.content | Should -Be 'one', 'answer 1', 'two'
    }
}

Describe 'A parameter for text' {
    BeforeEach { Reset-TestServer }

    It '<Name> refuses <What>' -ForEach $refused {
        $failure = try { $null = & $Call (& $Value) } catch { $_ }
        "$failure" | Should -Match 'has no text|script block|requires text, not|no property named|is a file or folder|Bytes are not text'
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'accepts <What> as text' -ForEach $taken {
        Add-JsonReply 200 (ConvertTo-Answer 'x')
        $culture = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'de-DE'
            $null = Invoke-OpenAIChatCompletion hi -SystemMessage (& $Value)
        } finally {
            [cultureinfo]::CurrentCulture = $culture
        }

        (Get-SentRequest).Json.messages[0].content | Should -BeExactly $Text
    }

    It 'accepts several separate texts if it is a list' {
        Add-JsonReply 200 (ConvertTo-Answer 'x')
        $null = Invoke-OpenAIChatCompletion hi -StopSequence 'a', 2
        (Get-SentRequest).Json.stop | Should -Be 'a', '2'
    }
}
