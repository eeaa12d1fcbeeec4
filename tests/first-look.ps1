<#
.SYNOPSIS
    The first look at the module, with any PowerShell from Windows PowerShell 5.1 on: what a stranger does first, in a line each.
.DESCRIPTION
    It needs nothing but an engine and the module: no Pester, no .NET SDK, no network. Run it with the engine that is to be
    looked at, or name engines with -Engine:

      pwsh-7.4 -NoProfile -File tests/first-look.ps1
      powershell -NoProfile -ExecutionPolicy Bypass -File tests\first-look.ps1
      wine pwsh.exe -NoProfile -File tests/first-look.ps1
      pwsh -File tests/first-look.ps1 -Engine /opt/pwsh-7.4/pwsh, /opt/pwsh-7.5/pwsh

    The exit code is the number of looks that failed.
.PARAMETER Module
    The module's manifest. Without it: what was built last, out/OpenAIStream.
.PARAMETER Engine
    Programs to run this script with, one after the other.
#>
param(
    [string] $Module,

    [string[]] $Engine
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$windows = [IO.Path]::DirectorySeparatorChar -eq '\'
if (-not $Module) {
    $Module = Join-Path (Join-Path (Join-Path $PSScriptRoot '..') 'out') (Join-Path 'OpenAIStream' 'OpenAIStream.psd1')
}

$Module = (Resolve-Path $Module).Path
if ($Engine) {
    $failed = 0
    foreach ($program in $Engine) {
        $bypass = @(if ($windows) { '-ExecutionPolicy', 'Bypass' })
        & $program -NoProfile -NonInteractive @bypass -File $PSCommandPath -Module $Module
        $failed += $LASTEXITCODE
    }

    exit $failed
}

$failed = 0
function Look([string] $What, [scriptblock] $Script) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    try {
        $global:Error.Clear()
        $saw = & $Script
        '{0,6} ms  {1}: {2}' -f $clock.ElapsedMilliseconds, $What, $saw
    }
    catch {
        $script:failed++
        "  FAILED  ${What}: $_"
        $_.ScriptStackTrace
    }
}

function Confirm-That([bool] $Holds, [string] $What) {
    if (-not $Holds) { throw $What }
}

# A server on this machine, on a thread of its own: it sends one event and then nothing, until the client goes. It says
# when that was.
function Start-SilentServer {
    $listener = New-Object Net.Sockets.TcpListener ([Net.IPAddress]::Loopback), 0
    $listener.Start()
    $shell = [PowerShell]::Create()
    $null = $shell.AddScript({
            param($listener)
            $client = $listener.AcceptTcpClient()
            $stream = $client.GetStream()
            $buffer = New-Object byte[] 65536
            $request = ''
            while ($request -notmatch "\r\n\r\n.*}$") {
                $request += [Text.Encoding]::ASCII.GetString($buffer, 0, $stream.Read($buffer, 0, $buffer.Length))
            }

            $event = 'data: {"id":"c","choices":[{"index":0,"text":"One","finish_reason":null}]}' + "`n`n"
            $answer = "HTTP/1.1 200 OK`r`nContent-Type: text/event-stream`r`nTransfer-Encoding: chunked`r`n`r`n{0:x}`r`n{1}`r`n" -f $event.Length, $event
            $bytes = [Text.Encoding]::ASCII.GetBytes($answer)
            $stream.Write($bytes, 0, $bytes.Length)
            try { while ($stream.Read($buffer, 0, $buffer.Length) -gt 0) { } } catch { $null = $_ } # reset is gone, too
            $gone = [DateTime]::UtcNow
            $client.Close()
            $listener.Stop()
            @{ Request = $request; Gone = $gone }
        }).AddArgument($listener)
    @{ Address = "http://127.0.0.1:$($listener.LocalEndpoint.Port)/v1"; Shell = $shell; Waiting = $shell.BeginInvoke() }
}

function Receive-Server([hashtable] $Server) {
    Confirm-That $Server.Waiting.AsyncWaitHandle.WaitOne(10000) 'The connection was open 10 s later.'
    $Server.Shell.EndInvoke($Server.Waiting)
}

"PowerShell $($PSVersionTable.PSVersion) ($($PSVersionTable.PSEdition)) on $([Runtime.InteropServices.RuntimeInformation]::FrameworkDescription), $([Runtime.InteropServices.RuntimeInformation]::OSDescription), $([Runtime.InteropServices.RuntimeInformation]::ProcessArchitecture)"

Look 'Import-Module' {
    Import-Module $Module
    $found = @(Get-Command -Module OpenAIStream)
    Confirm-That ($found.Count -gt 20) "It has $($found.Count) commands."
    "$($found.Count) commands, $([OpenAIStream.OpenAIClient].Assembly.Location)"
}

