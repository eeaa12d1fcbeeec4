# The half of the bench that needs PowerShell: the module as it was just built, against the bare pipeline and a raw HttpClient.
# build.ps1 Bench runs it. With -Part it is one new process of the measurement and prints its figures as JSON.
param(
    [Parameter(Mandatory)] [string] $Module,
    [ValidateSet('import', 'import-empty', 'first', 'first-raw', 'warm')] [string] $Part,
    [string] $Address
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$root = (Resolve-Path "$PSScriptRoot/../..").Path
$work = New-Item "$root/out/bench" -ItemType Directory -Force
$empty = Join-Path $work 'Empty.dll'
$raw = Join-Path $work 'Raw.dll'
$bench = Join-Path $PSScriptRoot 'bin/Release/net10.0/Bench.dll'
$count = 10000

function Get-Median([double[]] $Values) { @($Values | Sort-Object)[[Math]::Floor($Values.Count / 2)] }

function Measure-Milliseconds([scriptblock] $Script) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    & $Script | Out-Null
    $watch.Elapsed.TotalMilliseconds
}

function Invoke-Burst { Invoke-OpenAIChatCompletion hi -Model "burst-$count" -Stream | ForEach-Object { $_ } }

function Invoke-BarePipeline { 1..$count | ForEach-Object { $_ } }

switch ($Part) {
    import { return @{ Import = Measure-Milliseconds { Import-Module $Module } } | ConvertTo-Json -Compress }
    import-empty { return @{ Import = Measure-Milliseconds { Import-Module $empty } } | ConvertTo-Json -Compress }
    first {
        Import-Module $Module
        $env:OPENAI_BASE_URL = $Address
        $firstChunk = Measure-Milliseconds { Invoke-OpenAIChatCompletion hi -Model paced-1-0 -Stream | Select-Object -First 1 }
        return @{ FirstChunk = $firstChunk } | ConvertTo-Json -Compress
    }

    first-raw {
        Add-Type -Path $raw
        return @{ FirstChunk = Measure-Milliseconds { [RawReader]::First($Address, 'paced-1-0') } } | ConvertTo-Json -Compress
    }

    warm {
        # The first call of the process first; then all in turns.
        Import-Module $Module
        Add-Type -Path $raw
        $env:OPENAI_BASE_URL = $Address
        $first = Measure-Milliseconds { Invoke-Burst }
        $burst = [Collections.Generic.List[double]]::new()
        $bare = [Collections.Generic.List[double]]::new()
        $lines = [Collections.Generic.List[double]]::new()
        foreach ($round in -2..9) {
            $times = (Measure-Milliseconds { Invoke-BarePipeline }), (Measure-Milliseconds { Invoke-Burst }), (Measure-Milliseconds { [RawReader]::Lines($Address, "burst-$count") | ForEach-Object { $_ } })
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
            First = $first; Burst = ($burst | Measure-Object -Minimum).Minimum
            Bare = ($bare | Measure-Object -Minimum).Minimum; Lines = ($lines | Measure-Object -Minimum).Minimum
            Latency = Get-Median $ours; RawLatency = Get-Median $others
        } | ConvertTo-Json -Compress
    }
}

function Invoke-Part([string] $Name) {
    & (Get-Process -Id $PID).Path -NoLogo -NoProfile -File $PSCommandPath -Module $Module -Part $Name -Address $Address | ConvertFrom-Json
}

function Add-Figure { dotnet $bench add @args }

if (-not (Test-Path $empty)) {
    Add-Type -OutputAssembly $empty -TypeDefinition @'
using System.Management.Automation;
[Cmdlet("Get", "Nothing")]
public sealed class GetNothingCommand : PSCmdlet { }
'@
}

