# The half of the bench that needs PowerShell: the module as it was just built, against the bare pipeline and a raw HttpClient.
# build.ps1 Bench runs it. With -Part it is one new process of the measurement and prints its figures as JSON.
# The module PSOpenAI is measured too where -PSOpenAI, or the variable PSOPENAI, has the path of its manifest
# (git clone https://github.com/mkht/PSOpenAI): it is no part of this repository.
param(
    [Parameter(Mandatory)] [string] $Module,
    [ValidateSet('import', 'import-empty', 'first', 'first-raw', 'late', 'late-raw', 'burst', 'burst-bare', 'burst-raw', 'warm', 'throttle', 'import-peer', 'first-peer', 'burst-peer')] [string] $Part,
    [string] $Address,
    [string] $PSOpenAI = $env:PSOPENAI
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$root = (Resolve-Path "$PSScriptRoot/../..").Path
$work = New-Item "$root/out/bench" -ItemType Directory -Force
$empty = Join-Path $work 'Empty.dll'
$raw = Join-Path $work 'Raw.dll'
$bench = Join-Path $PSScriptRoot 'bin/Release/net10.0/Bench.dll'
$count = 10000
$prompts = 100
$seconds = 8
$atOnce = 'paced-1-0'
$afterThinking = 'late-200' # a service at its fastest

function Get-Median([double[]] $Values) { @($Values | Sort-Object)[[Math]::Floor($Values.Count / 2)] }

function Measure-Milliseconds([scriptblock] $Script) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    & $Script | Out-Null
    $watch.Elapsed.TotalMilliseconds
}

# Until what comes first is in a script block's hands.
function Measure-First([scriptblock] $Script) {
    $first = 0
    $watch = [Diagnostics.Stopwatch]::StartNew()
    & $Script | ForEach-Object { if (-not $first) { $first = $watch.Elapsed.TotalMilliseconds } }
    $first
}

function Invoke-Burst { Invoke-OpenAIChatCompletion hi -Model "burst-$count" -Stream | ForEach-Object { $_ } }

function Invoke-RawBurst { [RawReader]::Lines($Address, "burst-$count") | ForEach-Object { $_ } }

function Invoke-BarePipeline { 1..$count | ForEach-Object { $_ } }

function Invoke-Peer([string] $Model) { Request-ChatCompletion -Message hi -Model $Model -Stream -ApiBase $Address -ApiKey none }

