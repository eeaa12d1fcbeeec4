# Functions that every test file needs: the built module, a server with scripted answers, and an environment without settings.

$root = Join-Path $PSScriptRoot '../..'
$saved = @{}
[Console]::OutputEncoding = [Text.UTF8Encoding]::new($false) # for what other processes write: on Windows it is the country's code page
$server = $null

function Import-BuiltModule {
    Import-Module (Get-BuiltModule) -Force -Global
}

# The unpacked package if the build names one; otherwise the last build.
function Get-BuiltModule {
    $path = if ($env:OPENAISTREAM_TESTED) { $env:OPENAISTREAM_TESTED } else { Join-Path $root 'out/OpenAIStream/OpenAIStream.psd1' }
    (Resolve-Path $path).Path
}

# The version as packages have it: with the label of one that is none yet.
function Get-PackageVersion {
    $manifest = Test-ModuleManifest (Get-BuiltModule)
    ($manifest.Version, $manifest.PrivateData.PSData['Prerelease']).Where({ $_ }) -join '-'
}

# The folder for PSModulePath that contains the module.
function Get-ModuleRoot {
    $folder = Split-Path (Get-BuiltModule)
    while ((Split-Path $folder -Leaf) -ne 'OpenAIStream') { $folder = Split-Path $folder }
    Split-Path $folder
}

# Starts the server and connects to it. Returns an object with the addresses: http1, http2, https.
function Start-TestServer {
    Import-BuiltModule
    Clear-UserSetting
    $dll = Get-ChildItem (Join-Path $root 'tests/LoopbackServer/bin/*/net10.0/LoopbackServer.dll') |
        Sort-Object LastWriteTime | Select-Object -Last 1 -ExpandProperty FullName
    if (-not $dll) { throw 'Build tests/LoopbackServer first.' }

    $start = [Diagnostics.ProcessStartInfo]::new('dotnet')
    @($dll, '--parent', $PID) | ForEach-Object { $start.ArgumentList.Add($_) }
    $start.RedirectStandardOutput = $true
    $script:process = [Diagnostics.Process]::Start($start)
    $script:server = $process.StandardOutput.ReadLine() | ConvertFrom-Json
    Reset-TestServer
    $server
}

function Stop-TestServer {
    $null = Invoke-RestMethod "$($server.control)stop" -Method Post
    if (-not $process.WaitForExit(5000)) { $process.Kill() }
    Get-OpenAIConnection | Disconnect-OpenAI
    Restore-UserSetting
}

# Clears replies, requests and connections: each test starts with the default connection and an empty $Error. Tests of
# responses run over both transports.
function Reset-TestServer([string] $Transport = 'Http') {
    Send-Order clear
    Get-OpenAIConnection | Disconnect-OpenAI
    Connect-OpenAI -BaseUri "$($server.http1)v1" -MaximumRetryCount 0 -Transport $Transport
    $env:OPENAI_COMPLETION_MODEL = 'completer' # completions have no default model
    $global:Error.Clear()
}

# Variables that existed before the server belong to the user; later ones belong to the tests.
function Clear-UserSetting {
    foreach ($variable in Get-ChildItem Env: | Where-Object Name -Match '^(OPENAI|AZURE)_') {
        if (-not $server) { $saved[$variable.Name] = $variable.Value }
        Remove-Item "Env:$($variable.Name)"
    }
}

function Restore-UserSetting {
    Clear-UserSetting
    $saved.GetEnumerator() | ForEach-Object { Set-Item "Env:$($_.Key)" $_.Value }
    $saved.Clear()
}

# The reply to the next request: status, headers and steps, in the format of the server's control API.
function Add-Reply([Parameter(Mandatory)] [hashtable[]] $Reply) {
    Send-Order replies (ConvertTo-Json @($Reply) -Depth 10 -Compress)
}

# The reply to requests when no other reply is left.
function Set-DefaultReply([Parameter(Mandatory)] [hashtable] $Reply) {
    Send-Order default (ConvertTo-Json $Reply -Depth 10 -Compress)
}

# Has the server keep files and batches: polls, expiresAfter, mostTokens and so on, as BatchService reads them.
function Set-BatchService([hashtable] $Setting = @{}) {
    Send-Order batches (ConvertTo-Json $Setting -Compress)
}

# The lines of a file that the server keeps, by its id.
function Get-KeptFile([string] $Id) {
    (Invoke-WebRequest "$($server.control)files/$Id").Content -split "`n" | Where-Object { $_ }
}

function Get-TestAddress {
    $server.http1
}

function Add-JsonReply([int] $Status, [string] $Body, [hashtable] $Headers = @{}) {
    Add-Reply @{ status = $Status; headers = @{ 'content-type' = 'application/json' } + $Headers; steps = @(@{ send = $Body }) }
}

# An event stream of these payloads, which ends properly, or with the steps in -Then.
function Add-StreamReply([string[]] $Data = @(), [hashtable[]] $Then = @(@{ send = "data: [DONE]`n`n" }), [hashtable] $Headers = @{}) {
    $steps = @($Data | ForEach-Object { @{ send = "data: $_`n`n" } }) + $Then
    Add-Reply @{ headers = @{ 'content-type' = 'text/event-stream' } + $Headers; steps = $steps }
}

