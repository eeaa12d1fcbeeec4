BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
}
AfterAll { Stop-TestServer }

Describe 'Connect-OpenAI' {
    BeforeEach { Reset-TestServer }
    AfterEach { Clear-UserSetting }

    It 'returns the connection only when asked to' {
        Connect-OpenAI -BaseUri $server.http1 | Should -BeNullOrEmpty
        $connection = Connect-OpenAI -BaseUri $server.http1 -Name mine -Model m -PassThru
        $connection | Should -BeOfType OpenAIStream.OpenAIConnection
        $connection.Name | Should -Be 'mine'
        $connection.BaseUri | Should -Be $server.http1
        $connection.DefaultModel | Should -Be 'm'
        $connection.KeySource | Should -Be 'none'
    }

    It 'sends the key that is specified as <What>' -ForEach @(
        @{ What = 'text'; Parameter = @{ ApiKey = 'sk-1' } }
        @{ What = 'a SecureString'; Parameter = @{ ApiKey = ConvertTo-SecureString 'sk-1' -AsPlainText -Force } }
        @{ What = 'a credential'; Parameter = @{ Credential = [pscredential]::new('any', (ConvertTo-SecureString 'sk-1' -AsPlainText -Force)) } }
    ) {
        Add-JsonReply 200 (ConvertTo-Answer 'x')
        Connect-OpenAI -BaseUri $server.http1 @Parameter
        $null = Invoke-OpenAICompletion 'hi'
        (Get-SentRequest).headers.Authorization | Should -Be 'Bearer sk-1'
    }

    It 'sends no Authorization header without a key, which a local server does not need' {
        Add-JsonReply 200 (ConvertTo-Answer 'x')
        $null = Invoke-OpenAICompletion 'hi'
        (Get-SentRequest).headers.PSObject.Properties.Name | Should -Not -Contain 'Authorization'
    }

    It 'sends organization, project and headers' {
        Add-JsonReply 200 (ConvertTo-Answer 'x')
        Connect-OpenAI -BaseUri $server.http1 -Organization org-1 -Project proj-1 -Headers @{ 'X-Mine' = 5 }
        $null = Invoke-OpenAICompletion 'hi'
        $headers = (Get-SentRequest).headers
        $headers.'OpenAI-Organization' | Should -Be 'org-1'
        $headers.'OpenAI-Project' | Should -Be 'proj-1'
        $headers.'X-Mine' | Should -Be '5'
    }

    It 'takes what is not specified from the environment' {
        Add-JsonReply 200 (ConvertTo-Answer 'x')
        $env:OPENAI_API_KEY = 'sk-env'
        $env:OPENAI_BASE_URL = "$($server.http1)v1"
        $env:OPENAI_ORG_ID = 'org-env'
        (Connect-OpenAI -PassThru).KeySource | Should -Be 'OPENAI_API_KEY'
        $null = Invoke-OpenAICompletion 'hi'
        $request = Get-SentRequest
        $request.headers.Authorization | Should -Be 'Bearer sk-env'
        $request.headers.'OpenAI-Organization' | Should -Be 'org-env'
        $request.path | Should -Be '/v1/completions'
    }

    It 'does not send the key of the environment to another host' {
        Add-JsonReply 200 (ConvertTo-Answer 'x')
        $env:OPENAI_API_KEY = 'sk-env'
        (Connect-OpenAI -BaseUri $server.http1 -PassThru).KeySource | Should -Be 'none'
        $null = Invoke-OpenAICompletion 'hi'
        (Get-SentRequest).headers.PSObject.Properties.Name | Should -Not -Contain 'Authorization'
    }

    It 'sends the key of the environment only to its own origin: <Address>' -ForEach @(
        @{ Address = 'https://gateway.example.invalid/v2'; Source = 'OPENAI_API_KEY' }
        @{ Address = 'HTTPS://Gateway.example.invalid:443'; Source = 'OPENAI_API_KEY' }
        @{ Address = 'http://gateway.example.invalid/v1'; Source = 'none' }
        @{ Address = 'https://gateway.example.invalid:8443/v1'; Source = 'none' }
    ) {
        $env:OPENAI_API_KEY = 'sk-env'
        $env:OPENAI_BASE_URL = 'https://gateway.example.invalid/v1'
        (Connect-OpenAI -BaseUri $Address -PassThru).KeySource | Should -Be $Source
    }

    It 'is used by name' {
        1..2 | ForEach-Object { Add-JsonReply 200 (ConvertTo-Answer 'x') }
        $object = Connect-OpenAI -BaseUri "$($server.http1)other/v2/" -Name other -PassThru
        $null = Invoke-OpenAICompletion 'hi' -Connection other
        $null = Invoke-OpenAICompletion 'hi' -Connection $object
        (Get-SentRequest).path | Should -Be '/other/v2/completions', '/other/v2/completions'
    }

    It 'connects over TLS, and to a self-signed certificate only if told to' {
        Add-StreamReply ('x' | ConvertTo-Chunk)
        Connect-OpenAI -BaseUri $server.https -MaximumRetryCount 0
        { Invoke-OpenAICompletion 'hi' -Stream } | Should -Throw -ErrorId 'CertificateRefused,*'
        Connect-OpenAI -BaseUri $server.https -SkipCertificateCheck
        (Invoke-OpenAICompletion 'hi' -Stream).Text | Should -Be 'x'
        (Get-SentRequest).protocol | Should -Be 'HTTP/2'
    }

    It 'requires the specified HTTP version' {
        Add-StreamReply ('x' | ConvertTo-Chunk)
        Connect-OpenAI -BaseUri $server.http2 -HttpVersion 2.0
        (Invoke-OpenAICompletion 'hi' -Stream).Text | Should -Be 'x'
        (Get-SentRequest).protocol | Should -Be 'HTTP/2'
    }

    It 'ends a silence that is longer than -OperationTimeoutSeconds' {
        Add-StreamReply ('x' | ConvertTo-Chunk) -Then @{ stall = $true }
        Connect-OpenAI -BaseUri $server.http1 -OperationTimeoutSeconds 0.2 -MaximumRetryCount 0
        { Invoke-OpenAICompletion 'hi' -Stream } | Should -Throw -ErrorId 'OperationTimeout,*'
        $null = Wait-ClientGone
    }

    It 'ends a call that is longer than -TotalTimeoutSeconds' {
        Add-StreamReply -Then (1..100 | ForEach-Object { @{ send = "data: $('x' | ConvertTo-Chunk)`n`n" }, @{ delayMs = 20 } })
        Connect-OpenAI -BaseUri $server.http1 -TotalTimeoutSeconds 0.3
        { Invoke-OpenAICompletion 'hi' -Stream } | Should -Throw -ErrorId 'TotalTimeout,*'
    }

    It 'retries as often as -MaximumRetryCount says' {
        1..2 | ForEach-Object { Add-JsonReply 500 '{}' -Headers @{ 'retry-after-ms' = '1' } }
        Add-JsonReply 200 (ConvertTo-Answer 'at last')
        Connect-OpenAI -BaseUri $server.http1 -MaximumRetryCount 2
        (Invoke-OpenAICompletion 'hi').Text | Should -Be 'at last'
        $Error | Should -BeNullOrEmpty
    }

    It 'uses a proxy' {
        Add-JsonReply 200 (ConvertTo-Answer 'by proxy')
        Connect-OpenAI 'sk-1' -BaseUri 'http://api.example.invalid/v1' -Proxy $server.http1
        (Invoke-OpenAICompletion 'hi').Text | Should -Be 'by proxy'
        (Get-SentRequest).headers.Host | Should -Be 'api.example.invalid'
    }

    It 'completes HTTP versions' {
        (TabExpansion2 'Connect-OpenAI -HttpVersion 2').CompletionMatches.CompletionText | Should -Be '2.0'
    }
}
