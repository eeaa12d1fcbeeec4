# Says which part of a test run comes next, and how long the run has left. build.sh does the same without PowerShell
# (progress.sh).

# -Part: the parts in their order. -Durations: files with the seconds that parts took, in lines such as
# `62 Core.Tests (Release)`; the first file that knows a part counts.
function New-TestRun([string[]] $Part, [string[]] $Durations, [scriptblock] $Clock = { [datetime]::UtcNow }) {
    $expected = @{}
    foreach ($line in Get-Content $Durations -ErrorAction Ignore) {
        $seconds, $name = $line -split ' ', 2
        if ($seconds -as [int] -and $name -in $Part -and -not $expected.ContainsKey($name)) {
            $expected[$name] = [int] $seconds
        }
    }

    @{ Part = $Part; Expected = $expected; Took = [ordered]@{}; Name = $null; Since = & $Clock; Clock = $Clock }
}

# Ends the part before, and begins the next.
function Enter-TestPart([hashtable] $Run, [string] $Name) {
    Exit-TestPart $Run
    $Run.Name = $Name
    $number = [array]::IndexOf($Run.Part, $Name) + 1
    Write-Host "== [$number/$($Run.Part.Count)] ${Name}: $(Get-TimeLeft $Run ($Run.Part | Select-Object -Skip ($number - 1)))"
}

# Ends the last part, says how good the estimate was, and writes the seconds down for the next run.
function Complete-TestRun([hashtable] $Run, [string] $Path) {
    Exit-TestPart $Run
    $null = New-Item (Split-Path $Path) -ItemType Directory -Force
    $Run.Took.GetEnumerator() | ForEach-Object { "$($_.Value) $($_.Key)" } | Set-Content $Path
    Write-Host "Took $(Format-Time (Get-Sum $Run.Took $Run.Part)); $(Format-Time (Get-Sum $Run.Expected $Run.Part)) were expected."
}

function Exit-TestPart([hashtable] $Run) {
    $now = & $Run.Clock
    if ($Run.Name) {
        $Run.Took[$Run.Name] = [int] ($now - $Run.Since).TotalSeconds
    }

    $Run.Since = $now
}

# What is left at the pace of the tests so far. A build tells nothing of them: it may find all of its work done.
function Get-TimeLeft([hashtable] $Run, [string[]] $Left) {
    if ($Left | Where-Object { -not $Run.Expected.ContainsKey($_) }) {
        return 'no estimate for the time left'
    }

    $tests = @($Run.Took.Keys | Where-Object { $_ -notlike 'Build*' -and $Run.Expected.ContainsKey($_) })
    $pace = if ($tests) { (Get-Sum $Run.Took $tests) / (Get-Sum $Run.Expected $tests) } else { 1 }
    "about $(Format-Time ((Get-Sum $Run.Expected $Left) * $pace)) left"
}

function Get-Sum([Collections.IDictionary] $Seconds, [string[]] $Part) {
    ($Part | ForEach-Object { $Seconds[$_] } | Measure-Object -Sum).Sum
}

function Format-Time([double] $Seconds) {
    if ($Seconds -lt 120) { "$([int] $Seconds) s" } else { "$([int] ($Seconds / 60)) min" }
}

Export-ModuleMember -Function New-TestRun, Enter-TestPart, Complete-TestRun
