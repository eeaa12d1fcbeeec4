BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer
}
AfterAll { Stop-TestServer }

Describe 'Invoke-OpenAIChatCompletion' {
    BeforeEach { Reset-TestServer }

    It 'returns the whole answer' {
        Add-JsonReply 200 (ConvertTo-Answer 'Hello.')
        $answer = Invoke-OpenAIChatCompletion 'Say hello'

        $answer | Should -BeOfType OpenAIStream.ChatCompletion
        $answer.Text | Should -Be 'Hello.'
        $answer.FinishReason | Should -Be 'stop'
        $answer.Choices[0].Message.Role | Should -Be 'assistant'
        (Get-SentRequest).path | Should -Be '/v1/chat/completions'
    }

    It 'writes each chunk as a typed object' {
        Add-StreamReply (@('Hel', 'lo' | ConvertTo-Chunk) + (ConvertTo-Chunk '' -FinishReason stop))
        $chunks = Invoke-OpenAIChatCompletion 'hi' -Stream

        $chunks | Should -HaveCount 3
        $chunks | Should -BeOfType OpenAIStream.ChatCompletionChunk
        -join $chunks.Text | Should -Be 'Hello'
        $chunks[0].Choices[0].Delta.Content | Should -Be 'Hel'
        $Error | Should -BeNullOrEmpty
    }

    It 'accepts a message that is <What>' -ForEach @(
        @{ What = 'text'; Value = 'hi'; Sent = '[{"role":"user","content":"hi"}]' }
        @{ What = 'a hashtable'; Value = [ordered]@{ role = 'assistant'; content = 'hi' }; Sent = '[{"role":"assistant","content":"hi"}]' }
        @{ What = 'a custom object'; Value = [pscustomobject]@{ Role = 'user'; Content = 'hi' }; Sent = '[{"role":"user","content":"hi"}]' }
        @{
            What = 'made of parts'
            Value = [ordered]@{ role = 'user'; content = @([ordered]@{ type = 'text'; text = 'hi' }) }
            Sent = '[{"role":"user","content":[{"type":"text","text":"hi"}]}]'
        }
        @{ What = 'characters of any script'; Value = "h$([char]0xE4) $([char]::ConvertFromUtf32(0x1F600)) `"\"; Sent = "[{`"role`":`"user`",`"content`":`"h$([char]0xE4) $([char]::ConvertFromUtf32(0x1F600)) \`"\\`"}]" }
    ) {
        Add-JsonReply 200 (ConvertTo-Answer 'x')
        $null = Invoke-OpenAIChatCompletion $Value
        ConvertTo-Json @((Get-SentRequest).Json.messages | ForEach-Object { [ordered]@{ role = $_.role; content = $_.content } }) -Depth 9 -Compress |
            Should -BeExactly $Sent
    }

    It 'sends what precedes the message in order' {
        Add-JsonReply 200 (ConvertTo-Answer 'x')
        $null = Invoke-OpenAIChatCompletion 'now' -System 's' -DeveloperMessage 'd' -History @{ role = 'user'; content = 'h1' }, @{ role = 'assistant'; content = 'h2' }
        $messages = (Get-SentRequest).Json.messages
        $messages.role | Should -Be 'system', 'developer', 'user', 'assistant', 'user'
        $messages.content | Should -Be 's', 'd', 'h1', 'h2', 'now'
    }

    It 'continues a conversation with its own answers' {
        Add-JsonReply 200 (ConvertTo-Answer 'first answer')
        Add-JsonReply 200 (ConvertTo-Answer 'second answer')
        $first = Invoke-OpenAIChatCompletion 'one'
        $null = Invoke-OpenAIChatCompletion 'two' -History @{ role = 'user'; content = 'one' }, $first.Choices[0].Message
        (Get-SentRequest)[1].Json.messages.content | Should -Be 'one', 'first answer', 'two'
    }

    It 'accepts messages from the pipeline, one request each' {
        1..2 | ForEach-Object { Add-JsonReply 200 (ConvertTo-Answer "answer $_") }
        ('a', @{ role = 'user'; content = 'b' } | Invoke-OpenAIChatCompletion).Text | Should -Be 'answer 1', 'answer 2'
        (Get-SentRequest).Json.messages.content | Should -Be 'a', 'b'
    }

    It 'sends -<Name> as <Field>' -ForEach @(
        @{ Name = 'MaxCompletionTokens'; Value = 5; Field = 'max_completion_tokens'; Sent = '5' }
        @{ Name = 'max_completion_tokens'; Value = 5; Field = 'max_completion_tokens'; Sent = '5' }
        @{ Name = 'ReasoningEffort'; Value = 'low'; Field = 'reasoning_effort'; Sent = '"low"' }
        @{ Name = 'reasoning_effort'; Value = 'a-new-one'; Field = 'reasoning_effort'; Sent = '"a-new-one"' }
        @{ Name = 'Verbosity'; Value = 'high'; Field = 'verbosity'; Sent = '"high"' }
        @{ Name = 'TopLogprobs'; Value = 2; Field = 'top_logprobs'; Sent = '2' }
        @{ Name = 'TopLogprobs'; Value = 2; Field = 'logprobs'; Sent = 'true' }
        @{ Name = 'ServiceTier'; Value = 'flex'; Field = 'service_tier'; Sent = '"flex"' }
        @{ Name = 'Metadata'; Value = @{ k = 'v' }; Field = 'metadata'; Sent = '{"k":"v"}' }
        @{ Name = 'ResponseFormat'; Value = @{ type = 'json_object' }; Field = 'response_format'; Sent = '{"type":"json_object"}' }
        @{ Name = 'response_format'; Value = @{ type = 'text' }; Field = 'response_format'; Sent = '{"type":"text"}' }
    ) {
        Add-JsonReply 200 (ConvertTo-Answer 'x')
        $parameter = @{ $Name = $Value }
        $null = Invoke-OpenAIChatCompletion 'hi' @parameter
        ConvertTo-Json (Get-SentRequest).Json[$Field] -Compress | Should -Be $Sent
    }
}
