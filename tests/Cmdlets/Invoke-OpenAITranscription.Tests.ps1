BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer

    # The fields of a form, by name; the file's content under its field's.
    function Get-SentForm {
        $requests = Invoke-RestMethod "$($server.control)requests"
        foreach ($request in $requests) {
            $boundary = $request.headers.'Content-Type' -replace '.*boundary='
            $form = [ordered]@{}
            foreach ($part in $request.body -split "--$([regex]::Escape($boundary))(?:--)?\r\n" | Where-Object { $_ }) {
                $head, $content = $part -split "\r\n\r\n", 2
                $null = $head -match 'name="([^"]*)"(?:; filename="([^"]*)")?'
                if ($Matches[2]) { $form['(name)'] = $Matches[2] }
                $form[$Matches[1]] = $content -replace '\r\n$'
            }
            $form
        }
    }
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
        $form.Keys | Sort-Object | Should -Be '(name)', 'file', 'include[]', 'language', 'model', 'prompt', 'response_format', 'stream', 'temperature'
        $form['file'] | Should -Be "ID3`r`nsound"
        $form['(name)'] | Should -Be 'talk [1].mp3'
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

    It 'takes the whole answer of a model that cannot stream' {
        Add-JsonReply 200 '{"text":"Hello"}'
        (Invoke-OpenAITranscription $path -Model whisper-1 -Stream).Text | Should -Be 'Hello'
    }

    It 'says when the stream is cut off, with the text so far' {
        Add-StreamReply '{"type":"transcript.text.delta","delta":"Hel"}' -Then @()
        { Invoke-OpenAITranscription $path -Stream } | Should -Throw -ErrorId 'StreamEndedEarly*'
        $Error[0].Exception.PartialText | Should -Be 'Hel'
    }

    It 'takes files from the pipeline and by pattern, one request each' {
        [IO.File]::WriteAllText((Join-Path $folder 'b.mp3'), 'b')
        1..4 | ForEach-Object { Add-JsonReply 200 "{`"text`":`"$_`"}" }
        (Get-ChildItem $folder | Sort-Object Name | Invoke-OpenAITranscription).Text | Should -Be '1', '2'
        (Invoke-OpenAITranscription (Join-Path $folder *.mp3)).Text | Should -Be '3', '4'
        (Get-SentForm).'(name)' | Sort-Object -Unique | Should -Be 'b.mp3', 'talk [1].mp3'
    }

    It 'asks for nothing when a file is not there' {
        { Invoke-OpenAITranscription $path, (Join-Path $folder none.mp3) } | Should -Throw -ErrorId 'PathNotFound*'
        { Invoke-OpenAITranscription $folder } | Should -Throw -ErrorId 'FileNotReadable*'
        Invoke-RestMethod "$($server.control)requests" | Should -BeNullOrEmpty
    }

    It 'goes on with the others when one from the pipeline is not there' {
        Add-JsonReply 200 '{"text":"Hello"}'
        $answers = (Join-Path $folder none.mp3), $path | Invoke-OpenAITranscription -ErrorAction SilentlyContinue -ErrorVariable failed
        $answers.Text | Should -Be 'Hello'
        $failed | Should -HaveCount 1
    }

    It 'raises an error that comes in the stream' {
        Add-StreamReply '{"error":{"message":"Too loud","code":"audio"}}' -Then @()
        { Invoke-OpenAITranscription $path -Stream } | Should -Throw '*Too loud*'
    }
}
