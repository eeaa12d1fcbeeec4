BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
    $list = @{
        object = 'list'
        data   = @(
            @{ id = 'gpt-b'; object = 'model'; created = 1686935002; owned_by = 'openai'; extra = 1 }
            @{ id = 'gpt-a'; object = 'model'; created = 1686935003; owned_by = 'system' }
            @{ id = '@cf/llama 3'; object = 'model' }
        )
    } | ConvertTo-Json -Depth 5 -Compress

    function Get-Completion([string] $Line) {
        (TabExpansion2 $Line).CompletionMatches | Where-Object ResultType -EQ ParameterValue | ForEach-Object CompletionText
    }
}
AfterAll { Stop-TestServer }

Describe 'Get-OpenAIModel' {
    BeforeEach { Reset-TestServer }

    It 'lists the models in the order of the service' {
        Add-JsonReply 200 $list
        $models = Get-OpenAIModel
        $models.Id | Should -Be 'gpt-b', 'gpt-a', '@cf/llama 3'
        $models[0] | Should -BeOfType OpenAIStream.ModelInfo
        $models[0].Created | Should -Be ([DateTimeOffset]::FromUnixTimeSeconds(1686935002))
        $models[0].OwnedBy | Should -Be 'openai'
        $models[0].Object | Should -Be 'model'
        $models[0].ToJson() | Should -BeLike '*"extra":1*'
        "$($models[0])" | Should -Be 'gpt-b'
        $request = Get-SentRequest
        "$($request.method) $($request.path)" | Should -Be 'GET /v1/models'
    }

    It 'finds names without regard to case, and patterns, with one request' {
        1..2 | ForEach-Object { Add-JsonReply 200 $list }
        (Get-OpenAIModel GPT-*).Id | Should -Be 'gpt-b', 'gpt-a'
        (Get-OpenAIModel GPT-A, x*, gpt-b).Id | Should -Be 'gpt-a', 'gpt-b'
        $Error | Should -BeNullOrEmpty
        Get-SentRequest | Should -HaveCount 2
    }

    It 'writes an error for a name that the service does not know, and continues' {
        Add-JsonReply 200 $list
        (Get-OpenAIModel nobody, gpt-a -ErrorVariable problem -ErrorAction SilentlyContinue).Id | Should -Be 'gpt-a'
        $problem.FullyQualifiedErrorId | Should -Be 'ModelNotFound,OpenAIStream.GetOpenAIModelCommand'
        $problem.CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'is empty where there are no models, and an error where there is no list' {
        Add-JsonReply 200 '{"object":"list","data":[]}'
        Get-OpenAIModel | Should -BeNullOrEmpty
        Add-JsonReply 200 '{"hello":"world"}'
        { Get-OpenAIModel } | Should -Throw -ErrorId 'MalformedResponse,*'
        Add-JsonReply 401 '{"error":{"message":"no"}}'
        { Get-OpenAIModel } | Should -Throw -ErrorId 'Authentication,*'
    }

    It 'accepts a list without an object around it, and reports an error instead of one' {
        Add-JsonReply 200 '[{"id":"a","object":"model","created":1},{"id":"b"}]'
        (Get-OpenAIModel).Id | Should -Be 'a', 'b'
        Add-JsonReply 200 '{"detail":"No such page"}'
        { Get-OpenAIModel } | Should -Throw '*No such page*'
        Add-JsonReply 200 '[{"error":{"message":"No such key"}}]'
        { Get-OpenAIModel } | Should -Throw '*No such key*'
    }

    It 'uses the address of the list on Azure' {
        Add-JsonReply 200 $list
        Connect-OpenAI 'key-1' -AzureEndpoint $server.http1 -ApiVersion 2024-10-21
        $null = Get-OpenAIModel
        (Get-SentRequest).path | Should -Be '/openai/models?api-version=2024-10-21'
    }
}

Describe 'Completion of -Model' {
    BeforeEach { Reset-TestServer }

    It 'offers the models of the service to <_>, requested once' -ForEach 'Invoke-OpenAICompletion', 'Invoke-OpenAIChatCompletion', 'Invoke-OpenAIResponse', 'Get-OpenAIModel' {
        Add-JsonReply 200 $list
        $parameter = if ($_ -eq 'Get-OpenAIModel') { '-Name' } else { '-Model' }
        Get-Completion "$_ $parameter gpt" | Should -Be 'gpt-b', 'gpt-a'
        Get-Completion "$_ $parameter @" | Should -Be "'@cf/llama 3'"
        Get-SentRequest | Should -HaveCount 1
        $Error | Should -BeNullOrEmpty
    }

    It 'offers the default model first, and those of the specified connection' {
        Add-JsonReply 200 $list
        Connect-OpenAI -BaseUri "$($server.http1)other" -Name other -Model gpt-default
        Get-Completion 'Invoke-OpenAICompletion hi -Connection other -Model gpt' | Should -Be 'gpt-default', 'gpt-b', 'gpt-a'
        (Get-SentRequest).path | Should -Be '/other/models'
    }

    It 'knows what Get-OpenAIModel has listed' {
        Add-JsonReply 200 $list
        $null = Get-OpenAIModel
        Get-Completion 'Invoke-OpenAICompletion -Model gpt-a' | Should -Be 'gpt-a'
        Get-SentRequest | Should -HaveCount 1
    }

    It 'does not wait for a slow service, and offers its models later' {
        Connect-OpenAI -BaseUri $server.http1 -Model mine
        Add-Reply @{ headers = @{ 'content-type' = 'application/json' }; steps = @(@{ waitFor = 'go' }, @{ send = $list }) }
        $null = Get-Completion 'Get-OpenAIConnection ' # what is only slow the first time
        $watch = [Diagnostics.Stopwatch]::StartNew()
        Get-Completion 'Invoke-OpenAICompletion -Model ' | Should -Be 'mine'
        $watch.ElapsedMilliseconds | Should -BeLessThan 1500 # the completer waits 250 ms; the machine may be busy
        Send-Signal go
        for ($i = 0; $i -lt 100 -and @($names).Count -lt 4; $i++) {
            $names = Get-Completion 'Invoke-OpenAICompletion -Model '
        }

        $names | Should -Be 'mine', 'gpt-b', 'gpt-a', "'@cf/llama 3'"
        Get-SentRequest | Should -HaveCount 1
    }

    It 'offers nothing if <What>' -ForEach @(
        @{ What = 'the service refuses'; Setup = { Add-JsonReply 401 '{"error":{"message":"no"}}' } }
        @{ What = 'there is no service'; Setup = { Connect-OpenAI -BaseUri 'http://127.0.0.1:9/' } }
        @{ What = 'there is no key'; Setup = { Connect-OpenAI -BaseUri 'https://api.example.invalid' } }
        @{ What = 'the connection is unknown'; Setup = { $script:more = '-Connection nobody' } }
        @{ What = 'the environment is wrong'; Setup = { Disconnect-OpenAI Default; $env:OPENAI_BASE_URL = 'nonsense' } }
    ) {
        $script:more = ''
        . $Setup
        Get-Completion "Invoke-OpenAICompletion $more -Model x" | Should -BeNullOrEmpty
        $Error | Should -BeNullOrEmpty
        Clear-UserSetting
    }
}
