# Third-party servers and proxies: each is started on a free port of this machine; the functions wait until it is ready.

$started = [Collections.Generic.List[Diagnostics.Process]]::new()

# Describes the missing commands; returns nothing when all are installed.
function Get-MissingCommand {
    $missing = $args | Where-Object { -not (Get-Command $_ -CommandType Application -ErrorAction Ignore) }
    if ($missing) { "$($missing -join ' and ') not installed" }
}

function Get-FreePort {
    $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
    $listener.Start()
    try { $listener.LocalEndpoint.Port } finally { $listener.Stop() }
}

# Starts a program and waits until it accepts connections on the port.
function Start-Foreign {
    param([string] $Command, [string[]] $Arguments, [int] $Port, [hashtable] $Variables = @{})
    $start = [Diagnostics.ProcessStartInfo]::new((Get-Command $Command -CommandType Application | Select-Object -First 1).Source)
    $Arguments | ForEach-Object { $start.ArgumentList.Add($_) }
    $Variables.GetEnumerator() | ForEach-Object { $start.Environment[$_.Key] = $_.Value }
    $start.RedirectStandardOutput = $start.RedirectStandardError = $start.RedirectStandardInput = $true
    $process = [Diagnostics.Process]::Start($start)
    $started.Add($process)
    $output = $process.StandardOutput.ReadToEndAsync()
    $errors = $process.StandardError.ReadToEndAsync()
    $end = [datetime]::UtcNow.AddSeconds(30)
    while ([datetime]::UtcNow -lt $end) {
        if ($process.HasExited) { throw "$Command ended: $($output.Result) $($errors.Result)" }
        $client = [Net.Sockets.TcpClient]::new()
        try {
            $client.Connect('127.0.0.1', $Port)
            return
        }
        catch [Net.Sockets.SocketException] {
            Start-Sleep -Milliseconds 50
        }
        finally {
            $client.Dispose()
        }
    }
    throw "$Command does not listen on port $Port."
}

function Stop-Foreign {
    foreach ($process in $started) {
        if (-not $process.HasExited) { $process.Kill($true) }
        $process.WaitForExit()
        $process.Dispose()
    }
    $started.Clear()
}

Export-ModuleMember -Function *
