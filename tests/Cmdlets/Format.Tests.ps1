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

    It 'a whole answer shows its text and what it cost' {
        Add-JsonReply 200 (ConvertTo-Answer 'Hello.')
        Invoke-OpenAIChatCompletion 'hi' | Get-Line | Should -Be 'Text         : Hello.', 'Model        : m', 'FinishReason : stop', 'Tokens       : 7 (3 prompt, 4 completion)'
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

    It 'a chunk as JSON is the payload again' {
        $payload = 'x' | ConvertTo-Chunk
        Add-StreamReply $payload
        (Invoke-OpenAICompletion 'hi' -Stream).ToJson() | Should -BeExactly $payload
    }
}
