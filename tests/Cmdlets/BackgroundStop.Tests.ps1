# Ctrl+C on a background response: the service charges for it even when nobody reads it.
BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
    $soon = 1500 # milliseconds on a busy machine

    $created = '{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","status":"queued","output":[]}}'
    $cancelled = '{"id":"resp_1","object":"response","status":"cancelled","output":[]}'

    # A session that runs a script, waits for the condition in -Until, and is then stopped.
    function Stop-Call([string] $Script, [scriptblock] $Until) {
        $shell = [powershell]::Create()
        $output = [Management.Automation.PSDataCollection[psobject]]::new()
        $null = $shell.AddScript("Import-Module '$(Get-BuiltModule)'; Connect-OpenAI -BaseUri '$($server.http1)v1'; $Script")
        $null = $shell.BeginInvoke([Management.Automation.PSDataCollection[psobject]]::new(), $output)
        & $Until $output
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()
        $watch.ElapsedMilliseconds
        $shell.Streams.Error | Should -BeNullOrEmpty
        $shell.Dispose()
    }

    function Wait-Output($Output) { for ($i = 0; $i -lt 2000 -and $Output.Count -eq 0; $i++) { Start-Sleep -Milliseconds 5 } }
    function Get-Path { @(Get-SentRequest | ForEach-Object { "$($_.method) $($_.path)" }) }

    function Add-EndlessStream { Add-Reply @{ path = '/v1/responses'; headers = @{ 'content-type' = 'text/event-stream' }; steps = @(@{ send = "data: $created`n`n" }, @{ stall = $true }) } }
    function Add-Cancellation([hashtable[]] $Steps = @(@{ send = $cancelled })) { Add-Reply @{ path = '/v1/responses/resp_1/cancel'; headers = @{ 'content-type' = 'application/json' }; steps = $Steps } }
}
AfterAll { Stop-TestServer }

