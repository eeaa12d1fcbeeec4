# How long a test run has left, as ./build.ps1 and ./build.sh say it.

BeforeDiscovery {
    $bash = Get-Command bash -CommandType Application -ErrorAction Ignore
}
BeforeAll {
    $tests = (Resolve-Path (Join-Path $PSScriptRoot ..)).Path
    Import-Module $tests/Progress.psm1 -Force
    $parts = 'Build', 'One (Debug)', 'Two', 'Three'
    $folder = (New-Item TestDrive:/durations -ItemType Directory).FullName
    $written = "$folder/written.txt"
    Set-Content $written '100 Build', '60 One (Debug)', '300 Two', '600 Three', '7 Another'

    # What is said when parts take these seconds: number of seconds, then the part that they pass in.
    function Get-Said([int[]] $Seconds, [string[]] $Durations) {
        $script:now = [datetime] '2027-01-01'
        $run = New-TestRun -Part $parts -Durations $Durations -Clock { $script:now }
        & {
            for ($i = 0; $i -lt $parts.Count; $i++) {
                Enter-TestPart $run $parts[$i]
                $script:now = $now.AddSeconds($Seconds[$i])
            }
            Complete-TestRun $run $Durations[0]
        } 6>&1 | ForEach-Object { "$_" }
    }

    function Get-SaidByBash([int[]] $Seconds, [string[]] $Durations) {
        $script = "set -euo pipefail; cd '$tests/..'; durations='$($Durations[0])' written='$($Durations[1])'; parts=($(($parts | ForEach-Object { "'$_'" }) -join ' ')); unset SECONDS; SECONDS=0; source tests/progress.sh; " # unset, it no longer follows the clock
        for ($i = 0; $i -lt $parts.Count; $i++) { $script += "begin_part '$($parts[$i])'; SECONDS=`$((SECONDS + $($Seconds[$i]))); " }
        bash -c "$script end_run"
    }
}

Describe 'A test run' {
    It 'says which part comes, and how long is left at the pace of the tests so far' {
        Get-Said 5, 120, 600, 1200 "$folder/own.txt", $written | Should -Be @(
            '== [1/4] Build: about 18 min left'
            '== [2/4] One (Debug): about 16 min left' # a build that had nothing to do changes nothing
            '== [3/4] Two: about 30 min left'         # twice as slow as expected
            '== [4/4] Three: about 20 min left'
            'Took 32 min; 18 min were expected.'
        )
    }

    It 'expects the next time what it took the last time' {
        Get-Said 10, 20, 30, 40 "$folder/own2.txt", $written | Out-Null
        (Get-Said 10, 20, 30, 40 "$folder/own2.txt", $written)[0, -1] | Should -Be '== [1/4] Build: about 100 s left', 'Took 100 s; 100 s were expected.'
    }

    It 'claims nothing about a part that nobody has measured' {
        Set-Content "$folder/less.txt" '100 Build', '60 One (Debug)'
        (Get-Said 1, 1, 1, 1 "$folder/own3.txt", "$folder/less.txt")[0] | Should -Be '== [1/4] Build: no estimate for the time left'
    }

    It 'is told the same way by build.sh' -Skip:(-not $bash) {
        $given = @(5, 120, 600, 1200), @("$folder/bash.txt", $written)
        $said = Get-SaidByBash @given
        $said | Should -Be (Get-Said $given[0] "$folder/own4.txt", $written)
        Get-Content "$folder/bash.txt" | Should -Be (Get-Content "$folder/own4.txt")
        (Get-SaidByBash 5, 120, 600, 1200 "$folder/bash2.txt", '')[0] | Should -Be '== [1/4] Build: no estimate for the time left'
    }

    It 'leaves the figures of the tests to build.sh' -Skip:(-not $bash) {
        $function = [regex]::Match((Get-Content $tests/../build.sh -Raw), '(?ms)^run_xunit\(\) \{.*?^\}').Value
        $script = "$folder/figures.sh"
        Set-Content $script @(
            'set -euo pipefail'
            "cd '$tests/..'; durations='$folder/figures.txt' written='$written' parts=(Build 'One (Debug)' 'Two (Debug)') passed=0 failed=0 skipped=0"
            'source tests/progress.sh'
            'dotnet() { echo "   $1  Total: 8, Errors: 0, Failed: 1, Skipped: 2, Not Run: 1, Time: 0.5s"; }'
            $function
            'begin_part Build; run_xunit One Debug; run_xunit Two Debug; end_run'
            'echo "$passed passed, $failed failed, $skipped skipped"'
        )
        (bash $script)[-1] | Should -Be '8 passed, 2 failed, 6 skipped'
    }

    It 'has a figure for each part of both scripts' {
        $known = Get-Content $tests/durations.txt | ForEach-Object { ($_ -split ' ', 2)[1] }
        $scripts = (Get-Content $tests/../build.ps1 -Raw), (Get-Content $tests/../build.sh -Raw)
        $named = foreach ($script in $scripts) { [regex]::Matches($script, "'([\w.]+ \((?:Debug|Release)\)|Build[ \w]*|Cmdlets)'").ForEach({ $_.Groups[1].Value }) }
        $named | Should -Contain 'Core.Tests (Debug)'
        $named | Where-Object { $_ -notin $known -and $_ -cne 'Build' } | Should -BeNullOrEmpty
        $known | Should -Contain Build
    }
}
