# The module against third-party servers, gateways and proxies. Tests for a missing program are skipped by name:
# npm install -g @copilotkit/aimock @dwmkerr/mock-llm @portkey-ai/gateway; nginx, haproxy and squid are Debian's packages.

BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot ForeignServers.psm1) -Force
    $noAimock = Get-MissingCommand llmock
    $noMockLlm = Get-MissingCommand mock-llm
    $noPortkey = Get-MissingCommand gateway llmock
    $noNginx = Get-MissingCommand nginx
    $noHaproxy = Get-MissingCommand haproxy
    $noSquid = Get-MissingCommand squid
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot ForeignServers.psm1) -Force
    Import-Module (Join-Path $PSScriptRoot Loopback.psm1) -Force
    $server = Start-TestServer

    function Get-Weather {
        param([Parameter(Mandatory)] [string] $City)
        "12 degrees in $City"
    }
}

AfterAll {
    Stop-Foreign
    Stop-TestServer
}

Describe 'aimock' -Skip:([bool] $noAimock) {
    BeforeAll {
        $fixtures = Join-Path $TestDrive fixtures.json
        @{
            fixtures = @(
                @{ match = @{ toolCallId = 'call_1' }; response = @{ content = 'It is 12 degrees in Oslo.' } }
                @{ match = @{ userMessage = 'weather' }; response = @{ toolCalls = @(@{ id = 'call_1'; name = 'Get-Weather'; arguments = '{"City":"Oslo"}' }) } }
                @{ match = @{ userMessage = 'limit' }; response = @{ status = 429; error = @{ message = 'Too many.'; type = 'rate_limit_error'; code = 'rate_limit_exceeded' } } }
                @{ match = @{ userMessage = 'hello' }; response = @{ content = 'Hello, wörld! 👋 How can I help you today?' } }
            )
        } | ConvertTo-Json -Depth 9 | Set-Content $fixtures
        $port = Get-FreePort
        Start-Foreign llmock '-p', $port, '-f', $fixtures, '-c', 5 -Port $port
        Connect-OpenAI -BaseUri "http://127.0.0.1:$port/v1" -ApiKey test -MaximumRetryCount 0
    }

    It 'streams a chat' {
        $chunks = Invoke-OpenAIChatCompletion hello -Stream
        $chunks.Count | Should -BeGreaterThan 5
        -join $chunks.Text | Should -Be 'Hello, wörld! 👋 How can I help you today?'
        ($chunks | Join-OpenAIChunk).FinishReason | Should -Be stop
    }

    It 'streams a response, whose joined text is that of the whole one' {
        $whole = Invoke-OpenAIResponse hello
        $joined = Invoke-OpenAIResponse hello -Stream | Join-OpenAIChunk
        $joined.Text | Should -Be $whole.Text
        $joined.Status | Should -Be completed
    }

    It 'runs tools in <_>' -ForEach 'Invoke-OpenAIChatCompletion', 'Invoke-OpenAIResponse' {
        (& $_ weather -Tools Get-Weather -InvokeTools).Text | Should -Be 'It is 12 degrees in Oslo.'
        -join (& $_ weather -Tools Get-Weather -InvokeTools -Stream).Text | Should -Match 'It is 12 degrees in Oslo\.$'
    }

    It 'reports a refusal as a refusal' {
        $failure = { Invoke-OpenAIChatCompletion limit -Stream } | Should -Throw -PassThru
        $failure.Exception | Should -BeOfType OpenAIStream.RateLimitException
        $failure.Exception.Message | Should -Match 'Too many'
    }

    It 'never treats broken answers as complete' {
        $port = Get-FreePort
        Start-Foreign llmock '-p', $port, '-f', $fixtures, '-c', 5, '--chaos-disconnect', 1 -Port $port
        Connect-OpenAI -Name cut -BaseUri "http://127.0.0.1:$port/v1" -MaximumRetryCount 0
        { Invoke-OpenAIChatCompletion hello -Stream -Connection cut } | Should -Throw -ErrorId 'Connection*'
        $port = Get-FreePort
        Start-Foreign llmock '-p', $port, '-f', $fixtures, '--chaos-malformed', 1 -Port $port
        Connect-OpenAI -Name malformed -BaseUri "http://127.0.0.1:$port/v1" -MaximumRetryCount 0
        { Invoke-OpenAIChatCompletion hello -Stream -Connection malformed } | Should -Throw -ExceptionType OpenAIStream.ResponseFormatException
    }
}