$recording = Join-Path (Join-Path (Split-Path $Module) 'recordings') 'explain-streaming'
$question = 'Explain streaming in one sentence.'
Look 'A recording streams' {
    Connect-OpenAI -ReplayFrom $recording -Model gpt-3.5-turbo-instruct
    $chunks = @(Invoke-OpenAICompletion $question -Stream)
    Confirm-That ($chunks.Count -gt 10 -and $chunks[0].GetType().FullName -eq 'OpenAIStream.Completion') "It has $($chunks.Count) chunks."
    "$($chunks.Count) chunks, '$(-join $chunks.Text)'"
}

Look 'Show-OpenAIStream' {
    $answer = Invoke-OpenAICompletion $question -Stream | Show-OpenAIStream -PassThru 6>$null
    Confirm-That ($answer.FinishReason -eq 'stop') "It ended with '$($answer.FinishReason)'."
    "$($answer.Text.Length) characters, FinishReason $($answer.FinishReason)"
}

Look 'Select-Object -First 3' {
    $three = @(Invoke-OpenAICompletion $question -Stream | Select-Object -First 3)
    Confirm-That ($three.Count -eq 3 -and $Error.Count -eq 0) "$($three.Count) chunks and the errors '$Error'."
    "'$(-join $three.Text)', no error"
}

Look 'A view' {
    $lines = @((Invoke-OpenAICompletion $question -Stream | Select-Object -First 1 | Out-String -Width 80).Trim() -split '\r?\n')
    Confirm-That ($lines[0] -match '^FinishReason\s+Text') "The table begins with '$($lines[0])'."
    $lines[0]
}

Look 'Get-Help' {
    $help = Get-Help Invoke-OpenAICompletion -Full
    Confirm-That ($help.Synopsis -like 'Completes a text*' -and @($help.examples.example).Count -gt 1) "The synopsis is '$($help.Synopsis)'."
    "'$($help.Synopsis)', $(@($help.examples.example).Count) examples"
}

Look 'An error' {
    $caught = $null
    try { Invoke-OpenAICompletion 'Another question.' -Stream } catch [OpenAIStream.RecordingNotFoundException] { $caught = $_ }
    Confirm-That ($caught -and $caught.ErrorDetails.RecommendedAction -like '*Connect-OpenAI -RecordTo*') "It was '$caught'."
    "$($caught.FullyQualifiedErrorId), '$($caught.ErrorDetails.RecommendedAction)'"
}

Look 'A stream that is silent can be left' {
    $server = Start-SilentServer
    Connect-OpenAI -BaseUri $server.Address -MaximumRetryCount 0
    $first = Invoke-OpenAICompletion 'hi' -Model m -Stream | Select-Object -First 1
    $left = [DateTime]::UtcNow
    $seen = Receive-Server $server
    $late = ($seen.Gone - $left).TotalMilliseconds
    Confirm-That ($first.Text -eq 'One') "The chunk was '$first'."
    Confirm-That ($late -lt 400) "The server saw the connection open for $late ms more." # .NET Framework would drain it for 500
    'closed {0:0} ms later' -f $late
}

Look 'A stream that is silent can be stopped' {
    $server = Start-SilentServer
    $shell = [PowerShell]::Create()
    $null = $shell.AddScript({
            param($module, $address)
            Import-Module $module
            Connect-OpenAI -BaseUri $address -MaximumRetryCount 0
            Invoke-OpenAICompletion 'hi' -Model m -Stream
        }).AddArgument($Module).AddArgument($server.Address)
    $output = New-Object Management.Automation.PSDataCollection[psobject]
    $running = $shell.BeginInvoke((New-Object Management.Automation.PSDataCollection[psobject]), $output)
    for ($i = 0; $i -lt 1000 -and $output.Count -eq 0; $i++) { Start-Sleep -Milliseconds 10 }
    Confirm-That ($output.Count -eq 1) "There were $($output.Count) chunks: $($shell.Streams.Error.ReadAll())"
    $stopped = [DateTime]::UtcNow
    $shell.Stop()
    $took = ([DateTime]::UtcNow - $stopped).TotalMilliseconds
    $late = ((Receive-Server $server).Gone - $stopped).TotalMilliseconds
    Confirm-That $running.IsCompleted 'The pipeline still runs.'
    Confirm-That ($took -lt 1000 -and $late -lt 400) "Stop took $took ms, and the connection was open for $late ms."
    'stopped in {0:0} ms, closed {1:0} ms after the stop' -f $took, $late
}

if ($failed) { "$failed failed" } else { 'All of it works.' }
exit $failed
