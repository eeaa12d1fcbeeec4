BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer

    function Get-LastMessage {
        , @(@(Get-SentRequest)[-1].Json.messages)
    }
}
AfterAll { Stop-TestServer }

Describe 'Invoke-OpenAIChatCompletion -History' {
    BeforeEach { Reset-TestServer }

    It 'sends once what several answers contain: <What>' -ForEach @(
        @{ What = 'a list of all'; History = { $a, $b }; Sent = 'one', 'A1', 'two', 'A2', 'three' }
        @{ What = 'a list that grew'; History = { $h = @(); $h += $a; $h += $b; $h }; Sent = 'one', 'A1', 'two', 'A2', 'three' }
        @{ What = 'messages and the answer to them'; History = { @($a.Messages) + $b }; Sent = 'one', 'A1', 'two', 'A2', 'three' }
        @{ What = 'conversations that have nothing in common'; History = { $b, $other }; Sent = 'one', 'A1', 'two', 'A2', 'else', 'A3', 'three' }
        @{ What = 'the same question asked twice'; History = { $a, $a }; Sent = 'one', 'A1', 'three' }
    ) {
        1..4 | ForEach-Object { Add-JsonReply 200 (ConvertTo-Answer "A$_") }
        $a = Invoke-OpenAIChatCompletion one
        $b = Invoke-OpenAIChatCompletion two -History $a
        $other = Invoke-OpenAIChatCompletion else
        $null = Invoke-OpenAIChatCompletion three -History (& $History)
        (Get-LastMessage).content | Should -Be $Sent
    }

    It 'accepts messages and answers that were JSON in between' {
        1..3 | ForEach-Object { Add-JsonReply 200 (ConvertTo-Answer "A$_") }
        $answer = Invoke-OpenAIChatCompletion one
        $null = Invoke-OpenAIChatCompletion two -History ($answer.Messages | ConvertTo-Json -Depth 5 | ConvertFrom-Json)
        @(Get-SentRequest)[-1].body | Should -Match ([regex]::Escape('"messages":[{"role":"user","content":"one"},{"role":"assistant","content":"A1"},{"role":"user","content":"two"}]'))
    }

    It 'treats a response as a message of the assistant' {
        Add-JsonReply 200 '{"id":"resp_1","status":"completed","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"R1"}]}]}'
        $response = Invoke-OpenAIResponse one
        Add-JsonReply 200 (ConvertTo-Answer A1)
        $null = Invoke-OpenAIChatCompletion two -History $response
        (Get-LastMessage).role | Should -Be assistant, user
        (Get-LastMessage).content | Should -Be R1, two
    }

    It 'refuses chunks, which are not an answer yet' {
        Add-StreamReply ('a' | ConvertTo-Chunk), (ConvertTo-Chunk b -FinishReason stop)
        $chunks = Invoke-OpenAIChatCompletion one -Stream
        { Invoke-OpenAIChatCompletion two -History $chunks } | Should -Throw -ExpectedMessage '*Join-OpenAIChunk*'
    }

    It 'continues from an answer that was <What>' -ForEach @(
        @{ What = 'joined'; Ask = { Add-StreamReply ('hello' | ConvertTo-Chunk), (ConvertTo-Chunk '' -FinishReason stop); Invoke-OpenAIChatCompletion 'hi' -SystemMessage 'Be kind.' -Stream | Join-OpenAIChunk } }
        @{ What = 'whole'; Ask = { Add-JsonReply 200 (ConvertTo-Answer 'hello'); Invoke-OpenAIChatCompletion 'hi' -SystemMessage 'Be kind.' } }
    ) {
        $answer = & $Ask
        $answer.Messages.Text | Should -Be 'Be kind.', 'hi', 'hello'
        1..2 | ForEach-Object { Add-JsonReply 200 (ConvertTo-Answer "answer $_") }

        $next = Invoke-OpenAIChatCompletion 'and?' -History $answer
        (Get-LastMessage).content | Should -Be 'Be kind.', 'hi', 'hello', 'and?'
        (Get-LastMessage).role | Should -Be 'system', 'user', 'assistant', 'user'

        $null = Invoke-OpenAIChatCompletion 'so?' -History $next
        (Get-LastMessage).content | Should -Be 'Be kind.', 'hi', 'hello', 'and?', 'answer 1', 'so?'
        $Error | Should -BeNullOrEmpty
    }

    It 'replaces a system message instead of repeating it' {
        1..2 | ForEach-Object { Add-JsonReply 200 (ConvertTo-Answer 'x') }
        $answer = Invoke-OpenAIChatCompletion 'hi' -SystemMessage 'Be kind.'
        $null = Invoke-OpenAIChatCompletion 'and?' -History $answer -SystemMessage 'Be brief.'
        (Get-LastMessage).content | Should -Be 'Be brief.', 'hi', 'x', 'and?'
    }

    It 'accepts messages, hashtables and completions together' {
        Add-JsonReply 200 (ConvertTo-Answer 'x')
        $foreign = [OpenAIStream.ChatCompletion] (ConvertTo-Answer 'read from a file')
        $history = @{ role = 'system'; content = 'a' }, (New-OpenAIMessage 'b'), $foreign, [pscustomobject]@{ role = 'user'; content = 'c' }
        $null = Invoke-OpenAIChatCompletion 'd' -History $history
        (Get-LastMessage).content | Should -Be 'a', 'b', 'read from a file', 'c', 'd'
    }

    It 'does not send back what services refuse' {
        Add-StreamReply '{"choices":[{"index":0,"delta":{"role":"assistant","reasoning_content":"hm","content":"x"},"finish_reason":"stop"}]}'
        Add-JsonReply 200 (ConvertTo-Answer 'y')
        $answer = Invoke-OpenAIChatCompletion 'hi' -Stream | Join-OpenAIChunk
        $answer.Messages[1].ReasoningContent | Should -Be 'hm'
        $null = Invoke-OpenAIChatCompletion 'and?' -History $answer
        (Get-LastMessage)[1].Keys | Sort-Object | Should -Be 'content', 'role'
    }

    It 'keeps the answers to several prompts apart when they are joined' {
        'a', 'b' | ForEach-Object { Add-StreamReply ($_ | ConvertTo-Chunk), (ConvertTo-Chunk '' -FinishReason stop) }
        $answers = 'one', 'two' | Invoke-OpenAIChatCompletion -Stream | Join-OpenAIChunk
        $answers.Text | Should -Be 'a', 'b'
        $answers[1].Messages.Text | Should -Be 'two', 'b'
    }
}

