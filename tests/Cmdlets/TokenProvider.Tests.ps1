BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer

    # The output of Get-AzAccessToken.
    function New-AccessToken([string] $Token, [timespan] $Left) {
        [pscustomobject]@{ Token = ConvertTo-SecureString $Token -AsPlainText -Force; ExpiresOn = [DateTimeOffset]::UtcNow + $Left; TenantId = 't' }
    }

    function Get-SentToken {
        Get-SentRequest | ForEach-Object { $_.headers.Authorization }
    }
}
AfterAll { Stop-TestServer }

Describe 'Connect-OpenAI -TokenProvider' {
    BeforeEach {
        Reset-TestServer
        1..6 | ForEach-Object { Add-JsonReply 200 (ConvertTo-Answer 'x') }
        $asked = [Collections.Generic.List[int]]::new()
    }

    It 'sends the token that the script block returns as <What>' -ForEach @(
        @{ What = 'text'; Provider = { 'token-1' } }
        @{ What = 'a SecureString'; Provider = { ConvertTo-SecureString 'token-1' -AsPlainText -Force } }
        @{ What = 'what Get-AzAccessToken returns'; Provider = { New-AccessToken 'token-1' 01:00 } }
        @{ What = 'what az account get-access-token returns'; Provider = { '{"accessToken":"token-1","expires_on":4102444800}' | ConvertFrom-Json } }
        @{ What = 'a hashtable'; Provider = { @{ Token = 'token-1' } } }
    ) {
        (Connect-OpenAI -TokenProvider $Provider -BaseUri $server.http1 -PassThru).KeySource | Should -Be '-TokenProvider'
        $null = Invoke-OpenAICompletion 'hi'
        Get-SentToken | Should -Be 'Bearer token-1'
        $Error | Should -BeNullOrEmpty
    }

    It 'sends it to Azure as a token' {
        Connect-OpenAI -TokenProvider { 'token-1' } -AzureEndpoint $server.http1
        $null = Invoke-OpenAICompletion 'hi'
        Get-SentToken | Should -Be 'Bearer token-1'
        (Get-SentRequest).headers.PSObject.Properties.Name | Should -Not -Contain 'api-key'
    }

    It 'runs in the session, for the stream too' {
        Reset-TestServer
        Add-StreamReply ('x' | ConvertTo-Chunk)
        $token = 'of-this-scope'
        function Get-MyToken { "$token-$([Environment]::CurrentManagedThreadId)" }
        Connect-OpenAI -TokenProvider { Get-MyToken } -BaseUri $server.http1
        (Invoke-OpenAICompletion 'hi' -Stream).Text | Should -Be 'x'
        Get-SentToken | Should -Be "Bearer of-this-scope-$([Environment]::CurrentManagedThreadId)"
    }

    It 'gets a token that <What> <Times> times in three requests' -ForEach @(
        @{ What = 'does not say when it ends'; Times = 1; Provider = { $asked.Add(1); "token-$($asked.Count)" } }
        @{ What = 'holds for long'; Times = 1; Provider = { $asked.Add(1); New-AccessToken "token-$($asked.Count)" 01:00 } }
        @{ What = 'ends within five minutes'; Times = 3; Provider = { $asked.Add(1); New-AccessToken "token-$($asked.Count)" 00:04 } }
    ) {
        Connect-OpenAI -TokenProvider $Provider -BaseUri $server.http1
        'a', 'b', 'c' | Invoke-OpenAICompletion | Should -HaveCount 3
        $asked | Should -HaveCount $Times
        (Get-SentToken)[-1] | Should -Be "Bearer token-$Times"
    }

    It 'runs once, in the session, for prompts that are processed at once' {
        $token = 'of-this-scope'
        Connect-OpenAI -TokenProvider { $asked.Add(1); Start-Sleep -Milliseconds 50; $token } -BaseUri $server.http1
        'a', 'b', 'c' | Invoke-OpenAICompletion -ThrottleLimit 3 | Should -HaveCount 3
        $asked | Should -HaveCount 1
        Get-SentToken | Should -Be 'Bearer of-this-scope', 'Bearer of-this-scope', 'Bearer of-this-scope'
    }

    It 'serves a request that no cmdlet waits for, in a separate session' {
        Reset-TestServer
        Add-JsonReply 200 '{"data":[{"id":"gpt-a"}]}'
        $token = 'of-this-scope'
        Connect-OpenAI -TokenProvider { "alone-$token" } -BaseUri $server.http1
        for ($i = 0; $i -lt 40 -and -not $found; $i++) {
            $found = (TabExpansion2 'Invoke-OpenAICompletion -Model gpt').CompletionMatches.CompletionText
        }

        $found | Should -Be 'gpt-a'
        Get-SentToken | Should -Be 'Bearer alone-'
    }

    It 'serves the runspaces of ForEach-Object -Parallel, running once for all' {
        $module = Get-BuiltModule
        $env:OPENAISTREAM_TEST_ASKED = Join-Path (Get-Item TestDrive:/).FullName asked
        try {
            Connect-OpenAI -BaseUri $server.http1 -Name shared -TokenProvider {
                Start-Sleep -Milliseconds 100
                Add-Content $env:OPENAISTREAM_TEST_ASKED 'asked'
                'token-1'
            }
            $answers = 1..3 | ForEach-Object -Parallel { Import-Module $using:module; Invoke-OpenAICompletion 'hi' -Connection shared }
            $answers.Text | Should -Be 'x', 'x', 'x'
            Get-SentToken | Should -Be 'Bearer token-1', 'Bearer token-1', 'Bearer token-1'
            Get-Content $env:OPENAISTREAM_TEST_ASKED | Should -HaveCount 1
        }
        finally {
            $env:OPENAISTREAM_TEST_ASKED = $null
        }
    }

    It 'reports an error if the script block <What>' -ForEach @(
        @{ What = 'throws'; Provider = { throw 'Not logged in.' }; Message = '*Not logged in.' }
        @{ What = 'writes an error'; Provider = { Get-Item /no/such/file }; Message = '*/no/such/file*' }
        @{ What = 'gives nothing'; Provider = { }; Message = '*nothing*' }
        @{ What = 'gives too much'; Provider = { 'never-seen', 'never-seen' }; Message = '*2 objects*' }
        @{ What = 'gives something else'; Provider = { Get-Date }; Message = '*neither a string*' }
        @{ What = 'gives what no header can carry'; Provider = { 'never seen' }; Message = '*space*' }
        @{ What = 'needs its own token'; Provider = { Invoke-OpenAICompletion 'hi' }; Message = '*sends a request*' }
        @{ What = 'breaks'; Provider = { break }; Message = '*nothing*' }
    ) {
        Connect-OpenAI -TokenProvider $Provider -BaseUri $server.http1
        $problem = { Invoke-OpenAICompletion 'hi' } | Should -Throw $Message -ErrorId 'InvalidConfiguration,*' -PassThru
        $problem.Exception | Should -BeOfType OpenAIStream.ApiConfigurationException
        $Error | ForEach-Object { $_ | Format-List * -Force; "$($_.Exception)" } | Out-String | Should -Not -Match 'never.seen'
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'runs again after an error' {
        $state = @{ Fails = $true }
        Connect-OpenAI -TokenProvider { if ($state.Fails) { throw 'not yet' }; 'token-1' } -BaseUri $server.http1
        { Invoke-OpenAICompletion 'hi' } | Should -Throw '*not yet'
        $state.Fails = $false
        (Invoke-OpenAICompletion 'hi').Text | Should -Be 'x'
    }

    It 'redacts the token that the service repeats' {
        Reset-TestServer
        Add-JsonReply 401 '{"error":{"message":"Wrong: token-never-seen."}}'
        Connect-OpenAI -TokenProvider { 'token-never-seen' } -BaseUri $server.http1
        { Invoke-OpenAICompletion 'hi' } | Should -Throw '*Wrong: `*`*`*.*' -ErrorId 'Authentication,*'
    }

    It 'ends when the pipeline stops' {
        $other = [powershell]::Create().AddScript({
            param($module, $address)
            Import-Module $module
            $connection = Connect-OpenAI -Name slow -TokenProvider { Start-Sleep 60; 'late' } -BaseUri $address -PassThru
            Invoke-OpenAICompletion 'hi' -Connection $connection
        }).AddArgument((Get-BuiltModule)).AddArgument($server.http1)
        $running = $other.BeginInvoke()
        while (-not (Get-OpenAIConnection slow -ErrorAction Ignore) -and -not $running.IsCompleted) { Start-Sleep -Milliseconds 20 }
        Start-Sleep -Milliseconds 300
        $since = Get-Moment
        $other.Stop()
        (Get-Moment) - $since | Should -BeLessThan 2000
        $other.InvocationStateInfo.State | Should -Be 'Stopped'
        $other.Dispose()
        Get-SentRequest | Should -BeNullOrEmpty
    }
}
