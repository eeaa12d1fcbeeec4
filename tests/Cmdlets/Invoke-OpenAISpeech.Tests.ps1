BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer

    function Add-AudioReply([hashtable[]] $Step, [string] $Type = 'audio/mpeg') {
        Add-Reply @{ headers = @{ 'content-type' = $Type }; steps = $Step }
    }
}
AfterAll { Stop-TestServer }

Describe 'Invoke-OpenAISpeech' {
    BeforeEach {
        Reset-TestServer
        $folder = (New-Item (Join-Path TestDrive: ([guid]::NewGuid())) -ItemType Directory).FullName
    }

    It 'writes the audio to a file' {
        Add-AudioReply @{ send = 'some ' }, @{ send = 'sound' }
        $file = Invoke-OpenAISpeech 'Hello' -Voice coral -OutFile (Join-Path $folder hello.mp3)
        $file.Name | Should -Be hello.mp3
        Get-Content $file.FullName -Raw | Should -Be 'some sound'
        Get-ChildItem $folder | Should -HaveCount 1
        $request = Get-SentRequest
        $request.path | Should -Be '/v1/audio/speech'
        $request.Json.Keys | Sort-Object | Should -Be 'input', 'model', 'voice'
        $request.Json.voice | Should -Be coral
    }

    It 'keeps every byte unchanged' {
        $bytes = [byte[]] (0..255 * 300)
        $source = Join-Path $folder source.bin
        [IO.File]::WriteAllBytes($source, $bytes)
        Add-AudioReply @{ sendFile = $source; pieceBytes = 1000 }
        $file = Invoke-OpenAISpeech 'Hello' -OutFile (Join-Path $folder hello)
        $file.Name | Should -Be hello.mp3
        (Get-FileHash $file.FullName).Hash | Should -Be (Get-FileHash $source).Hash
    }

    It 'requests the format of the extension' {
        Add-AudioReply @{ send = 'x' }
        $null = Invoke-OpenAISpeech 'Hello' -OutFile (Join-Path $folder hello.wav) -Speed 1.5 -Instructions Softly
        $json = (Get-SentRequest).Json
        $json.response_format, $json.speed, $json.instructions | Should -Be 'wav', 1.5, 'Softly'
    }

    It 'numbers the files of several texts' {
        'a', 'b' | ForEach-Object { Add-AudioReply @{ send = $_ } }
        $files = 'One', 'Two' | Invoke-OpenAISpeech -OutFile (Join-Path $folder part.mp3)
        $files.Name | Should -Be 'part-1.mp3', 'part-2.mp3'
        Get-Content $files[1].FullName -Raw | Should -Be 'b'
    }

    It 'leaves only the existing file if the connection breaks' {
        $path = Join-Path $folder hello.mp3
        Set-Content $path 'before' -NoNewline
        Add-AudioReply @{ send = 'some ' }, @{ cut = $true }
        { Invoke-OpenAISpeech 'Hello' -OutFile $path } | Should -Throw -ErrorId 'StreamEndedEarly*'
        Get-Content $path -Raw | Should -Be 'before'
        Get-ChildItem $folder | Should -HaveCount 1
    }

    It 'leaves nothing when it is stopped, and closes the connection' {
        Add-AudioReply @{ send = 'some ' }, @{ stall = $true }
        $shell = [powershell]::Create().AddScript("Import-Module '$(Get-BuiltModule)'; Connect-OpenAI -BaseUri '$((Get-OpenAIConnection Default).BaseUri)'; Invoke-OpenAISpeech Hello -OutFile '$folder/hello.mp3'")
        $running = $shell.BeginInvoke()
        $until = [DateTime]::UtcNow.AddSeconds(20)
        while (-not (Get-ChildItem $folder) -and [DateTime]::UtcNow -lt $until) { Start-Sleep -Milliseconds 20 }
        (Get-ChildItem $folder).Name | Should -BeLike 'hello.mp3.*.tmp'
        $since = Get-Moment
        $shell.Stop()
        Wait-ClientGone -Since $since | Should -BeLessThan 1000
        { $shell.EndInvoke($running) } | Should -Throw
        Get-ChildItem $folder | Should -BeNullOrEmpty
        $shell.Dispose()
    }

    It 'recognizes an error in JSON and a page in HTML' {
        Add-JsonReply 200 '{"error":{"message":"No such voice","code":"voice","type":"invalid_request_error"}}'
        { Invoke-OpenAISpeech 'Hello' -OutFile (Join-Path $folder hello.mp3) } | Should -Throw '*No such voice*'
        Add-AudioReply @{ send = '<html>' } -Type 'text/html'
        { Invoke-OpenAISpeech 'Hello' -OutFile (Join-Path $folder hello.mp3) } | Should -Throw -ErrorId 'MalformedResponse*'
        Add-JsonReply 401 '{"error":{"message":"Who are you?"}}'
        { Invoke-OpenAISpeech 'Hello' -OutFile (Join-Path $folder hello.mp3) } | Should -Throw -ErrorId 'Authentication*'
        Get-ChildItem $folder | Should -BeNullOrEmpty
    }

    It 'writes events with -Stream' {
        $delta = '{"type":"speech.audio.delta","audio":"AQID","of_tomorrow":1.50}'
        $done = '{"type":"speech.audio.done","usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}'
        Add-StreamReply $delta, $done -Then @()
        $events = Invoke-OpenAISpeech 'Hello' -Stream
        $events | Should -BeOfType OpenAIStream.SpeechEvent
        $events.ForEach('ToJson') | Should -Be $delta, $done
        $events[1].Usage.TotalTokens | Should -Be 3
        $json = (Get-SentRequest).Json
        $json.stream_format | Should -Be sse
        $json.Keys | Should -Not -Contain stream
        Add-StreamReply $delta -Then @()
        { Invoke-OpenAISpeech 'Hello' -Stream } | Should -Throw -ErrorId 'StreamEndedEarly*'
    }

    It 'requires an output before it sends a request' {
        { Invoke-OpenAISpeech 'Hello' } | Should -Throw -ErrorId 'BadArgument*'
        { Invoke-OpenAISpeech 'Hello' -Stream -OutFile (Join-Path $folder hello.mp3) } | Should -Throw -ErrorId 'BadArgument*'
        { Invoke-OpenAISpeech 'Hello' -OutFile (Join-Path $folder none/hello.mp3) } | Should -Throw -ErrorId 'DirectoryNotFound*'
        Invoke-OpenAISpeech 'Hello' -OutFile (Join-Path $folder hello.mp3) -WhatIf 6>$null
        Get-SentRequest | Should -BeNullOrEmpty
    }
}
