BeforeDiscovery {
    $each = 'Invoke-OpenAICompletion', 'Invoke-OpenAIChatCompletion' | ForEach-Object { @{ Command = $_ } }
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer
}
AfterAll { Stop-TestServer }

Describe '<Command> -Stream -NoEnumerate' -ForEach $each {
    BeforeEach { Reset-TestServer }

    It 'returns the open stream, which outlives the cmdlet' {
        Add-StreamReply ('one' | ConvertTo-Chunk) -Headers @{ 'x-request-id' = 'req-7' } -Then @{ waitFor = 'go' }, @{ send = "data: $('two' | ConvertTo-Chunk)`n`ndata: [DONE]`n`n" }
        $stream = & $Command 'hi' -Stream -NoEnumerate

        $stream.GetType().Name | Should -Be 'OpenStream`1'
        $stream.StatusCode | Should -Be 200
        $stream.RequestId | Should -Be 'req-7'
        $stream.MoveNext() | Should -BeTrue
        $stream.Current.Text | Should -Be 'one'
        Send-Signal go
        $stream.MoveNext() | Should -BeTrue
        $stream.Current.Text | Should -Be 'two'
        $stream.MoveNext() | Should -BeFalse
        $stream.IsComplete | Should -BeTrue
        $Error | Should -BeNullOrEmpty
    }

    It 'can be read in steps, and the rest in a loop' {
        Add-StreamReply ('a', 'b', 'c', 'd' | ConvertTo-Chunk)
        $stream = & $Command 'hi' -Stream -NoEnumerate
        $null = $stream.MoveNext()
        $stream.Current.Text | Should -Be 'a'
        $rest = foreach ($chunk in $stream) { $chunk.Text }
        $rest | Should -Be 'b', 'c', 'd'
    }

    It 'stays open if Select-Object -First passes it on' {
        Add-StreamReply ('a' | ConvertTo-Chunk) -Then @{ waitFor = 'go' }, @{ send = "data: [DONE]`n`n" }
        $stream = & $Command 'hi' -Stream -NoEnumerate | Select-Object -First 1
        $stream.MoveNext() | Should -BeTrue
        Send-Signal go
        $stream.MoveNext() | Should -BeFalse
        $stream.IsComplete | Should -BeTrue
        $Error | Should -BeNullOrEmpty
    }

    It 'can be read once' {
        Add-StreamReply ('a' | ConvertTo-Chunk)
        $stream = & $Command 'hi' -Stream -NoEnumerate
        foreach ($chunk in $stream) { $chunk.Text | Should -Be 'a' }
        { foreach ($chunk in $stream) { $chunk } } | Should -Throw '*already been read*'
    }

    It 'closes the connection when it is disposed' {
        Add-StreamReply ('a' | ConvertTo-Chunk) -Then @{ stall = $true }
        $stream = & $Command 'hi' -Stream -NoEnumerate
        $null = $stream.MoveNext()
        $left = Get-Moment
        $stream.Dispose()
        Wait-ClientGone -Since $left | Should -BeLessThan 1000
        { $stream.MoveNext() } | Should -Throw '*disposed*'
    }

    It 'closes the connection when a loop over it is left, and reports that if it is read further' {
        Add-StreamReply ('a', 'b' | ConvertTo-Chunk) -Then @{ stall = $true }
        $stream = & $Command 'hi' -Stream -NoEnumerate
        foreach ($chunk in $stream) { $left = Get-Moment; break }
        Wait-ClientGone -Since $left | Should -BeLessThan 1000
        $stream.End | Should -Be 'Disposed'
        { $stream.MoveNext() } | Should -Throw '*disposed*'
    }

    It 'closes the connection when <Way> leaves it' -ForEach @(
        @{ Way = 'break in a while loop'; Read = { while ($stream.MoveNext()) { $script:left = Get-Moment; break } } }
        @{ Way = 'throw in a while loop'; Read = { try { while ($stream.MoveNext()) { $script:left = Get-Moment; throw 'enough' } } catch { $Error.Clear() } } }
        @{ Way = 'throw in a pipeline'; Read = { try { $stream | ForEach-Object { $script:left = Get-Moment; throw 'enough' } } catch { $Error.Clear() } } }
        @{ Way = 'break in a pipeline'; Read = { foreach ($once in 1) { $stream | ForEach-Object { $script:left = Get-Moment; break } } } }
    ) {
        Add-StreamReply ('a', 'b' | ConvertTo-Chunk) -Then @{ stall = $true }
        $stream = & $Command 'hi' -Stream -NoEnumerate
        & $Read
        Wait-ClientGone -Since $left | Should -BeLessThan 1000
        $stream.End | Should -Be 'Disposed'
        { $stream.MoveNext() } | Should -Throw '*disposed*'
    }

    It 'lets go of its connection when no variable has it any longer' {
        $before = (Get-TestConnection).open
        Connect-OpenAI -BaseUri "$(Get-TestAddress)v1" -Name left
        Add-StreamReply ('a' | ConvertTo-Chunk) -Then @{ stall = $true }
        Add-StreamReply ('b' | ConvertTo-Chunk)
        & { $null = & $Command 'hi' -Stream -NoEnumerate -Connection left }
        $null = & $Command 'hi' -Stream -Connection left # its network connection is kept as long as the client
        Disconnect-OpenAI left
        for ($i = 0; $i -lt 200 -and (Get-TestConnection).open -gt $before; $i++) { [GC]::Collect(); [GC]::WaitForPendingFinalizers(); Start-Sleep -Milliseconds 10 }
        (Get-TestConnection).open | Should -Be $before
    }

    It 'says how it ended' {
        Add-StreamReply ('a' | ConvertTo-Chunk) -Then @{ waitFor = 'go' }, @{ send = "data: [DONE]`n`n" }
        $stream = & $Command 'hi' -Stream -NoEnumerate
        $null = $stream.MoveNext()
        $stream.End | Should -Be 'Open'
        Send-Signal go
        $stream.MoveNext() | Should -BeFalse
        $stream.End | Should -Be 'Done'
    }

    It 'reports an error of opening the stream like the cmdlet does' {
        Add-JsonReply 404 '{"error":{"message":"no such model"}}'
        { & $Command 'hi' -Stream -NoEnumerate } | Should -Throw '*no such model*' -ErrorId 'NotFound,*'
    }
}
