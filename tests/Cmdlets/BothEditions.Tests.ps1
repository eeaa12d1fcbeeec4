# Tests for every PowerShell edition, written in syntax that Windows PowerShell 5.1 supports. Only these run there.

BeforeAll {
    $root = Join-Path $PSScriptRoot '../..'
    $module = if ($env:OPENAISTREAM_TESTED) { $env:OPENAISTREAM_TESTED } else { Join-Path $root 'out/OpenAIStream/OpenAIStream.psd1' }
    Import-Module (Resolve-Path $module).Path -Force

    $start = New-Object Diagnostics.ProcessStartInfo 'dotnet'
    $start.Arguments = '"{0}" --parent {1}' -f (Resolve-Path (Join-Path $root 'tests/LoopbackServer/bin/*/net10.0/LoopbackServer.dll') | Select-Object -First 1).Path, $PID
    $start.RedirectStandardOutput = $true
    $start.UseShellExecute = $false
    $process = [Diagnostics.Process]::Start($start)
    $server = $process.StandardOutput.ReadLine() | ConvertFrom-Json
    Connect-OpenAI -BaseUri "$($server.http1)v1" -ApiKey (ConvertTo-SecureString 'sk-both' -AsPlainText -Force) -MaximumRetryCount 0

    function Add-Stream([string[]] $Payload, [string] $End = "data: [DONE]`n`n") {
        $text = (($Payload | ForEach-Object { "data: $_`n`n" }) -join '') + $End
        Add-Answer @{ headers = @{ 'content-type' = 'text/event-stream' }; steps = @(@{ send = $text }) }
    }

    # Milliseconds from a moment until the server saw the client of its only request go.
    function Wait-Gone([DateTime] $Since) {
        $answer = (Invoke-WebRequest "$($server.control)requests/0/gone?timeoutMs=10000" -UseBasicParsing).Content | ConvertFrom-Json
        if (-not $answer.gone) { throw $answer.message }
        $answer.at - ($Since - (New-Object DateTime 1970, 1, 1)).TotalMilliseconds
    }

    function Clear-Server {
        $null = Invoke-WebRequest "$($server.control)clear" -Method Post -UseBasicParsing
    }

    function Add-Answer([hashtable] $Answer) {
        $json = '[{0}]' -f (ConvertTo-Json $Answer -Depth 9 -Compress)
        $null = Invoke-WebRequest "$($server.control)replies" -Method Post -Body ([Text.Encoding]::UTF8.GetBytes($json)) -UseBasicParsing
    }

    $chunks = '{"choices":[{"index":0,"delta":{"content":"Zw\u00f6lf "}}],"id":"c","model":"m","odd":{"kept":1}}',
        '{"choices":[{"index":0,"delta":{"content":"K\u00e4tzchen"},"finish_reason":"stop"}],"id":"c","model":"m"}'
}
AfterAll {
    $null = Invoke-WebRequest "$($server.control)stop" -Method Post -UseBasicParsing
    Disconnect-OpenAI
}