# The most memory that the process has had, in MB.
function Get-Peak { [Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64 / 1MB }

$env:OPENAI_API_KEY = 'sk-of-somebody-as-users-have-one' # what is secret costs a first call something

switch ($Part) {
    import { return @{ Import = Measure-Milliseconds { Import-Module $Module } } | ConvertTo-Json -Compress }
    import-empty { return @{ Import = Measure-Milliseconds { Import-Module $empty } } | ConvertTo-Json -Compress }
    first {
        Import-Module $Module
        $env:OPENAI_BASE_URL = $Address
        $compiled = [Runtime.JitInfo]::GetCompiledMethodCount($false)
        $firstChunk = Measure-First { Invoke-OpenAIChatCompletion hi -Model $atOnce -Stream }
        return @{ FirstChunk = $firstChunk; Compiled = [Runtime.JitInfo]::GetCompiledMethodCount($false) - $compiled } | ConvertTo-Json -Compress
    }

    first-raw {
        Add-Type -Path $raw
        return @{ FirstChunk = Measure-First { [RawReader]::Lines($Address, $atOnce) } } | ConvertTo-Json -Compress
    }

    late {
        Import-Module $Module
        $env:OPENAI_BASE_URL = $Address
        return @{ FirstChunk = Measure-First { Invoke-OpenAIChatCompletion hi -Model $afterThinking -Stream } } | ConvertTo-Json -Compress
    }

    late-raw {
        Add-Type -Path $raw
        return @{ FirstChunk = Measure-First { [RawReader]::Lines($Address, $afterThinking) } } | ConvertTo-Json -Compress
    }

    burst {
        Import-Module $Module
        $env:OPENAI_BASE_URL = $Address
        return @{ Burst = Measure-Milliseconds { Invoke-Burst }; Peak = Get-Peak } | ConvertTo-Json -Compress
    }

    burst-bare { return @{ Burst = Measure-Milliseconds { Invoke-BarePipeline }; Peak = Get-Peak } | ConvertTo-Json -Compress }

    burst-raw {
        Add-Type -Path $raw
        return @{ Burst = Measure-Milliseconds { Invoke-RawBurst } } | ConvertTo-Json -Compress
    }

    import-peer { return @{ Import = Measure-Milliseconds { Import-Module $PSOpenAI } } | ConvertTo-Json -Compress }
    first-peer {
        Import-Module $PSOpenAI
        return @{ FirstChunk = Measure-First { Invoke-Peer $atOnce } } | ConvertTo-Json -Compress
    }

    burst-peer {
        Import-Module $PSOpenAI
        return @{ Burst = Measure-Milliseconds { Invoke-Peer "burst-$count" | ForEach-Object { $_ } }; Peak = Get-Peak } | ConvertTo-Json -Compress
    }

    warm {
        Import-Module $Module
        Add-Type -Path $raw
        $env:OPENAI_BASE_URL = $Address
        $burst = [Collections.Generic.List[double]]::new()
        $bare = [Collections.Generic.List[double]]::new()
        $lines = [Collections.Generic.List[double]]::new()
        foreach ($round in -30..9) {
            # Thirty rounds until the compiler is done: both get faster until then, the bare pipeline by half.
            $times = (Measure-Milliseconds { Invoke-BarePipeline }), (Measure-Milliseconds { Invoke-Burst }), (Measure-Milliseconds { Invoke-RawBurst })
            if ($round -ge 0) {
                $bare.Add($times[0])
                $burst.Add($times[1])
                $lines.Add($times[2])
            }
        }

        $ours = [Collections.Generic.List[double]]::new()
        $others = [Collections.Generic.List[double]]::new()
        $microseconds = 1e6 / [Diagnostics.Stopwatch]::Frequency
        foreach ($round in -1..3) {
            $delays = Invoke-OpenAIChatCompletion hi -Model paced-200-5 -Stream | ForEach-Object { [Diagnostics.Stopwatch]::GetTimestamp() - [long] $_.Text }
            $rawDelays = [RawReader]::Delays($Address, 'paced-200-5')
            if ($round -ge 0) {
                foreach ($delay in $delays) { $ours.Add($delay * $microseconds) }
                foreach ($delay in $rawDelays) { $others.Add($delay * $microseconds) }
            }
        }

        return @{
            # The best of ten rounds: what else the machine does only adds to them.
            Burst = ($burst | Measure-Object -Minimum).Minimum
            Bare = ($bare | Measure-Object -Minimum).Minimum; Lines = ($lines | Measure-Object -Minimum).Minimum
            Latency = Get-Median $ours; RawLatency = Get-Median $others
        } | ConvertTo-Json -Compress
    }

    throttle {
        Import-Module $Module
        $env:OPENAI_BASE_URL = $Address
        $delays = foreach ($second in 0..($seconds + 30)) { , [Collections.Generic.List[double]]::new() }
        $milliseconds = 1e3 / [Diagnostics.Stopwatch]::Frequency
        $watch = [Diagnostics.Stopwatch]::StartNew()
        [string[]] (1..$prompts) | Invoke-OpenAIChatCompletion -Model "paced-$($seconds * 100)-10" -Stream -ThrottleLimit $prompts | ForEach-Object {
            $delays[[Math]::Min([int] [Math]::Floor($watch.Elapsed.TotalSeconds), $seconds + 30)].Add(([Diagnostics.Stopwatch]::GetTimestamp() - [long] $_.Text) * $milliseconds)
        }

        $elapsed = $watch.Elapsed.TotalSeconds
        return @{
            Rate = ($delays | ForEach-Object Count | Measure-Object -Sum).Sum / $elapsed
            Early = Get-Median $delays[2]; Late = Get-Median $delays[$seconds - 2]
        } | ConvertTo-Json -Compress
    }
}

function Invoke-Part([string] $Name) {
    & (Get-Process -Id $PID).Path -NoLogo -NoProfile -File $PSCommandPath -Module $Module -Part $Name -Address $Address -PSOpenAI $PSOpenAI | ConvertFrom-Json
}

function Add-Figure { dotnet $bench add @args }

function Add-PeerFigure([string] $Heading, [Collections.Generic.List[double]] $Values) {
    if ($PSOpenAI) { Add-Figure $Heading "PSOpenAI $((Test-ModuleManifest $PSOpenAI).Version)" ('{0:0} ms' -f (Get-Median $Values)) }
}

if (-not (Test-Path $empty)) {
    Add-Type -OutputAssembly $empty -TypeDefinition @'
using System.Management.Automation;
[Cmdlet("Get", "Nothing")]
public sealed class GetNothingCommand : PSCmdlet { }
'@
}

if (-not (Test-Path $raw)) {
    Add-Type -OutputAssembly $raw -TypeDefinition (Get-Content $PSScriptRoot/cmdlets/RawReader.cs -Raw)
}

if (-not $PSOpenAI) { Write-Host 'Not run: the module PSOpenAI. -PSOpenAI takes the path of its manifest.' }

$start = [Diagnostics.ProcessStartInfo]::new('dotnet', [string[]] ($bench, 'serve', $PID))
$start.RedirectStandardOutput = $true
$server = [Diagnostics.Process]::Start($start)
try {
    $Address = $server.StandardOutput.ReadLine()
    $import, $importEmpty, $firstChunk, $compiled, $rawFirst, $lateChunk, $rawLate, $burst, $rawBurst, $bareBurst, $peak, $barePeak, $peerImport, $peerFirst, $peerBurst, $peerPeak = foreach ($list in 1..16) { , [Collections.Generic.List[double]]::new() }
    foreach ($round in 1..15) {
        $import.Add((Invoke-Part import).Import)
        $importEmpty.Add((Invoke-Part import-empty).Import)
        $first = Invoke-Part first
        $firstChunk.Add($first.FirstChunk)
        $compiled.Add($first.Compiled)
        $rawFirst.Add((Invoke-Part first-raw).FirstChunk)
        $lateChunk.Add((Invoke-Part late).FirstChunk)
        $rawLate.Add((Invoke-Part late-raw).FirstChunk)
        $measured = Invoke-Part burst
        $burst.Add($measured.Burst)
        $peak.Add($measured.Peak)
        $rawBurst.Add((Invoke-Part burst-raw).Burst)
        $measured = Invoke-Part burst-bare
        $bareBurst.Add($measured.Burst)
        $barePeak.Add($measured.Peak)
        if ($PSOpenAI) {
            $peerImport.Add((Invoke-Part import-peer).Import)
            $peerFirst.Add((Invoke-Part first-peer).FirstChunk)
            $measured = Invoke-Part burst-peer
            $peerBurst.Add($measured.Burst)
            $peerPeak.Add($measured.Peak)
        }
    }

    $warm = 1..3 | ForEach-Object { Invoke-Part warm }
    $throttle = 1..5 | ForEach-Object { Invoke-Part throttle }
}
finally {
    $server.Kill()
}

$engine = "PowerShell $($PSVersionTable.PSVersion)"
$heading = "Import-Module in a new process, $engine"
$milliseconds = Get-Median $import
Add-Figure $heading 'OpenAIStream' ('{0:0} ms' -f $milliseconds) 'at most 30 ms' ($milliseconds -le 30)
Add-Figure $heading 'an empty binary module' ('{0:0} ms' -f (Get-Median $importEmpty))
Add-PeerFigure $heading $peerImport

$heading = "First chunk of the first call in a new process, $engine"
$over = (Get-Median $firstChunk) - (Get-Median $rawFirst)
Add-Figure $heading 'HttpClient, a raw read' ('{0:0} ms' -f (Get-Median $rawFirst))
Add-Figure $heading 'OpenAIStream' ('{0:0} ms (+{1:0} ms)' -f (Get-Median $firstChunk), $over) 'at most +15 ms' ($over -le 15)
Add-Figure $heading 'methods compiled until then, PowerShell''s and .NET''s included' ('{0:0}' -f (Get-Median $compiled))
Add-PeerFigure $heading $peerFirst

$heading = "First chunk of the first call in a new process, from a service that thinks for 200 ms, $engine"
$over = (Get-Median $lateChunk) - (Get-Median $rawLate)
Add-Figure $heading 'HttpClient, a raw read' ('{0:0} ms' -f (Get-Median $rawLate))
Add-Figure $heading 'OpenAIStream' ('{0:0} ms (+{1:0} ms)' -f (Get-Median $lateChunk), $over)

$heading = "$count chunks over loopback to ForEach-Object, the first call of a process, $engine"
$bare = Get-Median $bareBurst
$ratio = (Get-Median $burst) / $bare
Add-Figure $heading "1..$count | ForEach-Object" ('{0:0} ms' -f $bare)
Add-Figure $heading 'lines from HttpClient, nothing read in them' ('{0:0} ms, {1:0.0}x' -f (Get-Median $rawBurst), ((Get-Median $rawBurst) / $bare))
Add-Figure $heading 'OpenAIStream' ('{0:0} ms, {1:0.00}x' -f (Get-Median $burst), $ratio) 'at most 1.6x' ($ratio -le 1.6)
Add-PeerFigure $heading $peerBurst
$heading = "The most memory of that process, $engine"
Add-Figure $heading "1..$count | ForEach-Object" ('{0:0} MB' -f (Get-Median $barePeak))
Add-Figure $heading 'OpenAIStream' ('{0:0} MB' -f (Get-Median $peak))
if ($PSOpenAI) { Add-Figure $heading 'PSOpenAI' ('{0:0} MB' -f (Get-Median $peerPeak)) }

$heading = "$count chunks over loopback to ForEach-Object, warm, $engine"
$bare = Get-Median $warm.Bare
$ratio = (Get-Median $warm.Burst) / $bare
Add-Figure $heading "1..$count | ForEach-Object" ('{0:0.0} ms' -f $bare)
Add-Figure $heading 'lines from HttpClient, nothing read in them' ('{0:0.0} ms' -f (Get-Median $warm.Lines))
Add-Figure $heading 'OpenAIStream' ('{0:0.0} ms, {1:0.00}x' -f (Get-Median $warm.Burst), $ratio) 'at most 1.4x' ($ratio -le 1.4)

$heading = "Chunk latency, $engine"
$over = (Get-Median $warm.Latency) - (Get-Median $warm.RawLatency)
Add-Figure $heading "HttpClient, a raw read, server's write to the caller, median" ('{0:0} us' -f (Get-Median $warm.RawLatency))
Add-Figure $heading "OpenAIStream, server's write to ForEach-Object, median" ('{0:0} us ({1:+0;-0} us)' -f (Get-Median $warm.Latency), $over) 'at most +40 us' ($over -le 40)

$heading = "$prompts prompts from the pipeline with -ThrottleLimit $prompts, 100 chunks a second each, $engine"
$early, $late = (Get-Median $throttle.Early), (Get-Median $throttle.Late)
Add-Figure $heading 'chunks a second that came to ForEach-Object' ('{0:0}' -f (Get-Median $throttle.Rate))
Add-Figure $heading "median delay in second 3 and in second $($seconds - 1), medians of five runs" ('{0:0.0} ms, {1:0.0} ms' -f $early, $late) 'no growing delay' ($late -le [Math]::Max($early * 1.5, $early + 5))
Add-Figure $heading "median delay in second $($seconds - 1), each run" (($throttle.Late | ForEach-Object { '{0:0.0}' -f $_ }) -join ', ')