Describe 'mock-llm' -Skip:([bool] $noMockLlm) {
    BeforeAll {
        $port = Get-FreePort
        Start-Foreign mock-llm -Port $port -Variables @{ PORT = "$port"; HOST = '127.0.0.1' }
        Connect-OpenAI -BaseUri "http://127.0.0.1:$port/v1" -MaximumRetryCount 0
    }

    It 'returns its answer, whole and streamed' {
        $text = 'Tell me: what is streaming, exactly? ' * 5 # quotes break its own JSON
        (Invoke-OpenAIChatCompletion $text.Trim() -Model gpt-4).Text | Should -Be $text.Trim()
        -join (Invoke-OpenAIChatCompletion $text.Trim() -Model gpt-4 -Stream).Text | Should -Be $text.Trim()
    }

    It 'lists its models' {
        (Get-OpenAIModel).Id | Should -Contain 'gpt-5.2'
    }
}

Describe 'the Portkey gateway' -Skip:([bool] $noPortkey) {
    BeforeAll {
        $fixtures = Join-Path $TestDrive gateway.json
        @{
            fixtures = @(
                @{ match = @{ userMessage = 'limit' }; response = @{ status = 429; error = @{ message = 'Too many.'; type = 'rate_limit_error'; code = 'rate_limit_exceeded' } } }
                @{ match = @{ userMessage = 'hello' }; response = @{ content = 'Hello, wörld! 👋 How can I help you today?' } }
            )
        } | ConvertTo-Json -Depth 9 | Set-Content $fixtures
        $behind = Get-FreePort
        Start-Foreign llmock '-p', $behind, '-f', $fixtures, '-c', 5 -Port $behind
        $port = Get-FreePort
        Start-Foreign gateway "--port=$port", '--headless' -Port $port
        Connect-OpenAI -BaseUri "http://127.0.0.1:$port/v1" -ApiKey test -MaximumRetryCount 0 -Headers @{
            'x-portkey-provider' = 'groq'; 'x-portkey-custom-host' = "http://127.0.0.1:$behind/v1"
        }
    }

    It 'passes an answer on' {
        (Invoke-OpenAIChatCompletion hello).Text | Should -Be 'Hello, wörld! 👋 How can I help you today?'
    }

    It 'passes a refusal on, with the service''s own words' {
        $failure = { Invoke-OpenAIChatCompletion limit -Stream } | Should -Throw -PassThru
        $failure.Exception | Should -BeOfType OpenAIStream.RateLimitException
        $failure.Exception.Message | Should -Match 'Too many'
    }

    It 'streams, or says in its own words that it cannot' {
        # Its version 1.15.2 fails on every stream that this mock sends.
        try {
            -join (Invoke-OpenAIChatCompletion hello -Stream).Text | Should -Be 'Hello, wörld! 👋 How can I help you today?'
        }
        catch [OpenAIStream.ApiException] {
            $_.Exception.Message | Should -Match 'Something went wrong'
        }
    }
}