Describe 'On any PowerShell' {
    It 'each chunk of a stream is an object' {
        Add-Stream $chunks
        $all = @(Invoke-OpenAIChatCompletion 'Hi' -Stream)
        $all.Count | Should -Be 2
        $all[0].GetType().FullName | Should -Be 'OpenAIStream.ChatCompletionChunk'
        -join $all.Text | Should -Be "Zw$([char] 0xf6)lf K$([char] 0xe4)tzchen"
        $all[0].odd.kept | Should -Be 1
    }

    It 'chunks join to the whole answer' {
        Add-Stream $chunks
        $whole = Invoke-OpenAIChatCompletion 'Hi' -Stream | Join-OpenAIChunk
        $whole.Text | Should -Be "Zw$([char] 0xf6)lf K$([char] 0xe4)tzchen"
        $whole.FinishReason | Should -Be stop
    }

    It 'a stream can be left early' {
        Add-Stream $chunks
        $before = $Error.Count
        (Invoke-OpenAIChatCompletion 'Hi' -Stream | Select-Object -First 1).Text | Should -BeLike 'Zw*'
        $Error.Count | Should -Be $before
    }

    It 'a failure is caught by its type' {
        Add-Answer @{ status = 429; headers = @{ 'content-type' = 'application/json' }; steps = @(@{ send = '{"error":{"message":"Too fast"}}' }) }
        { Invoke-OpenAIChatCompletion 'Hi' -Stream -ErrorAction Stop } | Should -Throw -ExceptionType ([OpenAIStream.RateLimitException])
    }

    It 'a stream that breaks off is an error with the text so far' {
        Add-Stream $chunks[0] -End ''
        $text = ''
        try { Invoke-OpenAIChatCompletion 'Hi' -Stream | ForEach-Object { $text += $_.Text } }
        catch [OpenAIStream.StreamEndedEarlyException] { $partial = $_.Exception.PartialText }
        $partial | Should -BeLike 'Zw*'
        $text | Should -Be $partial
    }

    It 'a whole answer comes without -Stream' {
        Add-Answer @{ headers = @{ 'content-type' = 'application/json' }; steps = @(@{ send = '{"choices":[{"index":0,"text":"Yes","finish_reason":"stop"}]}' }) }
        (Invoke-OpenAICompletion 'Hi' -Model m).Text | Should -Be Yes
    }

    It 'a stream that stalls is stopped, and its connection closed, within a bound' {
        Clear-Server
        Add-Answer @{ headers = @{ 'content-type' = 'text/event-stream' }; steps = @(@{ send = "data: $($chunks[0])`n`n" }, @{ stall = $true }) }
        $shell = [PowerShell]::Create()
        $null = $shell.AddScript({
                param($module, $address)
                Import-Module $module
                Connect-OpenAI -BaseUri $address -ApiKey (ConvertTo-SecureString 'sk-both' -AsPlainText -Force) -MaximumRetryCount 0
                Invoke-OpenAIChatCompletion 'Hi' -Stream
            }).AddArgument((Get-Module OpenAIStream).Path).AddArgument("$($server.http1)v1")
        $output = New-Object Management.Automation.PSDataCollection[psobject]
        $running = $shell.BeginInvoke((New-Object Management.Automation.PSDataCollection[psobject]), $output)
        for ($i = 0; $i -lt 2000 -and $output.Count -eq 0; $i++) { Start-Sleep -Milliseconds 10 }
        $output.Count | Should -Be 1 -Because "$($shell.Streams.Error.ReadAll())"

        $stopped = [DateTime]::UtcNow
        $shell.Stop()
        ([DateTime]::UtcNow - $stopped).TotalMilliseconds | Should -BeLessThan 1000
        $running.IsCompleted | Should -BeTrue
        Wait-Gone $stopped | Should -BeLessThan 400 -Because '.NET Framework would drain it for 500 ms'
        $shell.Dispose()
    }

    It 'a stream that stalls is left within a bound' {
        Clear-Server
        Add-Answer @{ headers = @{ 'content-type' = 'text/event-stream' }; steps = @(@{ send = "data: $($chunks[0])`n`n" }, @{ stall = $true }) }
        $null = Invoke-OpenAIChatCompletion 'Hi' -Stream | Select-Object -First 1
        Wait-Gone ([DateTime]::UtcNow) | Should -BeLessThan 400 -Because '.NET Framework would drain it for 500 ms'
    }

    It 'eight requests run side by side' {
        Clear-Server
        1..16 | ForEach-Object { Add-Stream $chunks[1] }
        $all = @(1..16 | ForEach-Object { "Prompt $_" } | Invoke-OpenAIChatCompletion -Stream -ThrottleLimit 8)
        $all.Count | Should -Be 16
        $all.InputIndex | Sort-Object | Should -Be (0..15)
    }

    It 'a server is asked over TLS, and one that nobody vouches for is refused' {
        Add-Stream $chunks
        Connect-OpenAI -BaseUri "$($server.https)v1" -ApiKey (ConvertTo-SecureString 'sk-both' -AsPlainText -Force) -MaximumRetryCount 0 -SkipCertificateCheck -Name safe
        -join (Invoke-OpenAIChatCompletion 'Hi' -Stream -Connection safe).Text | Should -BeLike 'Zw*tzchen'
        Connect-OpenAI -BaseUri "$($server.https)v1" -ApiKey (ConvertTo-SecureString 'sk-both' -AsPlainText -Force) -MaximumRetryCount 0 -Name strict
        { Invoke-OpenAIChatCompletion 'Hi' -Stream -Connection strict -ErrorAction Stop } | Should -Throw -ExceptionType ([OpenAIStream.ApiCertificateException])
        Disconnect-OpenAI -Name safe
        Disconnect-OpenAI -Name strict
    }

    It 'Get-Help knows a cmdlet and a topic' {
        $help = Get-Help Invoke-OpenAIChatCompletion -Full
        $help.Synopsis | Should -Not -BeLike '*Invoke-OpenAIChatCompletion*' -Because 'a synopsis that nobody wrote repeats the syntax'
        @($help.examples.example).Count | Should -BeGreaterThan 2
        (Get-Help about_OpenAIStream | Out-String) | Should -BeLike '*Invoke-OpenAIChatCompletion*'
    }

    It 'a chunk is shown by its view' {
        Add-Stream $chunks
        $lines = (Invoke-OpenAIChatCompletion 'Hi' -Stream | Out-String -Width 80).Trim() -split '\r?\n'
        $lines[0] | Should -Match '^FinishReason\s+Text'
        $lines[-1] | Should -BeLike "stop*K$([char] 0xe4)tzchen"
    }
}
