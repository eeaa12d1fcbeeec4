BeforeDiscovery {
    $commands = 'Invoke-OpenAICompletion', 'Invoke-OpenAIChatCompletion'
    $parameters = @(
        @{ Name = 'Model'; Value = 'm-1'; Field = 'model'; Sent = '"m-1"' }
        @{ Name = 'Deployment'; Value = 'm-1'; Field = 'model'; Sent = '"m-1"' }
        @{ Name = 'MaxTokens'; Value = 12; Field = 'max_tokens'; Sent = '12' }
        @{ Name = 'max_tokens'; Value = 12; Field = 'max_tokens'; Sent = '12' }
        @{ Name = 'Temperature'; Value = 0; Field = 'temperature'; Sent = '0' }
        @{ Name = 'Temperature'; Value = 0.7; Field = 'temperature'; Sent = '0.7' }
        @{ Name = 'TopP'; Value = 0.9; Field = 'top_p'; Sent = '0.9' }
        @{ Name = 'top_p'; Value = 0.9; Field = 'top_p'; Sent = '0.9' }
        @{ Name = 'N'; Value = 2; Field = 'n'; Sent = '2' }
        @{ Name = 'StopSequence'; Value = 'a', 'b'; Field = 'stop'; Sent = '["a","b"]' }
        @{ Name = 'Stop'; Value = 'a'; Field = 'stop'; Sent = '["a"]' }
        @{ Name = 'Seed'; Value = 9007199254740993; Field = 'seed'; Sent = '9007199254740993' }
        @{ Name = 'PresencePenalty'; Value = -0.5; Field = 'presence_penalty'; Sent = '-0.5' }
        @{ Name = 'presence_penalty'; Value = 1; Field = 'presence_penalty'; Sent = '1' }
        @{ Name = 'FrequencyPenalty'; Value = 0.25; Field = 'frequency_penalty'; Sent = '0.25' }
        @{ Name = 'frequency_penalty'; Value = 1; Field = 'frequency_penalty'; Sent = '1' }
        @{ Name = 'User'; Value = 'u-1'; Field = 'user'; Sent = '"u-1"' }
        @{ Name = 'IncludeUsage'; Value = $true; Field = 'stream_options'; Sent = '{"include_usage":true}' }
        @{ Name = 'AdditionalBody'; Value = @{ new_field = @{ a = @(1, $null, 'x') } }; Field = 'new_field'; Sent = '{"a":[1,null,"x"]}' }
        @{ Name = 'AdditionalBody'; Value = @{ model = 'wins' }; Field = 'model'; Sent = '"wins"' }
        @{ Name = 'AdditionalBody'; Value = @{ nothing = $null }; Field = 'nothing'; Sent = 'null' }
    )
    $table = foreach ($command in $commands) { foreach ($parameter in $parameters) { $parameter + @{ Command = $command } } }
    $each = $commands | ForEach-Object { @{ Command = $_ } }
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer
}
AfterAll { Stop-TestServer }

Describe 'Parameters in the request' {
    BeforeEach { Reset-TestServer }

    It '<Command> sends -<Name> as <Field>' -ForEach $table {
        Add-StreamReply (ConvertTo-Chunk 'x')
        $parameter = @{ $Name = $Value }
        $null = & $Command 'hi' -Stream @parameter

        $body = (Get-SentRequest).Json
        $body.Contains($Field) | Should -BeTrue
        ConvertTo-Json $body[$Field] -Depth 9 -Compress | Should -Be $Sent
    }

    It '<Command> sends nothing that was not specified' -ForEach $each {
        Add-StreamReply (ConvertTo-Chunk 'x')
        $null = & $Command 'hi' -Stream
        (Get-SentRequest).Json.Keys | Where-Object { $_ -notin 'prompt', 'messages' } | Sort-Object | Should -Be 'model', 'stream'
    }

    It '<Command> sends additional headers and query parameters' -ForEach $each {
        Add-StreamReply (ConvertTo-Chunk 'x')
        $null = & $Command 'hi' -Stream -AdditionalHeaders @{ 'X-One' = 1; 'X-Two' = 'two' } -AdditionalQuery @{ 'api-version' = '2024-10-21'; a = 'b c&d' }

        $request = Get-SentRequest
        $request.headers.'X-One' | Should -Be '1'
        $request.headers.'X-Two' | Should -Be 'two'
        $request.path | Should -Match 'api-version=2024-10-21'
        $request.path | Should -Match 'a=b%20c%26d'
    }

    It '<Command> accepts a hashtable from a pipeline' -ForEach $each {
        Add-StreamReply (ConvertTo-Chunk 'x')
        $fields = '{"a":1}' | ConvertFrom-Json -AsHashtable
        $null = & $Command 'hi' -Stream -AdditionalBody $fields -AdditionalHeaders (@{ 'X-One' = 1 } | Write-Output)
        (Get-SentRequest).Json.a | Should -Be 1
        (Get-SentRequest).headers.'X-One' | Should -Be '1'
    }

    It '<Command> refuses -<Name> <Value> before sending anything' -ForEach @(
        foreach ($command in $commands) {
            @{ Command = $command; Name = 'MaxTokens'; Value = 0 }
            @{ Command = $command; Name = 'Temperature'; Value = 2.1 }
            @{ Command = $command; Name = 'TopP'; Value = -0.1 }
            @{ Command = $command; Name = 'PresencePenalty'; Value = 3 }
        }
    ) {
        $parameter = @{ $Name = $Value }
        { & $Command 'hi' @parameter } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
        Get-SentRequest | Should -BeNullOrEmpty
    }
}