if (-not (Test-Path $raw)) {
    Add-Type -OutputAssembly $raw -TypeDefinition @'
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net.Http;
using System.Text;

public static class RawReader
{
    private static readonly HttpClient Http = new HttpClient();

    public static string First(string address, string model)
    {
        using var lines = Open(address, model);
        return lines.ReadLine();
    }

    public static IEnumerable<string> Lines(string address, string model)
    {
        using var lines = Open(address, model);
        while (lines.ReadLine() is string line)
        {
            if (line.Length > 0)
            {
                yield return line;
            }
        }
    }

    public static List<long> Delays(string address, string model)
    {
        const string Key = "\"content\":\"";
        var delays = new List<long>();
        foreach (string line in Lines(address, model))
        {
            int start = line.IndexOf(Key, StringComparison.Ordinal) + Key.Length;
            if (start > Key.Length)
            {
                delays.Add(Stopwatch.GetTimestamp() - long.Parse(line.AsSpan(start, line.IndexOf('"', start) - start)));
            }
        }

        return delays;
    }

    private static StreamReader Open(string address, string model)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address + "chat/completions") { Content = new StringContent("{\"model\":\"" + model + "\"}") };
        var response = Http.Send(request, HttpCompletionOption.ResponseHeadersRead);
        return new StreamReader(response.Content.ReadAsStream());
    }
}
'@
}

$start = [Diagnostics.ProcessStartInfo]::new('dotnet', [string[]] ($bench, 'serve', $PID))
$start.RedirectStandardOutput = $true
$server = [Diagnostics.Process]::Start($start)
try {
    $Address = $server.StandardOutput.ReadLine()
    $import, $importEmpty, $firstChunk, $rawFirst = foreach ($name in 'import', 'import-empty', 'first', 'first-raw') { , [Collections.Generic.List[double]]::new() }
    foreach ($round in 1..7) {
        $import.Add((Invoke-Part import).Import)
        $importEmpty.Add((Invoke-Part import-empty).Import)
        $firstChunk.Add((Invoke-Part first).FirstChunk)
        $rawFirst.Add((Invoke-Part first-raw).FirstChunk)
    }

    $warm = 1..3 | ForEach-Object { Invoke-Part warm }
}
finally {
    $server.Kill()
}

$engine = "PowerShell $($PSVersionTable.PSVersion)"
$heading = "Import-Module in a new process, $engine"
$milliseconds = Get-Median $import
Add-Figure $heading 'OpenAIStream' ('{0:0} ms' -f $milliseconds) 'at most 40 ms' ($milliseconds -le 40)
Add-Figure $heading 'an empty binary module' ('{0:0} ms' -f (Get-Median $importEmpty))

$heading = "First chunk of the first call in a new process, $engine"
$over = (Get-Median $firstChunk) - (Get-Median $rawFirst)
Add-Figure $heading 'HttpClient, a raw read' ('{0:0} ms' -f (Get-Median $rawFirst))
Add-Figure $heading 'OpenAIStream' ('{0:0} ms (+{1:0} ms)' -f (Get-Median $firstChunk), $over) 'at most +60 ms' ($over -le 60)

$heading = "$count chunks over loopback to ForEach-Object, $engine"
$bare = Get-Median $warm.Bare
$ratio = (Get-Median $warm.Burst) / $bare
$firstRatio = (Get-Median $warm.First) / $bare
Add-Figure $heading "1..$count | ForEach-Object" ('{0:0.0} ms' -f $bare)
Add-Figure $heading 'lines from HttpClient, nothing read in them' ('{0:0.0} ms' -f (Get-Median $warm.Lines))
Add-Figure $heading 'OpenAIStream, warm' ('{0:0.0} ms, {1:0.0}x' -f (Get-Median $warm.Burst), $ratio) 'at most 2x' ($ratio -le 2)
Add-Figure $heading 'OpenAIStream, the first call of a process' ('{0:0.0} ms, {1:0.0}x' -f (Get-Median $warm.First), $firstRatio) 'at most 4x' ($firstRatio -le 4)

$heading = "Chunk latency, $engine"
$over = (Get-Median $warm.Latency) - (Get-Median $warm.RawLatency)
Add-Figure $heading "HttpClient, a raw read, server's write to the caller, median" ('{0:0} us' -f (Get-Median $warm.RawLatency))
Add-Figure $heading "OpenAIStream, server's write to ForEach-Object, median" ('{0:0} us ({1:+0;-0} us)' -f (Get-Median $warm.Latency), $over) 'at most +150 us' ($over -le 150)
