BeforeDiscovery {
    $commands = 'Invoke-OpenAICompletion', 'Invoke-OpenAIChatCompletion'
    $each = $commands | ForEach-Object { @{ Command = $_ } }
    $statuses = @(
        @{ Status = 400; Id = 'BadRequest'; Type = 'BadRequestException' }
        @{ Status = 401; Id = 'Authentication'; Type = 'ApiAuthenticationException' }
        @{ Status = 403; Id = 'PermissionDenied'; Type = 'PermissionDeniedException' }
        @{ Status = 404; Id = 'NotFound'; Type = 'NotFoundException' }
        @{ Status = 409; Id = 'Conflict'; Type = 'ConflictException' }
        @{ Status = 418; Id = 'ApiStatus'; Type = 'ApiStatusException' }
        @{ Status = 422; Id = 'UnprocessableEntity'; Type = 'UnprocessableEntityException' }
        @{ Status = 429; Id = 'RateLimit'; Type = 'RateLimitException' }
        @{ Status = 500; Id = 'InternalServer'; Type = 'InternalServerException' }
        @{ Status = 503; Id = 'InternalServer'; Type = 'InternalServerException' }
    )
    $statusTable = foreach ($stream in $true, $false) { foreach ($status in $statuses) { $status + @{ Stream = $stream } } }
    $broken = @(
        @{
            How = 'with an error event'; Id = 'StreamError'; Type = 'ApiException'; Message = '*overloaded*'
            Then = @(@{ send = "data: {`"error`":{`"message`":`"overloaded`",`"code`":`"busy`"}}`n`n" }, @{ stall = $true })
        }
        @{
            How = 'with an event named error'; Id = 'StreamError'; Type = 'ApiException'; Message = '*overloaded*'
            Then = @(@{ send = "event: error`ndata: {`"message`":`"overloaded`"}`n`n" }, @{ stall = $true })
        }
        @{ How = 'too early'; Id = 'StreamEndedEarly'; Type = 'StreamEndedEarlyException'; Message = '*6 characters had arrived*'; Then = @(@{ comment = 'bye' }) }
        @{ How = 'in the middle of its body'; Id = 'StreamEndedEarly'; Type = 'StreamEndedEarlyException'; Message = '*middle of the response*'; Then = @(@{ cut = $true }) }
        @{ How = 'with a reset'; Id = 'StreamEndedEarly'; Type = 'StreamEndedEarlyException'; Message = '*server reset the connection*'; Then = @(@{ reset = $true }) }
        @{ How = 'in broken JSON'; Id = 'MalformedResponse'; Type = 'ResponseFormatException'; Message = '*Event 2 of the stream*not valid JSON*'; Then = @(@{ send = "data: {oops`n`n" }, @{ stall = $true }) }
    )
    $brokenTable = foreach ($command in $commands) { foreach ($way in $broken) { $way + @{ Command = $command } } }
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer

    # The error that ends a script; its output before that is in $seen.
    function Get-ErrorOf([scriptblock] $Script) {
        $script:seen = [Collections.Generic.List[object]]::new()
        try { & $Script | ForEach-Object { $seen.Add($_) } } catch { return $_ }
        throw 'There was no error.'
    }

    function Add-Answer([string] $Text, [switch] $Stream) {
        if ($Stream) { Add-StreamReply (ConvertTo-Chunk $Text -FinishReason stop) } else { Add-JsonReply 200 (ConvertTo-Answer $Text) }
    }
}
AfterAll { Stop-TestServer }

Describe 'An error before the response' {
    BeforeEach { Reset-TestServer }

    It 'is <Id> if the service returns <Status> (stream: <Stream>)' -ForEach $statusTable {
        Add-JsonReply $Status '{"error":{"message":"It will not do.","code":"some_code","type":"some_type","param":"model"}}' -Headers @{ 'x-request-id' = 'req-9' }
        $failure = Get-ErrorOf { Invoke-OpenAIChatCompletion 'hi' -Stream:$Stream }

        $failure.FullyQualifiedErrorId | Should -Be "$Id,OpenAIStream.InvokeOpenAIChatCompletionCommand"
        $failure.Exception.GetType().FullName | Should -Be "OpenAIStream.$Type"
        $failure.Exception.StatusCode | Should -Be $Status
        $failure.Exception.Code, $failure.Exception.Type, $failure.Exception.Param, $failure.Exception.RequestId | Should -Be 'some_code', 'some_type', 'model', 'req-9'
        Get-ErrorText $failure | Should -Be "The service returned ${Status}: It will not do. (some_code, request id req-9)"
        $failure.Exception.Message | Should -Be "The service returned ${Status}: It will not do."
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $failure.TargetObject | Should -Be 'hi'
        $Error | Should -HaveCount 1
    }

    It 'says what to do, on the screen too, and once' {
        Add-JsonReply 429 '{"error":{"message":"slow down"}}' -Headers @{ 'retry-after' = '7' }
        $failure = Get-ErrorOf { Invoke-OpenAICompletion 'hi' }
        $shown = ($failure | Out-String -Width 500) -replace '\e\[[\d;]*m|\s*\r?\n[\s|]*', ' ' -replace ' +', ' ' # as one line
        [regex]::Matches($shown, [regex]::Escape($failure.ErrorDetails.RecommendedAction)).Count | Should -Be 1 -Because $shown
        $failure.Exception.Message | Should -Be 'The service returned 429: slow down' -Because 'it is the same in every version of PowerShell'
    }

    It 'can be caught by its type, and says how long to wait' {
        Add-JsonReply 429 '{"error":{"message":"slow down"}}' -Headers @{ 'retry-after' = '7' }
        try {
            Invoke-OpenAICompletion 'hi'
            throw 'There was no error.'
        } catch [OpenAIStream.RateLimitException] {
            $_.Exception.RetryAfter | Should -Be ([timespan]::FromSeconds(7))
            $_.ErrorDetails.RecommendedAction | Should -BeLike 'Wait 7 s*'
        }
    }

    It 'is MissingApiKey without a key, and no request is sent' {
        # A proxy would see even a request to a host that does not exist.
        Connect-OpenAI -BaseUri 'http://api.example.invalid/v1' -Proxy $server.http1
        $failure = Get-ErrorOf { Invoke-OpenAICompletion 'hi' }
        $failure.FullyQualifiedErrorId | Should -Be 'MissingApiKey,OpenAIStream.InvokeOpenAICompletionCommand'
        "$failure" | Should -BeLike '*no API key for api.example.invalid*OPENAI_API_KEY*'
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'is ConnectionFailed if nothing is listening' {
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $address = $listener.LocalEndpoint
        $listener.Stop()
        Connect-OpenAI -BaseUri "http://$address" -MaximumRetryCount 0
        $failure = Get-ErrorOf { Invoke-OpenAICompletion 'hi' }
        $failure.FullyQualifiedErrorId | Should -Be 'ConnectionFailed,OpenAIStream.InvokeOpenAICompletionCommand'
        "$failure" | Should -BeLike "No response from $address. The connection was refused*"
    }

    It 'is MalformedResponse if the response is a web page (stream: <_>)' -ForEach $true, $false {
        Add-Reply @{ headers = @{ 'content-type' = 'text/html' }; steps = @(@{ send = '<html>Sign in</html>' }) }
        $failure = Get-ErrorOf { Invoke-OpenAICompletion 'hi' -Stream:$_ }
        $failure.FullyQualifiedErrorId | Should -Be 'MalformedResponse,OpenAIStream.InvokeOpenAICompletionCommand'
        $failure.Exception | Should -BeOfType OpenAIStream.ResponseFormatException
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-BaseUri*'
    }
}

Describe 'A stream of <Command> that breaks <How>' -ForEach $brokenTable {
    BeforeEach { Reset-TestServer }

    It 'writes the chunks that had arrived, then the error with their text' {
        Add-StreamReply ('one', 'two' | ConvertTo-Chunk) -Then $Then -Headers @{ 'x-request-id' = 'req-5' }
        $failure = Get-ErrorOf { & $Command 'hi' -Stream }

        $seen.Text | Should -Be 'one', 'two'
        $failure.FullyQualifiedErrorId | Should -BeLike "$Id,OpenAIStream.*"
        $failure.Exception.GetType().FullName | Should -Be "OpenAIStream.$Type"
        $failure.Exception.PartialText | Should -Be 'onetwo'
        $failure.Exception.RequestId | Should -Be 'req-5'
        "$failure" | Should -BeLike $Message
        Get-ErrorText $failure | Should -BeLike '*(*request id req-5)'
        $Error | Should -HaveCount 1
    }
}

Describe 'Among prompts from the pipeline' {
    BeforeEach { Reset-TestServer }

    It '<Command> writes one error for the one that fails, and continues with the others (stream: <Stream>)' -ForEach @(
        foreach ($item in $each) { $item + @{ Stream = $true }; $item + @{ Stream = $false } }
    ) {
        Add-Answer 'first' -Stream:$Stream
        Add-JsonReply 400 '{"error":{"message":"not this one"}}'
        Add-Answer 'third' -Stream:$Stream
        $answers = 'a', 'b', 'c' | & $Command -Stream:$Stream -ErrorVariable problem -ErrorAction SilentlyContinue

        $answers.Text | Should -Be 'first', 'third'
        $problem | Should -HaveCount 1
        $problem.TargetObject | Should -Be 'b'
        $problem.FullyQualifiedErrorId | Should -BeLike 'BadRequest,*'
    }

    It 'a broken stream writes its chunks and its error, and the others continue' {
        Add-Answer 'first' -Stream
        Add-StreamReply ('half' | ConvertTo-Chunk) -Then @{ cut = $true }
        Add-Answer 'third' -Stream
        $answers = 'a', 'b', 'c' | Invoke-OpenAICompletion -Stream -ErrorVariable problem -ErrorAction SilentlyContinue
        $answers.Text | Should -Be 'first', 'half', 'third'
        $problem.Exception.PartialText | Should -Be 'half'
    }

    It 'the first failure ends the pipeline with -ErrorAction Stop' {
        Add-Answer 'first'
        Add-JsonReply 400 '{"error":{"message":"not this one"}}'
        $failure = Get-ErrorOf { 'a', 'b', 'c' | Invoke-OpenAICompletion -ErrorAction Stop }
        $failure.FullyQualifiedErrorId | Should -BeLike 'BadRequest,*'
        $failure.Exception | Should -BeOfType OpenAIStream.BadRequestException
        $seen.Text | Should -Be 'first'
        Get-SentRequest | Should -HaveCount 2
    }
}

Describe 'A wrong parameter' {
    BeforeEach { Reset-TestServer }

    It 'is InvalidConfiguration for the address <_>' -ForEach 'ftp://example.com', 'example.com/v1', 'file:///etc/hosts' {
        $failure = Get-ErrorOf { Connect-OpenAI -BaseUri $_ }
        $failure.FullyQualifiedErrorId | Should -Be 'InvalidConfiguration,OpenAIStream.ConnectOpenAICommand'
        "$failure" | Should -BeLike '-BaseUri must be an http or https address*'
    }

    It 'is reported for a message without a role' {
        $failure = Get-ErrorOf { Invoke-OpenAIChatCompletion @{ content = 'hi' } }
        $failure.FullyQualifiedErrorId | Should -Be 'BadPrompt,OpenAIStream.InvokeOpenAIChatCompletionCommand'
        "$failure" | Should -BeLike '*needs a role*'
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'is reported for an unknown connection' {
        $failure = Get-ErrorOf { Invoke-OpenAIChatCompletion 'hi' -Connection nobody }
        $failure.FullyQualifiedErrorId | Should -Be 'ParameterArgumentTransformationError,OpenAIStream.InvokeOpenAIChatCompletionCommand'
        "$failure" | Should -BeLike "*no connection named 'nobody'*Connect-OpenAI*"
    }

    It 'is reported for a header that cannot be sent' {
        $failure = Get-ErrorOf { Invoke-OpenAIChatCompletion 'hi' -AdditionalHeaders @{ 'X-Mine' = "a`nb" } }
        $failure.FullyQualifiedErrorId | Should -Be 'InvalidConfiguration,OpenAIStream.InvokeOpenAIChatCompletionCommand'
        "$failure" | Should -BeLike '*X-Mine*line break*'
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'is reported for a value that cannot be written as JSON' {
        $failure = Get-ErrorOf { Invoke-OpenAIChatCompletion 'hi' -AdditionalBody @{ field = { a script block } } }
        "$failure" | Should -BeLike '*ScriptBlock*'
        $failure.FullyQualifiedErrorId | Should -Be 'BadArgument,OpenAIStream.InvokeOpenAIChatCompletionCommand'
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'is reported for a message that cannot be written as JSON' {
        $failure = Get-ErrorOf { Invoke-OpenAIChatCompletion @{ role = 'user'; content = { a script block } } }
        $failure.FullyQualifiedErrorId | Should -Be 'BadPrompt,OpenAIStream.InvokeOpenAIChatCompletionCommand'
        "$failure" | Should -BeLike '*ScriptBlock*'
    }

    It 'is reported for an invalid address in the environment' {
        Disconnect-OpenAI
        $env:OPENAI_BASE_URL = 'nonsense'
        $failure = Get-ErrorOf { Invoke-OpenAIChatCompletion 'hi' }
        $failure.FullyQualifiedErrorId | Should -Be 'InvalidConfiguration,OpenAIStream.InvokeOpenAIChatCompletionCommand'
        "$failure" | Should -BeLike 'OPENAI_BASE_URL*'
        Remove-Item Env:OPENAI_BASE_URL
    }
}
