# How much memory a run of many prompts takes: one at a time, several at once, and as batches, sent and received. Each run is a
# process of its own; what is told is the most memory that it ever had (VmHWM), so that a run of ten times as many prompts
# shows what grows with them.
#   pwsh tests/Bench/memory.ps1 [-Prompts 20000, 200000]     after ./build.sh, on Linux; writes the rows of docs/scale.md
param([int[]] $Prompts = @(20000, 200000), [ValidateSet('One', 'Several', 'Batch')] [string[]] $Way = @('One', 'Several', 'Batch'))

Import-Module $PSScriptRoot/../Cmdlets/Loopback.psm1 -Force
$server = Start-TestServer
$module = Get-BuiltModule

function Measure-Run([string] $Name, [int] $Count, [string] $Script) {
    $text = "`$ErrorActionPreference = 'Stop'; `$ProgressPreference = 'SilentlyContinue'
        Import-Module '$module'; Connect-OpenAI -BaseUri '$($server.http1)v1'
        `$prompts = { for (`$i = 0; `$i -lt $Count; `$i++) { `"Prompt `$i, some forty words long: `" + ('word ' * 40) } }
        `$count = 0
        `$watch = [Diagnostics.Stopwatch]::StartNew()
        $Script
        '{0} {1:0} {2:0}' -f `$count, ((Select-String 'VmHWM:\s+(\d+)' /proc/self/status).Matches[0].Groups[1].Value / 1024), `$watch.Elapsed.TotalSeconds"
    $said = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -OutputFormat Text -EncodedCommand ([Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($text)))
    $done, $peak, $seconds = "$($said | Select-Object -Last 1)" -split ' '
    '| {0} | {1:N0} | {2:N0} | {3} MB | {4} s |' -f $Name, $Count, [int] $done, $peak, $seconds
}

try {
    foreach ($count in $Prompts) {
        Send-Order clear
        Send-Order forget
        Set-DefaultReply @{ headers = @{ 'content-type' = 'application/json' }; steps = @(@{ send = ConvertTo-Answer ('word ' * 40) }) }
        if ('One' -in $Way) { Measure-Run 'one at a time' $count '& $prompts | Invoke-OpenAIChatCompletion | ForEach-Object { $count++ }' }
        if ('Several' -in $Way) { Measure-Run '-ThrottleLimit 8' $count '& $prompts | Invoke-OpenAIChatCompletion -ThrottleLimit 8 | ForEach-Object { $count++ }' }
        if ('Batch' -in $Way) {
            Set-BatchService
            Measure-Run '-AsBatch' $count "& `$prompts | Invoke-OpenAIChatCompletion -AsBatch | ForEach-Object { `$count += 50000 }; `$count = [Math]::Min(`$count, $count)"
            Measure-Run 'Wait- and Receive-OpenAIBatch' $count 'Get-OpenAIBatch | Wait-OpenAIBatch | Receive-OpenAIBatch | ForEach-Object { $count++ }'
        }
    }
}
finally {
    Stop-TestServer
}
