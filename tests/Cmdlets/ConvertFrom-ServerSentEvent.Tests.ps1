BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    Import-BuiltModule
    $text = "event: greeting`nid: 7`ndata: a`ndata: b`n`n: a comment`ndata: c`nretry: 250`n`ndata: unfinished"
}

Describe 'ConvertFrom-ServerSentEvent' {
    BeforeEach { $Error.Clear() }

    It 'reads <What>' -ForEach @(
        @{ What = 'text'; As = { param($text) , $text } }
        @{ What = 'text in pieces'; As = { param($text) $text.Substring(0, 20), $text.Substring(20) } }
        @{ What = 'lines, as Get-Content gives them'; As = { param($text) $text -split "`n" | Select-Object -SkipLast 1 } }
        @{ What = 'bytes'; As = { param($text) [Text.Encoding]::UTF8.GetBytes($text) } }
        @{ What = 'an array of bytes'; As = { param($text) , [Text.Encoding]::UTF8.GetBytes($text) } }
        @{ What = 'a stream'; As = { param($text) , [IO.MemoryStream]::new([Text.Encoding]::UTF8.GetBytes($text)) } }
        @{ What = 'a file'; As = { param($text) Set-Content TestDrive:/events.sse $text -NoNewline; Get-Item TestDrive:/events.sse } }
    ) {
        $events = & $As $text | ConvertFrom-ServerSentEvent
        $events | Should -HaveCount 2
        $events | Should -BeOfType OpenAIStream.ServerSentEvent
        $events[0].Event | Should -Be 'greeting'
        $events[0].Data | Should -Be "a`nb"
        $events[1].Event | Should -BeNullOrEmpty
        $events[1].Data | Should -Be 'c'
        $events.Id | Should -Be '7', '7'
        $events[1].Retry | Should -Be 250
        $Error | Should -BeNullOrEmpty
    }

    It 'reads files by -Path and -LiteralPath' {
        'one', 'two' | ForEach-Object { Set-Content -LiteralPath "TestDrive:/[$_].sse" "data: $_`n`n" }
        (ConvertFrom-ServerSentEvent -Path TestDrive:/*.sse).Data | Should -Contain 'two'
        (ConvertFrom-ServerSentEvent -LiteralPath 'TestDrive:/[one].sse').Data | Should -Be 'one'
        (Get-Item -LiteralPath 'TestDrive:/[two].sse' | ConvertFrom-ServerSentEvent).Data | Should -Be 'two'
    }

    It 'writes an event when its blank line has arrived, before there is more' {
        $seen = [Collections.Generic.List[string]]::new()
        & { "data: 1`n`n"; $seen.Count | Should -Be 1; "data: 2`n`n" } | ConvertFrom-ServerSentEvent | ForEach-Object { $seen.Add($_.Data) }
        $seen | Should -Be '1', '2'
    }

    It 'writes an error for what cannot be read, and continues' {
        $events = 'data: a', '', ([datetime]::Now), 'data: b', '' | ConvertFrom-ServerSentEvent -ErrorVariable problem -ErrorAction SilentlyContinue
        $events.Data | Should -Be 'a', 'b'
        $problem.FullyQualifiedErrorId | Should -Be 'BadArgument,OpenAIStream.ConvertFromServerSentEventCommand'
    }

    It 'hears Ctrl+C while an open stream is silent' {
        $end = [IO.Pipes.AnonymousPipeServerStream]::new()
        $start = [IO.Pipes.AnonymousPipeClientStream]::new('In', $end.ClientSafePipeHandle)
        $end.Write([Text.Encoding]::UTF8.GetBytes("data: first`n`n"))
        $shell = [powershell]::Create()
        $output = [Management.Automation.PSDataCollection[psobject]]::new()
        $null = $shell.AddScript("Import-Module '$(Get-BuiltModule)'; ConvertFrom-ServerSentEvent `$args[0]").AddArgument($start)
        $null = $shell.BeginInvoke([Management.Automation.PSDataCollection[psobject]]::new(), $output)
        for ($i = 0; $i -lt 2000 -and $output.Count -eq 0; $i++) { Start-Sleep -Milliseconds 5 }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $stopping = $shell.BeginStop($null, $null)
        $stopping.AsyncWaitHandle.WaitOne(5000) | Should -BeTrue
        $watch.ElapsedMilliseconds | Should -BeLessThan 1500
        $output.Data | Should -Be 'first'
        $end.Dispose()
        $shell.Dispose()
    }

    It 'writes an error for a stream that cannot be read, and continues' {
        $closed = [IO.MemoryStream]::new()
        $closed.Dispose()
        $events = $closed, [IO.MemoryStream]::new([Text.Encoding]::UTF8.GetBytes("data: there`n`n")) | ConvertFrom-ServerSentEvent -ErrorVariable problem -ErrorAction SilentlyContinue
        $events.Data | Should -Be 'there'
        $problem.FullyQualifiedErrorId | Should -Be 'FileNotReadable,OpenAIStream.ConvertFromServerSentEventCommand'
    }

    It 'writes an error for a missing file, and continues' {
        Set-Content TestDrive:/there.sse "data: there`n`n"
        $events = ConvertFrom-ServerSentEvent -LiteralPath TestDrive:/missing.sse, TestDrive:/there.sse -ErrorVariable problem -ErrorAction SilentlyContinue
        $events.Data | Should -Be 'there'
        $problem.FullyQualifiedErrorId | Should -Be 'PathNotFound,OpenAIStream.ConvertFromServerSentEventCommand'
        $events = ConvertFrom-ServerSentEvent -Path TestDrive:/missing.sse, TestDrive:/there.sse -ErrorVariable problem -ErrorAction SilentlyContinue
        $events.Data | Should -Be 'there'
        $problem.FullyQualifiedErrorId | Should -Be 'PathNotFound,OpenAIStream.ConvertFromServerSentEventCommand'
    }
}
