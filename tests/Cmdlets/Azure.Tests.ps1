BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
    $key = 'azure-key-never-seen'
}
AfterAll { Stop-TestServer }

Describe 'Connect-OpenAI -AzureEndpoint' {
    BeforeEach {
        Reset-TestServer
        1..2 | ForEach-Object { Add-JsonReply 200 (ConvertTo-Answer 'x') }
    }
    AfterEach { Clear-UserSetting }

    It 'sends requests to <Path> with -ApiVersion <Version>' -ForEach @(
        @{ Version = $null; Path = '/openai/v1/chat/completions' }
        @{ Version = 'preview'; Path = '/openai/v1/chat/completions?api-version=preview' }
        @{ Version = '2024-10-21'; Path = '/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21' }
    ) {
        $more = if ($Version) { @{ ApiVersion = $Version } } else { @{} }
        $connection = Connect-OpenAI $key -AzureEndpoint $server.http1 -Model 'my gpt' @more -PassThru
        $connection.BaseUri | Should -BeLike "$($server.http1)openai/*"
        $connection.ApiVersion | Should -Be $Version
        (Invoke-OpenAIChatCompletion 'hi').Text | Should -Be 'x'
        $request = Get-SentRequest
        $request.path | Should -Be $Path
        $request.headers.'api-key' | Should -Be $key
        $request.headers.PSObject.Properties.Name | Should -Not -Contain 'Authorization'
        $request.Json.model | Should -Be 'my gpt'
    }

    It 'uses the deployment that a request specifies' {
        Connect-OpenAI $key -AzureEndpoint $server.http1 -ApiVersion 2024-10-21
        $null = Invoke-OpenAICompletion 'hi' -Deployment other
        (Get-SentRequest).path | Should -Be '/openai/deployments/other/completions?api-version=2024-10-21'
    }

    It 'never shows the key' {
        Reset-TestServer
        Add-JsonReply 401 "{`"error`":{`"message`":`"Wrong key: $key.`"}}"
        $said = & {
            Connect-OpenAI $key -AzureEndpoint $server.http1 -Verbose -Debug -PassThru | Format-List * -Force
            try { Invoke-OpenAICompletion 'hi' -Verbose -Debug } catch { $_ | Format-List * -Force }
        } *>&1 | Out-String
        $said | Should -Match 'Wrong key: \*\*\*'
        $said | Should -Not -Match $key
    }

    It 'uses the key of the environment only for its endpoint' {
        $env:OPENAI_API_KEY = 'sk-of-another-service'
        $env:AZURE_OPENAI_API_KEY = $key
        (Connect-OpenAI -AzureEndpoint $server.http1 -PassThru).KeySource | Should -Be 'none' -Because 'nothing says that the key is for this endpoint'
        $env:AZURE_OPENAI_ENDPOINT = $server.http1
        (Connect-OpenAI -AzureEndpoint $server.http1 -PassThru).KeySource | Should -Be 'AZURE_OPENAI_API_KEY'
        $null = Invoke-OpenAICompletion 'hi'
        (Get-SentRequest).headers.'api-key' | Should -Be $key
        $env:OPENAI_API_VERSION = '2024-10-21'
        (Connect-OpenAI -AzureEndpoint $server.http1 -PassThru).ApiVersion | Should -Be '2024-10-21'
        $env:AZURE_OPENAI_ENDPOINT = 'https://other.example.invalid'
        $connection = Connect-OpenAI -AzureEndpoint $server.http1 -PassThru
        $connection.KeySource | Should -Be 'none'
        $connection.ApiVersion | Should -BeNullOrEmpty
    }

    It 'is not needed if the environment specifies only Azure' {
        Disconnect-OpenAI Default
        $env:AZURE_OPENAI_ENDPOINT = $server.http1
        $env:AZURE_OPENAI_API_KEY = $key
        $null = Invoke-OpenAICompletion 'hi'
        $env:OPENAI_API_VERSION = '2024-10-21'
        $null = Invoke-OpenAICompletion 'hi' -Model d
        $first, $second = Get-SentRequest
        $first.path | Should -Be '/openai/v1/completions'
        $first.headers.'api-key' | Should -Be $key
        $second.path | Should -Be '/openai/deployments/d/completions?api-version=2024-10-21'
        (Connect-OpenAI -PassThru).KeySource | Should -Be 'AZURE_OPENAI_API_KEY'
    }

    It 'does not use the endpoint of the environment for another address' {
        $env:AZURE_OPENAI_ENDPOINT = $server.http1
        $env:AZURE_OPENAI_API_KEY = $key
        $connection = Connect-OpenAI -BaseUri "$($server.http1)v1" -PassThru
        $connection.KeySource | Should -Be 'none'
        $null = Invoke-OpenAICompletion 'hi'
        $request = Get-SentRequest
        $request.path | Should -Be '/v1/completions'
        $request.headers.PSObject.Properties.Name | Should -Not -Contain 'api-key'
    }

    It 'refuses <What>' -ForEach @(
        @{ What = 'a second address'; Parameter = @{ AzureEndpoint = 'https://x.openai.azure.com'; BaseUri = 'https://x.example.test' } }
        @{ What = 'an address that is none'; Parameter = @{ AzureEndpoint = 'x.openai.azure.com' } }
        @{ What = 'a version without Azure'; Parameter = @{ ApiVersion = '2024-10-21' } }
    ) {
        { Connect-OpenAI @Parameter } | Should -Throw -ErrorId 'InvalidConfiguration,*'
    }

    It 'names the variable for a missing key' {
        Connect-OpenAI -AzureEndpoint https://x.example.invalid
        { Invoke-OpenAICompletion 'hi' } | Should -Throw '*AZURE_OPENAI_API_KEY*' -ErrorId 'MissingApiKey,*'
    }
}
