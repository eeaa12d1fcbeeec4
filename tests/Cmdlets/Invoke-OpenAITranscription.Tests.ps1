BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
}
AfterAll { Stop-TestServer }

Describe 'Invoke-OpenAITranscription' {
    BeforeEach {
        Reset-TestServer
        $folder = (New-Item (Join-Path TestDrive: ([guid]::NewGuid())) -ItemType Directory).FullName
        $path = Join-Path $folder 'talk [1].mp3'
        [IO.File]::WriteAllText($path, "ID3`r`nsound")
    }

    It 'sends the file as a form and returns the transcription' {
        Add-JsonReply 200 '{"text":"Hello.","usage":{"total_tokens":5}}'
        $answer = Invoke-OpenAITranscription $path -Language en -Temperature 0.5 -Prompt 'Grüße' -Include logprobs
        $answer | Should -BeOfType OpenAIStream.Transcription
        $answer.Text | Should -Be 'Hello.'
        $request = Invoke-RestMethod "$($server.control)requests"
        $request.path | Should -Be '/v1/audio/transcriptions'
        $request.headers.'Content-Type' | Should -BeLike 'multipart/form-data; boundary=*'
        $form = Get-SentForm
        $form.Keys | Sort-Object | Should -Be 'file', 'include[]', 'language', 'model', 'prompt', 'response_format', 'stream', 'temperature'
        $form['file'].Text | Should -Be "ID3`r`nsound"
        $form['file'].FileName, $form['file'].ContentType | Should -Be 'talk [1].mp3', 'audio/mpeg'
        $form['model'], $form['language'], $form['prompt'], $form['response_format'], $form['temperature'] |
            Should -Be 'gpt-transcribe', 'en', 'Grüße', 'json', '0.5'
    }

    It 'streams events that keep their payload' {
        $payloads = @(
            '{"type":"transcript.text.delta","delta":"Hel","logprobs":[{"token":"Hel","logprob":-0.5,"bytes":[72]}]}'
            '{"type":"transcript.text.delta","delta":"lo"}'
            '{"type":"transcript.text.segment","id":"s1","start":0.0,"end":1.5,"speaker":"A","text":"Hello"}'
            '{"type":"transcript.text.of_tomorrow","new":[1]}'
            '{"type":"transcript.text.done","text":"Hello","usage":{"type":"tokens","total_tokens":5}}'
        )
        Add-StreamReply $payloads -Then @()
        $events = Invoke-OpenAITranscription $path -Stream
        $events.ForEach('ToJson') | Should -Be $payloads
        -join $events.Text | Should -Be 'Hello'
        $events[2] | Should -BeOfType OpenAIStream.TranscriptionSegmentEvent
        $events[2].Speaker | Should -Be A
        $events[-1].FullText | Should -Be 'Hello'
        (Get-SentForm)['stream'] | Should -Be 'true'
        $Error | Should -BeNullOrEmpty
    }

    It 'accepts the whole answer of a model that cannot stream' {
        Add-JsonReply 200 '{"text":"Hello"}'
        (Invoke-OpenAITranscription $path -Model whisper-1 -Stream).Text | Should -Be 'Hello'
    }

    It 'says when the stream is cut off, with the text so far' {
        Add-StreamReply '{"type":"transcript.text.delta","delta":"Hel"}' -Then @()
        { Invoke-OpenAITranscription $path -Stream } | Should -Throw -ErrorId 'StreamEndedEarly*'
        $Error[0].Exception.PartialText | Should -Be 'Hel'
    }

    It 'accepts files from the pipeline and by pattern, one request each' {
        [IO.File]::WriteAllText((Join-Path $folder 'b.mp3'), 'b')
        1..4 | ForEach-Object { Add-JsonReply 200 "{`"text`":`"$_`"}" }
        (Get-ChildItem $folder | Sort-Object Name | Invoke-OpenAITranscription).Text | Should -Be '1', '2'
        (Invoke-OpenAITranscription (Join-Path $folder *.mp3)).Text | Should -Be '3', '4'
        (Get-SentForm).file.FileName | Sort-Object -Unique | Should -Be 'b.mp3', 'talk [1].mp3'
    }

    It 'sends nothing if a file does not exist' {
        { Invoke-OpenAITranscription $path, (Join-Path $folder none.mp3) } | Should -Throw -ErrorId 'PathNotFound*'
        { Invoke-OpenAITranscription $folder } | Should -Throw -ErrorId 'FileNotReadable*'
        Invoke-RestMethod "$($server.control)requests" | Should -BeNullOrEmpty
    }

    It 'continues with the others if one from the pipeline does not exist' {
        Add-JsonReply 200 '{"text":"Hello"}'
        $answers = (Join-Path $folder none.mp3), $path | Invoke-OpenAITranscription -ErrorAction SilentlyContinue -ErrorVariable failed
        $answers.Text | Should -Be 'Hello'
        $failed | Should -HaveCount 1
    }

    It 'reports an error in the stream' {
        Add-StreamReply '{"error":{"message":"Too loud","code":"audio"}}' -Then @()
        { Invoke-OpenAITranscription $path -Stream } | Should -Throw '*Too loud*'
    }

    It 'returns <Format> unchanged: in strings, in a file, in objects of a job, from a recording' -ForEach @(
        @{ Format = 'text'; Type = 'text/plain; charset=utf-8'; Body = "Grüße.`n" }
        @{ Format = 'srt'; Type = 'text/plain'; Body = "1`r`n00:00:00,000 --> 00:00:01,500`r`nGrüße`r`n`r`n" }
        @{ Format = 'VTT'; Type = 'text/vtt'; Body = "WEBVTT`n`n00:00.000 --> 00:01.500`n{ Hi }" }
    ) {
        $recordings = Join-Path $folder recordings
        Connect-OpenAI -BaseUri "$($server.http1)v1" -RecordTo $recordings -MaximumRetryCount 0
        Add-Reply @{ headers = @{ 'content-type' = $Type }; steps = @(@{ send = $Body }) }
        $answer = Invoke-OpenAITranscription $path -ResponseFormat $Format
        $answer | Should -BeOfType OpenAIStream.Transcription
        $answer.Text, "$answer" | Should -BeExactly $Body, $Body
        (Get-SentForm)['response_format'] | Should -BeExactly $Format.ToLowerInvariant()

        $out = Join-Path $folder out.txt
        $answer.Text | Set-Content $out -NoNewline
        [IO.File]::ReadAllBytes($out) | Should -Be ([Text.Encoding]::UTF8.GetBytes($Body))
        $answer | Set-Content $out -NoNewline
        [IO.File]::ReadAllBytes($out) | Should -Be ([Text.Encoding]::UTF8.GetBytes($Body))

        $bag = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($answer))
        $bag.Text, "$([OpenAIStream.Transcription] $bag)" | Should -BeExactly $Body, $Body
        ($answer.ToJson() | ConvertFrom-Json).text | Should -BeExactly $Body

        Connect-OpenAI -ReplayFrom $recordings
        $replayed = Invoke-OpenAITranscription $path -ResponseFormat $Format
        $replayed.Text | Should -BeExactly $Body
        $Error | Should -BeNullOrEmpty
    }

    It 'recognizes an error even if text was requested: <Body>' -ForEach @(
        @{ Type = 'text/plain'; Body = '{"error":{"message":"Too loud"}}'; Id = 'StreamError'; Says = '*Too loud*' }
        @{ Type = 'text/plain'; Body = '<!DOCTYPE html><title>Sign in</title>'; Id = 'MalformedResponse'; Says = '*web page*Sign in*' }
        @{ Type = 'text/plain'; Body = ''; Id = 'MalformedResponse'; Says = '*empty*' }
    ) {
        Add-Reply @{ headers = @{ 'content-type' = $Type }; steps = @(@{ send = $Body }) }
        { Invoke-OpenAITranscription $path -ResponseFormat text } | Should -Throw $Says -ErrorId "$Id,*"
    }

    It 'uses the text of a service that ignores the format' {
        Add-JsonReply 200 '{"text":"Hi"}'
        (Invoke-OpenAITranscription $path -ResponseFormat text).Text | Should -Be Hi
    }

    It 'sends <Call> as <Field>' -ForEach @(
        @{ Call = '-Language de'; Field = 'language'; Sent = 'de' }
        @{ Call = '-Language EN, de'; Field = 'languages[]'; Sent = 'en', 'de' }
        @{ Call = "-Keyword 'Grüße', 'b, c'"; Field = 'keywords[]'; Sent = 'Grüße', 'b, c' }
        @{ Call = "-Keyword 'one'"; Field = 'keywords[]'; Sent = 'one' }
        @{ Call = '-ResponseFormat verbose_json -TimestampGranularity WORD, segment'; Field = 'timestamp_granularities[]'; Sent = 'word', 'segment' }
        @{ Call = '-ChunkingStrategy AUTO'; Field = 'chunking_strategy'; Sent = 'auto' }
        @{ Call = '-ChunkingStrategy @{ threshold = 0.5 }'; Field = 'chunking_strategy[type]'; Sent = 'server_vad' }
        @{ Call = '-ChunkingStrategy @{ type = "server_vad"; threshold = 0.5 }'; Field = 'chunking_strategy[threshold]'; Sent = '0.5' }
        @{ Call = '-ChunkingStrategy @{ PrefixPaddingMs = 300 }'; Field = 'chunking_strategy[prefix_padding_ms]'; Sent = '300' }
        @{ Call = '-ChunkingStrategy ([pscustomobject]@{ silence_duration_ms = 200 })'; Field = 'chunking_strategy[silence_duration_ms]'; Sent = '200' }
        @{ Call = '-ChunkingStrategy ([OpenAIStream.TranscriptionChunking]@{ Threshold = 0.25 })'; Field = 'chunking_strategy[threshold]'; Sent = '0.25' }
    ) {
        Add-JsonReply 200 '{"text":"Hi"}'
        $null = & ([scriptblock]::Create("Invoke-OpenAITranscription -LiteralPath '$path' $Call"))
        $form = Get-SentForm
        $form[$Field] | Should -BeExactly $Sent
        if ($Field -eq 'languages[]') { $form.Contains('language') | Should -BeFalse }
    }

    It 'sends known speakers with their samples, from files and data URLs' {
        $voice = Join-Path $folder voice.m4a
        [IO.File]::WriteAllBytes($voice, [byte[]] (0..255))
        Add-JsonReply 200 '{"text":"Hi","segments":[{"type":"transcript.text.segment","id":"seg_1","start":0,"end":1,"speaker":"agent","text":"Hi"}]}'
        $answer = Invoke-OpenAITranscription $path -ResponseFormat diarized_json -KnownSpeaker ([ordered]@{ agent = $voice; customer = 'data:audio/wav;base64,UklGRg=='; third = Get-Item $voice })
        $answer.Segments[0].Speaker, "$($answer.Segments[0])" | Should -Be 'agent', 'agent: Hi'
        $form = Get-SentForm
        $url = "data:audio/mp4;base64,$([Convert]::ToBase64String([byte[]] (0..255)))"
        $form['known_speaker_names[]'] | Should -Be 'agent', 'customer', 'third'
        $form['known_speaker_references[]'] | Should -BeExactly $url, 'data:audio/wav;base64,UklGRg==', $url
    }

    It 'sends nothing if a speaker cannot be used: <Says>' -ForEach @(
        @{ Speakers = @{ a = 'none.wav' }; Id = 'PathNotFound'; Says = "*file 'none.wav' does not exist*" }
        @{ Speakers = @{ a = $null }; Id = 'PathNotFound'; Says = '*path is empty*' }
        @{ Speakers = @{ a = 'TestDrive:/' }; Id = 'FileNotReadable'; Says = '*directory*' }
        @{ Speakers = @{ a = 'TestDrive:/picture.wav' }; Id = 'UnsupportedMediaType'; Says = '*picture.wav'' is not a recording*' }
        @{ Speakers = @{ a = 'data:,1'; b = 'data:,2'; c = 'data:,3'; d = 'data:,4'; e = 'data:,5' }; Id = 'BadArgument'; Says = '*5 speakers*1 to 4*' }
        @{ Speakers = @{}; Id = 'BadArgument'; Says = '*0 speakers*1 to 4*' }
    ) {
        Set-Content TestDrive:/picture.wav 'GIF89a'
        { Invoke-OpenAITranscription -LiteralPath $path -KnownSpeaker $Speakers } | Should -Throw $Says -ErrorId "$Id,*"
        Get-SentForm | Should -BeNullOrEmpty
    }

    It 'refuses <Call>, and says what to do' -ForEach @(
        @{ Call = '-Stream -ResponseFormat srt'; Says = '*srt is plain text*-Stream*' }
        @{ Call = '-Stream -ResponseFormat TEXT'; Says = '*plain text*' }
        @{ Call = '-TimestampGranularity word'; Says = '*verbose_json*' }
        @{ Call = '-ChunkingStrategy 5'; Says = '*-ChunkingStrategy must be auto*server_vad*' }
    ) {
        { & ([scriptblock]::Create("Invoke-OpenAITranscription -LiteralPath '$path' $Call")) } | Should -Throw $Says -ErrorId 'BadArgument,*'
        Get-SentForm | Should -BeNullOrEmpty
    }

    It 'shows words, their times, and what is billed by time' {
        Add-JsonReply 200 '{"text":"Hi","duration":2.5,"words":[{"word":"Hi","start":0.25,"end":0.5}],"segments":[{"id":0,"start":0.25,"end":0.5,"text":"Hi"}],"usage":{"type":"duration","seconds":3}}'
        $answer = Invoke-OpenAITranscription $path -ResponseFormat verbose_json -TimestampGranularity word
        $answer.Words[0].Word, $answer.Words[0].Start, $answer.Segments[0].Id, $answer.Segments[0]['start'], $answer.Usage.Type, $answer.Usage.Seconds | Should -Be 'Hi', 0.25, '0', 0.25, 'duration', 3
        "$($answer.Words)" | Should -Be Hi
    }
}
