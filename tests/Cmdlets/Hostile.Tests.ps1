# A server that answers anything: its prompt gets a documented error, and the other prompts continue.

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
}

AfterAll {
    Stop-TestServer
}

BeforeDiscovery {
    $faults = @(
        @{ Fault = 'a redirect to //'; Reply = @{ status = 307; headers = @{ location = '//' } } }
        @{ Fault = 'a redirect to //a:b:c/'; Reply = @{ status = 302; headers = @{ location = '//a:b:c/' } } }
        @{ Fault = 'a redirect to ///'; Reply = @{ status = 308; headers = @{ location = '///' } } }
        @{ Fault = 'a redirect to a file'; Reply = @{ status = 301; headers = @{ location = 'file:///etc/passwd' } } }
        @{ Fault = 'a redirect to half an address'; Reply = @{ status = 303; headers = @{ location = 'http://[::1' } } }
        @{ Fault = 'a redirect to nothing'; Reply = @{ status = 307; headers = @{ location = '' } } }
        @{ Fault = 'an unknown compression'; Reply = @{ headers = @{ 'content-encoding' = 'rot13' }; steps = @(@{ send = 'x' }) } }
        @{ Fault = 'a broken compression'; Reply = @{ headers = @{ 'content-encoding' = 'gzip' }; steps = @(@{ send = 'x' }) } }
        @{ Fault = 'a status that there is none of'; Reply = @{ status = 999 } }
        @{ Fault = 'a page of nothing but scripts'; Reply = @{ status = 500; steps = @(@{ send = '<script></script>' * 20000 }) } }
        @{ Fault = 'events in events'; Reply = @{ status = 500; steps = @(@{ send = 'data:' * 50000 }) } }
        @{ Fault = 'brackets'; Reply = @{ steps = @(@{ send = '[' * 100000 }) } }
        @{ Fault = 'noise'; Reply = @{ steps = @(@{ send = "`u{0}`u{1}`u{FFFD}" * 100 }) } }
    )
}

Describe 'A prompt with <Fault>' -ForEach $faults {
    It 'causes a documented error, and the others continue (stream: <_>)' -ForEach $true, $false {
        Reset-TestServer
        Add-JsonReply 200 (ConvertTo-Answer one)
        Add-Reply $Reply
        Add-JsonReply 200 (ConvertTo-Answer three)

        $answers = 'a', 'b', 'c' | Invoke-OpenAIChatCompletion -Model m -Stream:$_ -ErrorVariable failures -ErrorAction SilentlyContinue

        -join $answers.Text | Should -Be onethree
        @($failures).Count | Should -Be 1
        $failures[0].Exception | Should -BeOfType OpenAIStream.ApiException
        $failures[0].InputIndex | Should -Be 1
    }
}

Describe 'A name that would change the address' {
    BeforeEach {
        Reset-TestServer
    }

    It 'is refused in -ResumeFrom <_>' -ForEach '.', '..', '../x', '..%2f', '%2e%2e', '..\x', 'a/../../b', 'a%252f..%252fb' {
        $failure = { Invoke-OpenAIResponse -ResumeFrom $_ } | Should -Throw -PassThru
        $failure.Exception | Should -BeOfType OpenAIStream.ApiConfigurationException
        "$failure" | Should -BeLike "'$_' cannot be the id of a response: it would change the address*"
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'is refused in -Model <_> on Azure, where it is part of the path' -ForEach '.', '..' {
        Connect-OpenAI -AzureEndpoint $server.http1 -ApiVersion 2024-10-21 -ApiKey az-0123456789
        $failure = { Invoke-OpenAIChatCompletion hi -Model $_ } | Should -Throw -PassThru
        $failure.Exception | Should -BeOfType OpenAIStream.ApiConfigurationException
        "$failure" | Should -BeLike "'$_' cannot be the name of a deployment*"
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'is refused in -ThreadId <_>' -ForEach '.', '..' {
        $failure = { Invoke-OpenAIThreadRun -AssistantId asst_1 -ThreadId $_ } | Should -Throw -PassThru
        "$failure" | Should -BeLike "'$_' cannot be the id of a thread*"
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'stays one segment of the path if it only looks like more: <_>' -ForEach 'a/b', 'a%2fb', 'a\b', '...', ' ..', 'a..b' {
        Add-JsonReply 404 '{"error":{"message":"no"}}'
        { Invoke-OpenAIResponse -ResumeFrom $_ } | Should -Throw
        @(Get-SentRequest)[0].path | Should -Match '^/v1/responses/[^/]+$'
    }
}
