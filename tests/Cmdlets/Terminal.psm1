# A real terminal for tests: tmux, in which a shell runs as for a user.

$script:socket = $null

# Whether there is one.
function Test-Terminal { [bool] (Get-Command tmux -CommandType Application -ErrorAction Ignore) }

# Starts a shell in a terminal of this size, and runs a script there first.
function Start-Terminal([string] $Script, [int] $Width = 80, [int] $Height = 30) {
    $script:socket = "openaistream-$PID-$([guid]::NewGuid().ToString('N').Substring(0, 8))"
    $file = Join-Path ([IO.Path]::GetTempPath()) "$socket.ps1"
    Set-Content $file "Set-PSReadLineOption -HistorySaveStyle SaveNothing -PredictionSource None; [Microsoft.PowerShell.PSConsoleReadLine]::ClearHistory(); function prompt { 'PS> ' }; Import-Module '$(Get-BuiltModule)'; $Script; Clear-Host; 'ready'"
    tmux -L $socket -f /dev/null new-session -d -x $Width -y $Height "env -u NO_COLOR TERM=screen-256color '$([Environment]::ProcessPath)' -NoLogo -NoProfile -NoExit -File '$file'"
    Wait-Screen '(?m)^ready\nPS>$'
}

function Stop-Terminal {
    tmux -L $socket kill-server 2>$null
    Remove-Item (Join-Path ([IO.Path]::GetTempPath()) "$socket.ps1") -ErrorAction Ignore
}

# Types text, or presses keys by their names in tmux (-Key).
function Send-Text([string] $Text) { tmux -L $socket send-keys -l -- $Text }
function Send-Key([string[]] $Key) { tmux -L $socket send-keys @Key }

# Types a line, and Enter.
function Send-Line([string] $Text) {
    if ($Text) {
        Send-Text $Text
        Wait-Screen ([regex]::Escape($Text.Trim().Substring([Math]::Max(0, $Text.Trim().Length - 10))) + '$') # an Enter with more behind it would be a pasted one
    }
    Send-Key Enter
}

# Pastes text, as a terminal does.
function Send-Paste([string] $Text) {
    tmux -L $socket set-buffer -- $Text
    tmux -L $socket paste-buffer -p
}

function Set-TerminalSize([int] $Width, [int] $Height) { tmux -L $socket resize-window -x $Width -y $Height }

# All that is on the screen, and above it; each line without the blanks at its end.
function Get-Screen([switch] $WithHistory) {
    $rows = if ($WithHistory) { tmux -L $socket capture-pane -p -S - } else { tmux -L $socket capture-pane -p }
    ($rows -join "`n").TrimEnd()
}

# Waits until the screen shows what is expected.
function Wait-Screen([string] $Pattern, [int] $Seconds = 15) {
    $end = [DateTime]::UtcNow.AddSeconds($Seconds)
    while ((Get-Screen) -notmatch $Pattern) {
        if ([DateTime]::UtcNow -gt $end) { throw "The screen does not show '$Pattern' but:`n$(Get-Screen)" }
        Start-Sleep -Milliseconds 50
    }
}

Export-ModuleMember -Function *
