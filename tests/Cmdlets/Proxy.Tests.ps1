BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
    $proxy = ([uri] $server.http1).Authority
    $variables = 'http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'
    $before = @{}
    foreach ($name in $variables + $variables.ToUpperInvariant()) {
        $before[$name] = [Environment]::GetEnvironmentVariable($name)
        Remove-Item "Env:$name" -ErrorAction Ignore
    }
    $never = 'pass-word-1', 'user-name-1' -join '|' # not written where an error shows the line
    $credential = [pscredential]::new('user-name-1', (ConvertTo-SecureString 'pass-word-1' -AsPlainText -Force))

    function Get-DeadAddress {
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        try { "$($listener.LocalEndpoint)" } finally { $listener.Stop() }
    }

    # Everything that a user could see of an error, and of the output before it.
    function Get-Seen([scriptblock] $Script) {
        $seen = & { try { & $Script -Verbose -Debug } catch { $_; Get-Error $_; $_.Exception.ToString(); $_.ErrorDetails.RecommendedAction } } *>&1
        $seen | Out-String -Width 500
    }
}

AfterAll {
    foreach ($name in $before.Keys) { [Environment]::SetEnvironmentVariable($name, $before[$name]) }
    Stop-TestServer
}

Describe 'A proxy that requires a password' {
    BeforeEach {
        Reset-TestServer
        Set-DefaultReply @{ status = 407; headers = @{ 'proxy-authenticate' = 'Basic realm="corp"' } }
    }

    It 'is named, with advice, and tried once (<Scheme>, <With>)' -ForEach @(
        @{ Scheme = 'http'; With = 'no password' }, @{ Scheme = 'http'; With = 'a wrong password' }, @{ Scheme = 'http'; With = 'a wrong password in the address' }
        @{ Scheme = 'https'; With = 'no password' }, @{ Scheme = 'https'; With = 'a wrong password' }, @{ Scheme = 'https'; With = 'a wrong password in the address' }
    ) {
        $settings = @{ BaseUri = "${Scheme}://api.example.test/v1"; ApiKey = 'sk-0123456789'; MaximumRetryCount = 3; Proxy = "http://$proxy" }
        if ($With -eq 'a wrong password') { $settings.ProxyCredential = $credential }
        if ($With -like '*in the address') { $settings.Proxy = "http://user-name-1:pass-word-1@$proxy" }
        Connect-OpenAI @settings

        $failure = { Invoke-OpenAIChatCompletion hi -Model m } | Should -Throw -PassThru

        $failure.FullyQualifiedErrorId | Should -Be 'ProxyAuthentication,OpenAIStream.InvokeOpenAIChatCompletionCommand'
        $failure.CategoryInfo.Category | Should -Be AuthenticationError
        "$failure" | Should -BeLike "*http://$proxy*407*"
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*Connect-OpenAI -ProxyCredential*'
        @(Get-SentRequest).Count | Should -BeIn 1, 2 -Because 'the password is sent once'
        Get-Seen { Invoke-OpenAIChatCompletion hi -Model m @args } | Should -Not -Match $never
    }

    It 'gets that of -ProxyCredential if <Name> specifies it' -ForEach @(
        @{ Name = '-Proxy'; Scheme = 'http' }, @{ Name = 'HTTP_PROXY'; Scheme = 'http' }, @{ Name = 'https_proxy'; Scheme = 'https' }, @{ Name = 'ALL_PROXY'; Scheme = 'https' }
    ) {
        $settings = @{ BaseUri = "${Scheme}://api.example.test/v1"; ApiKey = 'sk-0123456789'; ProxyCredential = $credential }
        if ($Name -eq '-Proxy') { $settings.Proxy = $proxy } else { [Environment]::SetEnvironmentVariable($Name, "http://$proxy") }
        try { Connect-OpenAI @settings } finally { if ($Name -ne '-Proxy') { Remove-Item "Env:$Name" } }

        { Invoke-OpenAIChatCompletion hi -Model m } | Should -Throw

        $sent = 'Basic ' + [Convert]::ToBase64String([Text.Encoding]::ASCII.GetBytes('user-name-1:pass-word-1'))
        @(Get-SentRequest)[-1].headers.'Proxy-Authorization' | Should -Be $sent
    }

    It 'is not used with -ProxyCredential if there is none' {
        $failure = { Connect-OpenAI -BaseUri https://api.example.test/v1 -ApiKey sk-0123456789 -ProxyCredential $credential } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'InvalidConfiguration,OpenAIStream.ConnectOpenAICommand'
        "$failure" | Should -BeLike '-ProxyCredential requires a proxy, but there is none for api.example.test.*-Proxy*'
    }
}

Describe 'A proxy' {
    BeforeEach {
        Reset-TestServer
    }

    It 'is <Is> in -Proxy <Text>' -ForEach @(
        @{ Text = '127.0.0.1:{0}'; Is = 'http://127.0.0.1:{0}/' }, @{ Text = 'localhost:{0}'; Is = 'http://localhost:{0}/' }, @{ Text = ' localhost:{0}'; Is = 'http://localhost:{0}/' }
        @{ Text = 'me:pass-word-1@localhost:{0}'; Is = 'http://localhost:{0}/' }, @{ Text = 'HTTP://localhost:{0}'; Is = 'http://localhost:{0}/' }
        @{ Text = 'proxy.example'; Is = 'http://proxy.example/' }, @{ Text = '[::1]:{0}'; Is = 'http://[::1]:{0}/' }
        @{ Text = 'socks5h://localhost:{0}'; Is = 'socks5://localhost:{0}/' }, @{ Text = 'socks5://localhost'; Is = 'socks5://localhost:1080/' }
    ) {
        $port = ([uri] $server.http1).Port
        $connection = Connect-OpenAI -BaseUri http://api.example.test/v1 -ApiKey sk-0123456789 -Proxy ($Text -f $port) -MaximumRetryCount 0 -PassThru
        "$($connection.Proxy)" | Should -Be ($Is -f $port)
        if ($Is -match '^http://(localhost|127)') {
            Add-JsonReply 200 (ConvertTo-Answer yes)
            (Invoke-OpenAIChatCompletion hi -Model m).Text | Should -Be yes
        }
    }

    It 'is refused at once in -Proxy <_>' -ForEach 'ftp://p:1', 'file:///p', 'socks6://p:1', '', 'ftp://me:pass-word-1@p:1' {
        $failure = { Connect-OpenAI -BaseUri http://api.example.test/v1 -ApiKey sk-0123456789 -Proxy $_ } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'InvalidConfiguration,OpenAIStream.ConnectOpenAICommand'
        "$failure" | Should -BeLike '*Proxy*'
        "$failure" | Should -Not -Match 'pass-word-1'
    }

    It 'is refused at once in <Name>=<Value>' -ForEach @{ Name = 'HTTPS_PROXY'; Value = 'ftp://p:1' }, @{ Name = 'all_proxy'; Value = 'http://:1' } {
        [Environment]::SetEnvironmentVariable($Name, $Value)
        try { $failure = { Connect-OpenAI -BaseUri https://api.example.test/v1 -ApiKey sk-0123456789 } | Should -Throw -PassThru } finally { Remove-Item "Env:$Name" }
        "$failure" | Should -BeLike "$Name *"
    }

    It 'that is down is reported, and not the service (<_>)' -ForEach 'http', 'https' {
        $dead = Get-DeadAddress
        Connect-OpenAI -BaseUri "${_}://api.example.test/v1" -ApiKey sk-0123456789 -Proxy "me:pass-word-1@$dead" -MaximumRetryCount 0
        $failure = { Invoke-OpenAIChatCompletion hi -Model m } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'ProxyFailed,OpenAIStream.InvokeOpenAIChatCompletionCommand'
        "$failure" | Should -BeLike "The proxy http://$dead could not be reached*"
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-Proxy of Connect-OpenAI*'
        Get-Seen { Invoke-OpenAIChatCompletion hi -Model m @args } | Should -Not -Match $never
    }
}

Describe 'A certificate that is not accepted' {
    It 'says so, with host and port, why, and what to do' {
        Reset-TestServer
        Connect-OpenAI -BaseUri "$($server.https)v1" -MaximumRetryCount 3
        $failure = { Invoke-OpenAIChatCompletion hi -Model m } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'CertificateRefused,OpenAIStream.InvokeOpenAIChatCompletionCommand'
        $failure.CategoryInfo.Category | Should -Be SecurityError
        "$failure" | Should -BeLike "The certificate of $(([uri] $server.https).Authority) is not accepted: this machine does not trust the self-signed certificate 'CN=localhost'*"
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-SkipCertificateCheck of Connect-OpenAI*'
    }
}
