BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer
}
AfterAll { Stop-TestServer }

Describe 'Invoke-OpenAICompletion' {
    BeforeEach { Reset-TestServer }

    It 'returns the whole completion' {
        Add-JsonReply 200 (ConvertTo-Answer 'Hello.')
        $answer = Invoke-OpenAICompletion 'Say hello'

        $answer | Should -BeOfType OpenAIStream.Completion
        $answer.Text | Should -Be 'Hello.'
        $answer.FinishReason | Should -Be 'stop'
        $answer.Usage.TotalTokens | Should -Be 7
    }

    It 'sends completions to the connected address' {
        Add-JsonReply 200 (ConvertTo-Answer 'x')
        $null = Invoke-OpenAICompletion 'Say hello'

        $request = Get-SentRequest
        $request.method | Should -Be 'POST'
        $request.path | Should -Be '/v1/completions'
        $request.headers.'Content-Type' | Should -Be 'application/json'
        $request.Json.prompt | Should -Be 'Say hello'
        $request.Json.Keys | Sort-Object | Should -Be 'model', 'prompt', 'stream'
    }

    It 'writes each chunk as a typed object' {
        Add-StreamReply (@('Hel', 'lo' | ConvertTo-Chunk) + (ConvertTo-Chunk '' -FinishReason stop))
        $chunks = Invoke-OpenAICompletion 'hi' -Stream

        $chunks | Should -HaveCount 3
        $chunks | Should -BeOfType OpenAIStream.Completion
        -join $chunks.Text | Should -Be 'Hello'
        $chunks[-1].FinishReason | Should -Be 'stop'
        (Get-SentRequest).Json.stream | Should -BeTrue
        $Error | Should -BeNullOrEmpty
    }

    It 'accepts prompts from the pipeline, one request each' {
        1..3 | ForEach-Object { Add-JsonReply 200 (ConvertTo-Answer "answer $_") }
        ('a', 'b', 'c' | Invoke-OpenAICompletion).Text | Should -Be 'answer 1', 'answer 2', 'answer 3'
        (Get-SentRequest).Json.prompt | Should -Be 'a', 'b', 'c'
    }

    It 'uses the model of the request, otherwise that of the connection' {
        1..2 | ForEach-Object { Add-JsonReply 200 (ConvertTo-Answer 'x') }
        Connect-OpenAI -BaseUri (Get-OpenAIConnection Default).BaseUri -Model 'the-default'
        $null = Invoke-OpenAICompletion 'hi'
        $null = Invoke-OpenAICompletion 'hi' -Model 'the-other'
        (Get-SentRequest).Json.model | Should -Be 'the-default', 'the-other'
    }

    It 'sends -<Name> as <Field>' -ForEach @(
        @{ Name = 'Suffix'; Value = 'the end'; Field = 'suffix'; Sent = '"the end"' }
        @{ Name = 'Echo'; Value = $true; Field = 'echo'; Sent = 'true' }
        @{ Name = 'Logprobs'; Value = 3; Field = 'logprobs'; Sent = '3' }
    ) {
        Add-JsonReply 200 (ConvertTo-Answer 'x')
        $parameter = @{ $Name = $Value }
        $null = Invoke-OpenAICompletion 'hi' @parameter
        ConvertTo-Json (Get-SentRequest).Json[$Field] -Compress | Should -Be $Sent
    }
}