# Payloads that both APIs accept: each reads its own field.
function ConvertTo-Chunk([Parameter(ValueFromPipeline)] [string] $Text, [string] $FinishReason) {
    process {
        $reason = if ($FinishReason) { $FinishReason }
        @{ id = 'id-1'; model = 'm'; choices = @(@{ index = 0; text = $Text; delta = @{ content = $Text }; finish_reason = $reason }) } |
            ConvertTo-Json -Depth 5 -Compress
    }
}

# A whole answer that both APIs accept.
function ConvertTo-Answer([string] $Text) {
    @{
        id = 'id-1'; model = 'm'; usage = @{ prompt_tokens = 3; completion_tokens = 4; total_tokens = 7 }
        choices = @(@{ index = 0; text = $Text; message = @{ role = 'assistant'; content = $Text }; finish_reason = 'stop' })
    } | ConvertTo-Json -Depth 5 -Compress
}

# What a model gets after a tool call: the call with these arguments (JSON, or an object), and its result.
function Invoke-TestTool([Parameter(Mandatory)] $Tool, $Arguments = '{}') {
    $described = if ($Tool -is [scriptblock]) { ConvertTo-OpenAITool $Tool -Name tested } else { $Tool }
    $name = $described.Name
    $call = @{ id = 'call_1'; type = 'function'; function = @{ name = $name; arguments = $Arguments } }
    Add-JsonReply 200 (@{ id = 'id-t'; choices = @(@{ index = 0; message = @{ role = 'assistant'; content = $null; tool_calls = @($call) }; finish_reason = 'tool_calls' }) } | ConvertTo-Json -Depth 20)
    Add-JsonReply 200 (ConvertTo-Answer 'done')
    $null = Invoke-OpenAIChatCompletion 'hi' -Tools $described -InvokeTools
    @(@(Get-SentRequest)[-1].Json.messages | Where-Object role -EQ tool)[0].content
}

function Send-Signal([string] $Name) {
    Send-Order "signal/$Name"
}

# An error's words, the same in all versions. PowerShell before 7.5 does not show what is recommended, so that there it ends the words.
function Get-ErrorText([Management.Automation.ErrorRecord] $Record) {
    $ending = " $($Record.ErrorDetails.RecommendedAction)"
    if ($PSVersionTable.PSVersion -ge '7.5' -or $ending -eq ' ') { return "$Record" }
    if (-not "$Record".EndsWith($ending)) { throw "The error does not end with what is recommended: $Record" }
    "$Record".Substring(0, "$Record".Length - $ending.Length)
}

# The requests so far; Json is the parsed body.
function Get-SentRequest {
    $requests = Invoke-RestMethod "$($server.control)requests"
    foreach ($request in $requests) {
        $json = if ($request.body -like '{*') { $request.body | ConvertFrom-Json -AsHashtable }
        $request | Add-Member Json $json -PassThru
    }
}

# The form in a request, by the names of its parts: a field as text, a file as an object with FileName, ContentType
# and Bytes; several parts with one name as a list. The server's framework parses the form.
function Get-SentForm {
    $requests = Invoke-RestMethod "$($server.control)requests"
    foreach ($request in $requests) {
        $form = [ordered]@{}
        foreach ($part in $request.form) {
            $value = if ($null -eq $part.fileName) { $part.text } else {
                [pscustomobject]@{ FileName = $part.fileName; ContentType = $part.contentType; Bytes = [Convert]::FromBase64String($part.content); Text = $part.text }
            }
            $form[$part.name] = if ($form.Contains($part.name)) { @($form[$part.name]) + $value } else { $value }
        }
        $form
    }
}

# Milliseconds from -Since (Get-Moment) until the server saw the client of a request leave.
function Wait-ClientGone([double] $Since, [int] $Index = 0, [int] $TimeoutMs = 10000) {
    $answer = Invoke-RestMethod "$($server.control)requests/$Index/gone?timeoutMs=$TimeoutMs"
    if (-not $answer.gone) { throw $answer.message }
    $answer.at - $Since
}

# Runs a script in its own process that handles Ctrl+C; a process started in the background ignores it, and so do its children.
function Start-OwnProcess([string] $Script) {
    $command = [Environment]::ProcessPath, '-NoProfile', '-NonInteractive', '-File', $Script
    if ($IsLinux) { $command = @('env', '--default-signal=INT') + $command }
    [Diagnostics.Process]::Start($command[0], [string[]] $command[1..9])
}

function Wait-Request([int] $Index = 0, [int] $TimeoutMs = 20000) {
    $answer = Invoke-RestMethod "$($server.control)requests/$Index/received?timeoutMs=$TimeoutMs"
    if (-not $answer.received) { throw $answer.message }
}

function Get-Moment {
    ([DateTime]::UtcNow - [DateTime]::UnixEpoch).TotalMilliseconds
}

# The server's TCP connections: open now, and in total.
function Get-TestConnection {
    Invoke-RestMethod "$($server.control)stats"
}

function Send-Order([string] $Order, [string] $Json = '') {
    $null = Invoke-RestMethod "$($server.control)$Order" -Method Post -Body ([Text.Encoding]::UTF8.GetBytes($Json)) -ContentType 'application/json'
}

# Runs a script in its own process with only the module; returns its output as text.
function Invoke-ChildProcess([string] $Script) {
    $text = "[Console]::OutputEncoding = [Text.UTF8Encoding]::new(`$false); `$ErrorActionPreference = 'Stop'; Import-Module '$(Get-BuiltModule)'; $Script"
    & ([Environment]::ProcessPath) -NoProfile -NonInteractive -OutputFormat Text -EncodedCommand ([Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($text)))
}

Export-ModuleMember -Function * -Variable @()