Describe 'Ctrl+C on -Background' {
    BeforeEach { Reset-TestServer }

    It 'cancels the response at the service' {
        Add-EndlessStream
        Add-Cancellation
        Stop-Call "Invoke-OpenAIResponse hi -Background -Stream" { param($output) Wait-Output $output } | Should -BeLessThan $soon
        Wait-Request 1
        Get-Path | Should -Be 'POST /v1/responses', 'POST /v1/responses/resp_1/cancel'
    }

    It 'returns at once even if the service cancels slowly' {
        Add-EndlessStream
        Add-Cancellation @(@{ stall = $true })
        Stop-Call "Invoke-OpenAIResponse hi -Background -Stream" { param($output) Wait-Output $output } | Should -BeLessThan $soon
        Wait-Request 1
    }

    It 'leaves the response running with -LeaveRunning' {
        Add-EndlessStream
        $since = Get-Moment
        $null = Stop-Call "Invoke-OpenAIResponse hi -Background -Stream -LeaveRunning" { param($output) Wait-Output $output }
        $null = Wait-ClientGone -Since $since
        Start-Sleep -Milliseconds 200
        Get-Path | Should -Be 'POST /v1/responses'
    }

    It 'cancels a response whose id is not known yet, as a <What>' -ForEach @(
        @{ What = 'stream'; Switch = '-Stream'; Type = 'text/event-stream'; Body = { "data: $created`n`n" } }
        @{ What = 'stream whose headers had come'; Switch = '-Stream'; Type = 'text/event-stream'; Flush = $true; Body = { "data: $created`n`n" } }
        @{ What = 'stream that sends comments first'; Switch = '-Stream'; Type = 'text/event-stream'; Flush = $true; Body = { ": wait`n`ndata: $created`n`n" } }
        @{ What = 'stream that sends keepalive events first'; Switch = '-Stream'; Type = 'text/event-stream'; Flush = $true; First = "data: {`"type`":`"keepalive`"}`n`n"; Body = { "data: $created`n`n" } }
        @{ What = 'whole'; Switch = ''; Type = 'application/json'; Body = { '{"id":"resp_1","object":"response","status":"queued","output":[]}' } }
    ) {
        Add-Reply @{ path = '/v1/responses'; headers = @{ 'content-type' = $Type }; steps = @(if ($Flush) { @{ flush = $true } }) + @(if ($First) { @{ send = $First } }) + @(@{ waitFor = 'stopped' }, @{ send = & $Body }) }
        Add-Cancellation
        Stop-Call "Invoke-OpenAIResponse hi -Background $Switch" { Wait-Request; if ($Flush) { Start-Sleep -Milliseconds 200 } } | Should -BeLessThan $soon
        Send-Signal stopped
        Wait-Request 1
        Get-Path | Should -Be 'POST /v1/responses', 'POST /v1/responses/resp_1/cancel'
    }

    It 'writes the keepalive events before the one with the id too' {
        Add-StreamReply '{"type":"keepalive"}', '{"type":"ping"}', $created, '{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[]}}'
        (Invoke-OpenAIResponse hi -Background -Stream).Type | Should -Be keepalive, ping, response.created, response.completed
    }

    It 'cancels each of several' {
        Set-DefaultReply @{ headers = @{ 'content-type' = 'text/event-stream' }; steps = @(@{ send = "data: $created`n`n" }, @{ stall = $true }) }
        Add-Cancellation
        $null = Stop-Call "'a', 'b' | Invoke-OpenAIResponse -Background -Stream -ThrottleLimit 2" { param($output) Wait-Output $output; Wait-Request 1 }
        Wait-Request 2
        (Get-Path)[-1] | Should -Be 'POST /v1/responses/resp_1/cancel'
    }

    It 'cancels whole responses that were created and not written yet, and leaves the written one running' {
        1..3 | ForEach-Object { Add-Reply @{ path = '/v1/responses'; headers = @{ 'content-type' = 'application/json' }; steps = @(@{ send = "{`"id`":`"resp_$_`",`"object`":`"response`",`"status`":`"queued`",`"background`":true,`"output`":[]}" }) } }
        Set-DefaultReply @{ headers = @{ 'content-type' = 'application/json' }; steps = @(@{ send = $cancelled }) }
        $null = Stop-Call "'a', 'b', 'c' | Invoke-OpenAIResponse -Background -ThrottleLimit 3 | ForEach-Object { `$_.Id; Start-Sleep 60 }" {
            param($output)
            Wait-Output $output
            Wait-Request 2
            $script:written = "$($output[0])"
            Start-Sleep -Milliseconds 300 # the other two arrive
        }
        Wait-Request 4
        $expected = 'resp_1', 'resp_2', 'resp_3' | Where-Object { $_ -ne $written } | ForEach-Object { "POST /v1/responses/$_/cancel" }
        @(Get-Path) -like '*cancel' | Sort-Object | Should -Be $expected
    }

    It 'does not cancel a response that has ended' {
        Add-StreamReply $created, '{"type":"response.completed","sequence_number":1,"response":{"id":"resp_1","status":"completed","output":[]}}' -Then @()
        $null = Stop-Call "Invoke-OpenAIResponse hi -Background -Stream; 'done'; Start-Sleep 60" { param($output) for ($i = 0; $i -lt 2000 -and $output.Count -lt 3; $i++) { Start-Sleep -Milliseconds 5 } }
        Start-Sleep -Milliseconds 200
        Get-Path | Should -Be 'POST /v1/responses'
    }

    It 'differs from Select-Object, which leaves the response running' {
        Add-EndlessStream
        (Invoke-OpenAIResponse hi -Background -Stream | Select-Object -First 1).Response.Id | Should -Be 'resp_1'
        Start-Sleep -Milliseconds 200
        Get-Path | Should -Be 'POST /v1/responses'
    }

    It 'reaches the service from a process that exits' -Skip:$IsWindows {
        Add-EndlessStream
        Add-Cancellation
        $script = Join-Path $TestDrive 'script.ps1'
        Set-Content $script "Import-Module '$(Get-BuiltModule)'; Connect-OpenAI -BaseUri '$($server.http1)v1'; Invoke-OpenAIResponse hi -Background -Stream | ForEach-Object { Set-Content '$TestDrive/got' x }"
        $process = Start-OwnProcess $script
        for ($i = 0; $i -lt 4000 -and -not (Test-Path $TestDrive/got); $i++) { Start-Sleep -Milliseconds 5 }
        & kill -INT $process.Id
        Wait-Request 1
        $process.WaitForExit(5000) | Should -BeTrue
        (Get-Path)[1] | Should -Be 'POST /v1/responses/resp_1/cancel'
    }

    It 'cannot be combined with <Call>' -ForEach @(
        @{ Call = 'Invoke-OpenAIResponse hi -LeaveRunning'; Says = '*-Background*' }
        @{ Call = 'Invoke-OpenAIResponse hi -CompletionWindow 2h'; Says = '*-Background*' }
        @{ Call = 'Invoke-OpenAIResponse hi -Background -CompletionWindow 8H -Stream'; Says = '*-Stream*' }
        @{ Call = "Invoke-OpenAIResponse hi -Background -CompletionWindow 2h -Options @{ BackgroundOptions = @{ ContinuationId = 'x' } }"; Says = '*BackgroundOptions*' }
    ) {
        { & ([scriptblock]::Create($Call)) } | Should -Throw $Says
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'has windows that Tab completes' {
        Add-JsonReply 200 '{"id":"resp_1","object":"response","status":"queued"}'
        (Invoke-OpenAIResponse hi -Background -CompletionWindow 2H).Status | Should -Be queued
        (Get-SentRequest).Json.background_options.completion_window | Should -Be '2h'
        (TabExpansion2 'Invoke-OpenAIResponse hi -CompletionWindow ').CompletionMatches.CompletionText | Should -Be 'soonest', '2h', '8h'
    }
}
