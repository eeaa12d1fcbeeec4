BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer

    function Get-Line {
        param([Parameter(ValueFromPipeline)] $InputObject)
        end { $input | Out-String -Stream -Width 100 | ForEach-Object { ($_ -replace '\x1b\[[\d;]*m').TrimEnd() } | Where-Object { $_ } }
    }
}
AfterAll { Stop-TestServer }

Describe 'On the screen' {
    BeforeEach { Reset-TestServer }

    It 'the chunks of <_> are a table of text' -ForEach 'Invoke-OpenAICompletion', 'Invoke-OpenAIChatCompletion' {
        Add-StreamReply (@('Hel', 'lo' | ConvertTo-Chunk) + (ConvertTo-Chunk '' -FinishReason stop))
        & $_ 'hi' -Stream | Get-Line | Should -Be 'FinishReason   Text', '------------   ----', '               Hel', '               lo', 'stop'
    }

    It 'a whole answer of <_> shows its text and what it cost' -ForEach 'Invoke-OpenAICompletion', 'Invoke-OpenAIChatCompletion' {
        Add-JsonReply 200 (ConvertTo-Answer 'Hello.')
        $lines = & $_ 'hi' | Get-Line
        $lines[0..3] | Should -Be 'Text         : Hello.', 'Model        : m', 'FinishReason : stop', 'Tokens       : 7 (3 prompt, 4 completion)'
        $lines[4] | Should -Match '^Time         : \d+(\.\d)? s$'
    }

    It 'a completion that was joined shows as a whole, a chunk of one does not' {
        1..2 | ForEach-Object { Add-StreamReply ('Hel', 'lo' | ConvertTo-Chunk) }
        (Invoke-OpenAICompletion 'hi' -Stream | Join-OpenAIChunk | Get-Line)[0] | Should -Be 'Text         : Hello'
        (Invoke-OpenAICompletion 'hi' -Stream | Get-Line)[0] | Should -Be 'FinishReason   Text'
    }

    It 'a connection shows where it leads and where its key came from' {
        $lines = Connect-OpenAI 'sk-1' -BaseUri $server.http1 -Name mine -Model m -PassThru | Get-Line
        $lines[0] | Should -Match '^Name +BaseUri +KeySource +DefaultModel$'
        $lines[2] | Should -Match "^mine +$([regex]::Escape($server.http1)) +-ApiKey +m$"
    }

    It 'an event of an assistant is its name and its text' {
        Add-Reply @{ headers = @{ 'content-type' = 'text/event-stream' }; steps = @(
                @{ send = "event: thread.message.delta`ndata: {`"delta`":{`"content`":[{`"text`":{`"value`":`"Hello`"}}]}}`n`nevent: done`ndata: [DONE]`n`n" }) }
        (Invoke-OpenAIThreadRun asst_1 -Stream | Get-Line)[2] | Should -Match '^thread\.message\.delta +Hello$'
    }

    It 'an image is the number of its bytes' {
        Add-StreamReply '{"type":"image_generation.completed","b64_json":"AQIDBA==","size":"1024x1024"}' -Then @()
        (Invoke-OpenAIImage 'A cat' -Stream | Get-Line)[2] | Should -Match '^image_generation\.completed +1024x1024 +4$'
        Add-JsonReply 200 '{"data":[{"b64_json":"AQIDBA==","revised_prompt":"A nice cat"}]}'
        ((Invoke-OpenAIImage 'A cat').Data | Get-Line)[2] | Should -Match '^ *4 +A nice cat$'
    }

    It 'speech is the number of its bytes' {
        Add-StreamReply '{"type":"speech.audio.delta","audio":"AQID"}', '{"type":"speech.audio.done"}' -Then @()
        (Invoke-OpenAISpeech 'Hello' -Stream | Get-Line)[2] | Should -Match '^speech\.audio\.delta +3$'
    }

    It 'a chunk as JSON is the original payload' {
        $payload = 'x' | ConvertTo-Chunk
        Add-StreamReply $payload
        (Invoke-OpenAICompletion 'hi' -Stream).ToJson() | Should -BeExactly $payload
    }
}
