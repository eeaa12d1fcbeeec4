# Streams a recorded completion from a server on this machine, over a real HTTP connection.
param([string] $Module = 'OpenAIStream')

$ErrorActionPreference = 'Stop'
$root = Split-Path $PSScriptRoot
Import-Module $Module

$start = [System.Diagnostics.ProcessStartInfo]::new('dotnet')
$start.RedirectStandardOutput = $true
"$root/tests/LoopbackServer/bin/Release/net10.0/LoopbackServer.dll", '--parent', $PID,
'--recording', "$root/src/module/recordings/explain-streaming/0001-post-completions.recording.txt" | ForEach-Object { $start.ArgumentList.Add($_) }
$server = [System.Diagnostics.Process]::Start($start)
try {
    $address = $server.StandardOutput.ReadLine() | ConvertFrom-Json
    Connect-OpenAI -BaseUri "$($address.http1)v1" -Model gpt-3.5-turbo-instruct # the model of the recording

    Write-Host "PS> Invoke-OpenAICompletion 'Explain streaming in one sentence.' -Stream | Show-OpenAIStream`n"
    Invoke-OpenAICompletion 'Explain streaming in one sentence.' -Stream | Show-OpenAIStream
    Write-Host "`nPS> Invoke-OpenAICompletion 'Explain streaming in one sentence.' -Stream | Select-Object -First 3"
    Invoke-OpenAICompletion 'Explain streaming in one sentence.' -Stream | Select-Object -First 3 | Out-Host
}
finally {
    $server.Kill()
}
