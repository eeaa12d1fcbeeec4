# How much of a service's limits a run uses, and how much is refused: against the tests' own server, which enforces them.
#   pwsh tests/Bench/pace.ps1 [-Seconds 50]     after ./build.sh; writes the rows of docs/scale.md
param([int] $Seconds = 50, [int] $WindowSeconds = 5, [int] $ThrottleLimit = 32)

Import-Module $PSScriptRoot/../Cmdlets/Loopback.psm1 -Force
$server = Start-TestServer
$ProgressPreference = 'SilentlyContinue'
try {
    foreach ($case in @(
            @{ Name = '200 requests, filled all the time'; Requests = 200; Tokens = 100000000; Fills = $true }
            @{ Name = '200 requests, filled at the end of a window'; Requests = 200; Tokens = 100000000; Fills = $false }
            @{ Name = '20,000 tokens, filled all the time'; Requests = 100000; Tokens = 20000; Fills = $true }
            @{ Name = '20,000 tokens, filled at the end of a window'; Requests = 100000; Tokens = 20000; Fills = $false }
        )) {
        Reset-TestServer
        Connect-OpenAI -BaseUri "$($server.http1)v1" -MaximumRetryCount 10
        Set-DefaultReply @{ headers = @{ 'content-type' = 'application/json' }; steps = @(@{ delayMs = 200 }, @{ send = ConvertTo-Answer 'x' }) }
        $limits = @{ requests = $case.Requests; tokens = $case.Tokens; windowMs = $WindowSeconds * 1000; fills = $case.Fills } | ConvertTo-Json
        $null = Invoke-RestMethod "$($server.control)limits" -Method Post -Body $limits -ContentType application/json
        $random = [Random]::new(1)
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $answers = & { while ($watch.Elapsed.TotalSeconds -lt $Seconds) { 'word ' * $random.Next(10, 150) } } |
            Invoke-OpenAIChatCompletion -ThrottleLimit $ThrottleLimit -ErrorVariable failed -ErrorAction SilentlyContinue
        $windows = $watch.Elapsed.TotalSeconds / $WindowSeconds
        $told = Invoke-RestMethod "$($server.control)limits"
        $full = if ($case.Fills) { 1 + $windows } else { $windows } # one that fills all the time is full at the beginning
        $used = if ($case.Tokens -eq 20000) { $told.admittedTokens / (20000 * $full) } else { $told.admitted / (200 * $full) }
        '| {0} | {1:0.0} % | {2:0.00} % ({3} of {4}) | {5} | {6} |' -f $case.Name, (100 * $used), (100 * $told.refused / ($told.admitted + $told.refused)), $told.refused, ($told.admitted + $told.refused), $answers.Count, $failed.Count
    }
}
finally {
    Stop-TestServer
}
