BeforeDiscovery {
    $each = 'Invoke-OpenAICompletion', 'Invoke-OpenAIChatCompletion' | ForEach-Object { @{ Command = $_ } }
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
    $soon = 1000 # milliseconds on a busy machine; only a few on an idle one
}
AfterAll { Stop-TestServer }

Describe '<Command> closes the connection' -ForEach $each {
    BeforeEach {
        Reset-TestServer
        Add-StreamReply ('one' | ConvertTo-Chunk) -Then @{ stall = $true }
    }

    It 'when Select-Object has had enough' {
        & $Command 'hi' -Stream | ForEach-Object { $script:left = Get-Moment; $_ } | Select-Object -First 1 | Should -Not -BeNullOrEmpty
        Wait-ClientGone -Since $left | Should -BeLessThan $soon
        $Error | Should -BeNullOrEmpty
    }

    It 'when a script block further down the pipeline throws' {
        { & $Command 'hi' -Stream | ForEach-Object { $script:left = Get-Moment; throw 'enough' } } | Should -Throw 'enough'
        Wait-ClientGone -Since $left | Should -BeLessThan $soon
        $Error | Should -HaveCount 1
    }

    It 'when a loop around it is left' {
        foreach ($once in 1) { & $Command 'hi' -Stream | ForEach-Object { $script:left = Get-Moment; break } }
        Wait-ClientGone -Since $left | Should -BeLessThan $soon
        $Error | Should -BeNullOrEmpty
    }
}

# On Linux and macOS a terminal sends Ctrl+C as a signal; Windows cannot send it to a single other process.
Describe 'Ctrl+C in a process of its own' -Skip:$IsWindows {
    BeforeEach { Reset-TestServer }

    It 'closes the connection <When>, and finally blocks run' -ForEach @(
        @{ When = 'before the headers'; Steps = @(@{ stall = $true }) }
        @{ When = 'in mid-stream'; Steps = @(@{ send = "data: {`"choices`":[]}`n`n" }, @{ stall = $true }) }
    ) {
        Add-Reply @{ headers = @{ 'content-type' = 'text/event-stream' }; steps = $Steps }
        $log = Join-Path $TestDrive 'log.txt'
        $script = Join-Path $TestDrive 'script.ps1'
        Set-Content $script @"
            Import-Module '$(Get-BuiltModule)'
            Connect-OpenAI -BaseUri $($server.http1)
            try { Invoke-OpenAIChatCompletion hi -Stream | Out-Null; 'went on' > '$log' } finally { "finally, `$(`$Error.Count) errors" > '$log' }
"@
        $process = Start-OwnProcess $script
        Wait-Request
        Start-Sleep -Milliseconds 200

        $left = Get-Moment
        & kill -INT $process.Id
        Wait-ClientGone -Since $left | Should -BeLessThan $soon
        $process.WaitForExit(5000) | Should -BeTrue
        Get-Content $log | Should -Be 'finally, 0 errors'
    }
}