Describe 'Invoke-OpenAIChatCompletion -JsonSchema' {
    BeforeAll {
        $json = '{"title":"Weather report","type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}'
        Set-Content TestDrive:/schema.json $json
        Set-Content TestDrive:/broken.json 'not JSON'
    }
    BeforeEach { Reset-TestServer }

    It 'takes <What>' -ForEach @(
        @{ What = 'text'; Schema = { "  $json" }; Name = 'Weather_report' }
        @{ What = 'a path'; Schema = { 'TestDrive:/schema.json' }; Name = 'Weather_report' }
        @{ What = 'a file'; Schema = { Get-Item TestDrive:/schema.json }; Name = 'Weather_report' }
        @{ What = 'a hashtable'; Schema = { @{ type = 'object'; properties = @{ city = @{ type = 'string' } } } }; Name = 'response' }
        @{ What = 'an object'; Schema = { $json | ConvertFrom-Json }; Name = 'Weather_report' }
        @{ What = 'a schema with a name'; Schema = { @{ name = 'mine'; schema = @{ type = 'object'; properties = @{ city = @{ type = 'string' } } } } }; Name = 'mine' }
    ) {
        Add-JsonReply 200 (ConvertTo-Answer '{"city":"Oslo"}')
        $null = Invoke-OpenAIChatCompletion 'hi' -JsonSchema (& $Schema)
        $format = (Get-SentRequest).Json.response_format
        $format.type | Should -Be 'json_schema'
        $format.json_schema.name | Should -Be $Name
        $format.json_schema.strict | Should -BeTrue
        $format.json_schema.schema.type | Should -Be 'object'
        $format.json_schema.schema.properties.city.type | Should -Be 'string'
    }

    It 'refuses <What> before anything is sent' -ForEach @(
        @{ What = 'text that is not JSON'; Call = { Invoke-OpenAIChatCompletion 'hi' -JsonSchema '{ nope' }; Says = '*is not a JSON schema*' }
        @{ What = 'a file that is not there'; Call = { Invoke-OpenAIChatCompletion 'hi' -JsonSchema TestDrive:/none.json }; Says = '*none.json*begin with {*' }
        @{ What = 'a file that is not JSON'; Call = { Invoke-OpenAIChatCompletion 'hi' -JsonSchema TestDrive:/broken.json }; Says = '*broken.json*not a JSON schema*' }
        @{ What = 'two forms of the answer'; Call = { Invoke-OpenAIChatCompletion 'hi' -JsonSchema $json -ResponseFormat @{ type = 'text' } }; Says = '*-ResponseFormat*' }
    ) {
        $Call | Should -Throw -ExpectedMessage $Says
        Get-SentRequest | Should -BeNullOrEmpty
    }
}