Describe '<Name> in front of the service' -ForEach @(
    @{ Name = 'nginx'; Missing = $noNginx }
    @{ Name = 'haproxy'; Missing = $noHaproxy }
) {
    BeforeAll {
        if ($Missing) { return }
        $port = Get-FreePort
        $dead = Get-FreePort
        $to = ([uri] $server.http1).Authority
        $config = Join-Path $TestDrive "$Name.conf"
        switch ($Name) {
            nginx {
                Set-Content $config @"
daemon off; pid $TestDrive/nginx.pid; error_log stderr; user root; worker_processes 1;
events { worker_connections 64; }
http {
    access_log off; client_body_temp_path $TestDrive/body; proxy_temp_path $TestDrive/proxy; fastcgi_temp_path $TestDrive/f; uwsgi_temp_path $TestDrive/u; scgi_temp_path $TestDrive/s;
    server {
        listen 127.0.0.1:$port;
        location / { proxy_pass http://$to; proxy_http_version 1.1; proxy_buffering off; }
        location /buffered/ { proxy_pass http://$to/; }
        location /dead/ { proxy_pass http://127.0.0.1:$dead/; }
    }
}
"@
                Start-Foreign nginx '-c', $config -Port $port
            }
            haproxy {
                Set-Content $config @"
defaults
    mode http
    option abortonclose
    retries 0
    timeout connect 5s
    timeout client 60s
    timeout server 60s
frontend all
    bind 127.0.0.1:$port
    use_backend dead if { path_beg /dead/ }
    default_backend service
backend service
    http-request replace-path /buffered(/.*) \1
    server one $to
backend dead
    server none 127.0.0.1:$dead

"@
                Start-Foreign haproxy '-f', $config -Port $port
            }
        }
        $address = "http://127.0.0.1:$port"
    }

    BeforeEach {
        if ($Missing) { Set-ItResult -Skipped -Because $Missing; return }
        Reset-TestServer
        Connect-OpenAI -BaseUri "$address/v1" -MaximumRetryCount 0
    }

    It 'delivers each chunk before the next is sent' {
        Add-StreamReply ('a' | ConvertTo-Chunk) -Then @{ waitFor = 'next' }, @{ send = "data: $('b' | ConvertTo-Chunk -FinishReason stop)`n`ndata: [DONE]`n`n" }
        $texts = Invoke-OpenAIChatCompletion hi -Stream | ForEach-Object { if ($_.Text -eq 'a') { Send-Signal next }; $_.Text }
        -join $texts | Should -Be ab
    }

    It 'may hold the answer back, which then arrives as a whole' {
        Connect-OpenAI -BaseUri "$address/buffered/v1" -MaximumRetryCount 0
        Add-StreamReply ('a' | ConvertTo-Chunk), ('b' | ConvertTo-Chunk -FinishReason stop)
        -join (Invoke-OpenAIChatCompletion hi -Stream).Text | Should -Be ab
    }

    It 'cannot make a cut-off stream look complete' {
        Add-StreamReply ('a' | ConvertTo-Chunk) -Then @{ cut = $true }
        $failure = { Invoke-OpenAIChatCompletion hi -Stream -OutVariable chunks } | Should -Throw -PassThru
        $failure.Exception | Should -BeOfType OpenAIStream.ApiConnectionException
        $failure.Exception.PartialText | Should -Be a
    }

    It 'is named when nothing is behind it, without its page' {
        Connect-OpenAI -BaseUri "$address/dead/v1" -MaximumRetryCount 0
        $failure = { Invoke-OpenAIChatCompletion hi -Stream } | Should -Throw -PassThru
        $failure.Exception | Should -BeOfType OpenAIStream.InternalServerException
        $failure.Exception.Message | Should -Match '^The service returned 50[23]'
        $failure.Exception.Message | Should -Not -Match '<'
    }

    It 'closes its connection to the service when the pipeline ends' {
        Add-StreamReply ('a' | ConvertTo-Chunk), ('b' | ConvertTo-Chunk) -Then @{ stall = $true }
        $since = Get-Moment
        Invoke-OpenAIChatCompletion hi -Stream | Select-Object -First 1 | Out-Null
        Wait-ClientGone $since | Should -BeLessThan 5000
    }
}

Describe 'squid between us and the service' -Skip:([bool] $noSquid) {
    BeforeAll {
        $port = Get-FreePort
        $config = Join-Path $TestDrive squid.conf
        Set-Content $config @"
http_port 127.0.0.1:$port
pid_filename none
cache deny all
access_log none
cache_log /dev/null
http_access allow all
shutdown_lifetime 0 seconds
"@
        Start-Foreign squid '-N', '-n', "s$port", '-f', $config -Port $port # a name of its own: it leaves shared memory behind
        $proxy = "http://127.0.0.1:$port"
    }

    AfterAll {
        Stop-Foreign
        Remove-Item "/dev/shm/s$port-*" -ErrorAction Ignore
    }

    BeforeEach {
        Reset-TestServer
    }

    It 'streams over <_>' -ForEach 'http1', 'https' {
        Connect-OpenAI -BaseUri "$($server.$_)v1" -MaximumRetryCount 0 -Proxy $proxy -SkipCertificateCheck:($_ -eq 'https')
        Add-StreamReply ('a' | ConvertTo-Chunk) -Then @{ waitFor = 'next' }, @{ send = "data: $('b' | ConvertTo-Chunk -FinishReason stop)`n`ndata: [DONE]`n`n" }
        $texts = Invoke-OpenAIChatCompletion hi -Stream | ForEach-Object { if ($_.Text -eq 'a') { Send-Signal next }; $_.Text }
        -join $texts | Should -Be ab
    }

    It 'is distinguished from the service if that cannot be reached' {
        Connect-OpenAI -BaseUri "http://127.0.0.1:$(Get-FreePort)/v1" -MaximumRetryCount 0 -Proxy $proxy
        $failure = { Invoke-OpenAIChatCompletion hi -Stream } | Should -Throw -PassThru
        $failure.Exception | Should -BeOfType OpenAIStream.ApiException
        $failure.Exception.Message | Should -Not -Match '<'
        "$($failure.Exception.Message)" | Should -Match '503|proxy'
    }
}

Describe 'squid that requires a password' -Skip:([bool] $noSquid) {
    BeforeAll {
        $port = Get-FreePort
        $config = Join-Path $TestDrive squid-password.conf
        $tries = Join-Path $TestDrive tries
        $helper = Join-Path $TestDrive check
        Set-Content $helper @"
#!/bin/sh
while read -r user password; do
    echo "`$user" >> '$tries'
    if [ "`$password" = right ]; then echo OK; else echo ERR; fi
done
"@
        chmod 755 $helper (Split-Path $helper)
        $null = New-Item $tries
        chmod 666 $tries
        Set-Content $config @"
http_port 127.0.0.1:$port
pid_filename none
cache deny all
access_log none
cache_log /dev/null
auth_param basic program $helper
auth_param basic children 1
auth_param basic realm corp
acl users proxy_auth REQUIRED
http_access allow users
http_access deny all
shutdown_lifetime 0 seconds
"@
        Start-Foreign squid '-N', '-n', "w$port", '-f', $config -Port $port
        $proxy = "127.0.0.1:$port"
        function Get-Credential([string] $Password) { [pscredential]::new('me', (ConvertTo-SecureString $Password -AsPlainText -Force)) }
    }

    AfterAll {
        Stop-Foreign
        Remove-Item "/dev/shm/w$port-*" -ErrorAction Ignore
    }

    BeforeEach {
        Reset-TestServer
        Clear-Content $tries
    }

    It 'lets the right one through over <_>' -ForEach 'http1', 'https' {
        Connect-OpenAI -BaseUri "$($server.$_)v1" -MaximumRetryCount 0 -Proxy $proxy -ProxyCredential (Get-Credential right) -SkipCertificateCheck:($_ -eq 'https')
        Add-JsonReply 200 (ConvertTo-Answer yes)
        (Invoke-OpenAIChatCompletion hi).Text | Should -Be yes
    }

    It 'is tried once with a wrong one, and named (<_>)' -ForEach 'http1', 'https' {
        Connect-OpenAI -BaseUri "$($server.$_)v1" -MaximumRetryCount 3 -Proxy $proxy -ProxyCredential (Get-Credential wrong) -SkipCertificateCheck:($_ -eq 'https')
        $failure = { Invoke-OpenAIChatCompletion hi } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'ProxyAuthentication,*'
        "$failure" | Should -BeLike "*http://$proxy refused the user name or password*407*"
        Get-Content $tries | Should -Be me
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'says that it requires one (<_>)' -ForEach 'http1', 'https' {
        Connect-OpenAI -BaseUri "$($server.$_)v1" -MaximumRetryCount 3 -Proxy $proxy -SkipCertificateCheck:($_ -eq 'https')
        $failure = { Invoke-OpenAIChatCompletion hi } | Should -Throw -PassThru
        "$failure" | Should -BeLike "*http://$proxy requires a user name and password*407*"
        Get-Content $tries | Should -BeNullOrEmpty
    }

    It 'is named when it cannot reach a service behind https' {
        $dead = "127.0.0.1:$(Get-FreePort)"
        Connect-OpenAI -BaseUri "https://$dead/v1" -MaximumRetryCount 0 -Proxy $proxy -ProxyCredential (Get-Credential right)
        $failure = { Invoke-OpenAIChatCompletion hi } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'ProxyFailed,*'
        "$failure" | Should -BeLike "The proxy http://$proxy refused to connect to $dead (503)*"
    }
}
