#requires -Version 7.4
<#
.SYNOPSIS
    Takes the picture at the top of the README: a session in a terminal (tmux), with a recorded answer. Writes terminal-light.svg and
    terminal-dark.svg, and needs tmux and a built module.
.PARAMETER Path
    The folder to write to.
.PARAMETER Module
    The module that is shown.
#>
param(
    [string] $Path = (Join-Path $PSScriptRoot '../../docs/images'),
    [string] $Module = (Join-Path $PSScriptRoot '../../out/OpenAIStream/OpenAIStream.psd1')
)

$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot Picture.psm1) -Force
$picture = Import-PowerShellDataFile (Join-Path $PSScriptRoot Picture.psd1)
$work = New-Item (Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid())) -ItemType Directory
$socket = "picture-$PID"

# tmux of its own, which no configuration changes and no other session sees.
function Invoke-Tmux { tmux -L $socket -f /dev/null @args; if ($LASTEXITCODE -ne 0) { throw "tmux $args failed." } }

function Wait-Prompt([int] $Count) {
    for ($i = 0; $i -lt 300; $i++) {
        if (@(Invoke-Tmux capture-pane -p | Where-Object { $_ -match '^PS>' }).Count -ge $Count) { return }
        Start-Sleep -Milliseconds 100
    }
    throw "The prompt did not come within 30 seconds:`n$(Invoke-Tmux capture-pane -p | Out-String)"
}

try {
    Set-Content "$work/start.ps1" @"
function prompt { 'PS> ' }
Set-PSReadLineOption -PredictionSource None -HistorySaveStyle SaveNothing
Import-Module '$(Resolve-Path $Module)'
Connect-OpenAI -ReplayFrom '$(Join-Path $PSScriptRoot recording)' -ReplaySpeed 20
"@
    Invoke-Tmux new-session -d -x $picture.Width -y 60 "env -u NO_COLOR TERM=tmux-256color LANG=C.UTF-8 '$([Environment]::ProcessPath)' -NoProfile -NoLogo -NoExit -File '$work/start.ps1'"
    Wait-Prompt 1
    Invoke-Tmux send-keys -l $picture.Command
    Invoke-Tmux send-keys Enter
    Wait-Prompt 2
    $lines = @(Invoke-Tmux capture-pane -p -e)
    $last = $lines.Count - 1
    while ($lines[$last] -replace "`e\[[\d;]*m" -notmatch '^PS>') { $last-- }
    foreach ($theme in 'light', 'dark') {
        ConvertTo-Svg $lines[0..$last] $picture.Width $theme $picture.Title | Set-Content (Join-Path $Path "terminal-$theme.svg")
    }
}
finally {
    tmux -L $socket kill-server
    Remove-Item $work -Recurse
}
