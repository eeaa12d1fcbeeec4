BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
}
AfterAll { Stop-TestServer }

Describe 'Show-OpenAIStream' {
    BeforeEach { Reset-TestServer }

    It 'shows the text of a stream on the host and ends the line' {
        Add-StreamReply ('Hel', 'lo', '!' | ConvertTo-Chunk)
        $shown = Invoke-ChildProcess "Connect-OpenAI -BaseUri $($server.http1); Invoke-OpenAIChatCompletion hi -Stream | Show-OpenAIStream; 'next'"
        $shown | Should -Be 'Hello!', 'next'
    }

    It 'shows saved chunks like arriving ones' {
        Add-StreamReply ('Hel', 'lo', '!' | ConvertTo-Chunk)
        $chunks = Invoke-OpenAIChatCompletion hi -Stream
        -join ($chunks | Show-OpenAIStream 6>&1) | Should -BeExactly "Hello!`n"
    }

    It 'ends the line also when the stream breaks' {
        Add-StreamReply ('Hel' | ConvertTo-Chunk) -Then @{ cut = $true }
        $shown = Invoke-ChildProcess "Connect-OpenAI -BaseUri $($server.http1); try { Invoke-OpenAIChatCompletion hi -Stream | Show-OpenAIStream } catch { `$_.FullyQualifiedErrorId }"
        $shown | Should -Be 'Hel', 'StreamEndedEarly,OpenAIStream.InvokeOpenAIChatCompletionCommand'
    }

    It 'writes nothing, and with -PassThru the chunks joined' {
        1..2 | ForEach-Object { Add-StreamReply ('a', 'b' | ConvertTo-Chunk) }
        # In another process, to keep its output out of the test results.
        $shown = Invoke-ChildProcess @"
            Connect-OpenAI -BaseUri $($server.http1)
            `$nothing = Invoke-OpenAICompletion hi -Stream | Show-OpenAIStream
            `$whole = Invoke-OpenAICompletion hi -Stream | Show-OpenAIStream -PassThru
            "`$(@(`$nothing).Count) `$(`$whole.Text) `$(`$whole.GetType())"
"@
        $shown | Should -Be 'ab', 'ab', '0 ab OpenAIStream.Completion'
    }

    It 'writes like Write-Host: <Redirection> redirects it' -ForEach @{ Redirection = '6>$null' }, @{ Redirection = '-InformationAction Ignore' } {
        Add-StreamReply ('a', 'b' | ConvertTo-Chunk) -Then @{ cut = $true }
        Add-StreamReply ('a', 'b' | ConvertTo-Chunk)
        $shown = Invoke-ChildProcess @"
            Connect-OpenAI -BaseUri $($server.http1)
            try { Invoke-OpenAICompletion hi -Stream | Show-OpenAIStream $Redirection } catch { 'broken' }
            Invoke-OpenAICompletion hi -Stream | Show-OpenAIStream $Redirection
            'end'
"@
        $shown | Should -Be 'broken', 'end'
    }

    It 'puts a line end between several streams, even if they are mixed' {
        1..3 | ForEach-Object { Add-StreamReply ('a', 'b' | ConvertTo-Chunk) }
        $shown = Invoke-ChildProcess "Connect-OpenAI -BaseUri $($server.http1); 1..3 | Invoke-OpenAICompletion -Stream -ThrottleLimit 3 | Show-OpenAIStream"
        $shown | Should -Be 'ab', 'ab', 'ab'
    }

    It 'shows a whole answer when it arrives, not after the last one' {
        1..2 | ForEach-Object { Add-JsonReply 200 (ConvertTo-Answer "answer $_") }
        $shown = Invoke-ChildProcess @"
            Connect-OpenAI -BaseUri $($server.http1)
            1..2 | ForEach-Object { "prompt `$_"; Write-Host "asked `$_" } | Invoke-OpenAICompletion | Show-OpenAIStream
"@
        $shown | Should -Be 'answer 1', 'asked 1', 'answer 2', 'asked 2'
    }

    It 'passes on the answers of mixed streams after they are shown, without breaking lines' {
        Add-StreamReply (ConvertTo-Chunk 'a') -Then @{ waitFor = 'd is there' }, @{ send = "data: $(ConvertTo-Chunk 'b' stop)`n`n" }
        Add-StreamReply -Then @{ waitFor = 'a is there' }, @{ send = "data: $(ConvertTo-Chunk 'c' stop)`n`n" }
        Add-StreamReply (ConvertTo-Chunk 'd' stop)
        $shown = Invoke-ChildProcess @"
            Connect-OpenAI -BaseUri $($server.http1)
            1..3 | Invoke-OpenAICompletion -Stream -ThrottleLimit 2 | ForEach-Object {
                `$_
                `$null = Invoke-RestMethod "$($server.control)signal/`$(`$_.Text) is there" -Method Post
            } | Show-OpenAIStream -PassThru | ForEach-Object { "whole `$(`$_.Text)" }
"@
        $shown | Should -Be 'ab', 'whole ab', 'c', 'whole c', 'd', 'whole d'
    }

    It 'shows saved chunks one stream after another, each on its line' {
        1..2 | ForEach-Object { Add-StreamReply ('a', 'b' | ConvertTo-Chunk) }
        $shown = Invoke-ChildProcess @"
            Connect-OpenAI -BaseUri $($server.http1)
            `$chunks = 1..2 | Invoke-OpenAICompletion -Stream
            `$chunks | Show-OpenAIStream
            `$chunks | Sort-Object Text | Show-OpenAIStream -PassThru -WarningAction Ignore | ForEach-Object { "whole `$(`$_.Text)" }
"@
        $shown | Should -Be 'ab', 'ab', 'ab', 'whole ab', 'ab', 'whole ab'
    }

    It 'ends the line when Select-Object has had enough' {
        1..2 | ForEach-Object { Add-StreamReply ('a', 'b' | ConvertTo-Chunk) }
        $shown = Invoke-ChildProcess "Connect-OpenAI -BaseUri $($server.http1); (1..9 | Invoke-OpenAICompletion -Stream | Show-OpenAIStream -PassThru | Select-Object -First 1).Text"
        $shown[0] | Should -Be 'ab'
        $shown[-1] | Should -Be 'ab'
    }

    It 'blocks escape sequences in the terminal, and passes them on unchanged' {
        Add-StreamReply ("a`e[2Jb" | ConvertTo-Chunk)
        $shown = Invoke-ChildProcess @"
            [Console]::OutputEncoding = [Text.Encoding]::UTF8
            Connect-OpenAI -BaseUri $($server.http1)
            (Invoke-OpenAICompletion hi -Stream | Show-OpenAIStream -PassThru).Text.Length
"@
        $shown | Should -Be "a$([char]0x241B)[2Jb", '6'
    }

    It 'has colors with $PSStyle.OutputRendering <Rendering> and NO_COLOR "<NoColor>": <Colored>' -ForEach @(
        @{ Rendering = 'Ansi'; NoColor = ''; Colored = $true }
        @{ Rendering = 'Ansi'; NoColor = '1'; Colored = $false }
        @{ Rendering = 'Host'; NoColor = ''; Colored = $false } # redirected
        @{ Rendering = 'PlainText'; NoColor = ''; Colored = $false }
    ) {
        Add-StreamReply '{"choices":[{"index":0,"delta":{"reasoning_content":"Hm"}}]}'
        $shown = Invoke-ChildProcess @"
            `$PSStyle.OutputRendering = '$Rendering'
            `$env:NO_COLOR = '$NoColor'
            Connect-OpenAI -BaseUri $($server.http1)
            Invoke-OpenAIChatCompletion hi -Stream | Show-OpenAIStream
"@
        @($shown)[0] | Should -BeExactly $(if ($Colored) { "`e[2mHm`e[0m" } else { '[reasoning] Hm' })
    }

    It 'ends each answer with a line about it with -Summary' {
        Add-StreamReply (ConvertTo-Chunk 'a'), '{"model":"m","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}'
        Add-JsonReply 200 '{"model":"n","choices":[{"index":0,"message":{"content":"b"}}],"usage":{"prompt_tokens":1,"completion_tokens":2}}'
        $shown = Invoke-ChildProcess @"
            Connect-OpenAI -BaseUri $($server.http1)
            Invoke-OpenAIChatCompletion hi -Stream -IncludeUsage | Show-OpenAIStream -Summary
            Invoke-OpenAIChatCompletion hi | Show-OpenAIStream -Summary
"@
        $shown[0, 2] | Should -Be 'a', 'b'
        $shown[1] | Should -Match '^\[m, 3 tokens in, 4 tokens out, first after \d+\.\d\d s(, \d+ tokens/s)?\]$'
        $shown[3] | Should -Match '^\[n, 1 token in, 2 tokens out, \d+\.\d s\]$'
    }

    It 'tells with -Summary what an answer cost by the price table of its connection, and what the limits leave' {
        $headers = @{ 'x-ratelimit-limit-requests' = '500'; 'x-ratelimit-remaining-requests' = '499'; 'x-ratelimit-limit-tokens' = '30000'; 'x-ratelimit-remaining-tokens' = '29000'; 'content-type' = 'text/event-stream' }
        Add-Reply @{ headers = $headers; steps = @(@{ send = "data: $(ConvertTo-Chunk 'a')`n`ndata: {`"model`":`"m`",`"choices`":[],`"usage`":{`"prompt_tokens`":3000,`"completion_tokens`":400}}`n`ndata: [DONE]`n`n" }) }
        $shown = Invoke-ChildProcess @"
            Connect-OpenAI -BaseUri $($server.http1) -Price @{ Model = 'm*'; Input = 1; Output = 10; Currency = 'EUR' }
            Invoke-OpenAIChatCompletion hi -Stream | Show-OpenAIStream -Summary
"@
        $shown[1] | Should -Match '^\[m, 3000 tokens in, 400 tokens out, 0\.007 EUR, first after .* s.*, 499 requests and 29,000 tokens left\]$'
    }

    It 'accepts only chunks' {
        { 'text' | Show-OpenAIStream -ErrorAction Stop } | Should -Throw -ErrorId 'InputObjectNotBound*'
    }
}
