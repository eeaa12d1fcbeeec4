#!/usr/bin/env pwsh
#requires -Version 7.4
<#
.SYNOPSIS
    Builds, shows and tests OpenAIStream. The built module is out/OpenAIStream.
.PARAMETER Task
    Build: everything, in Release. Demo: a completion streams over a real loopback connection. Test: all tests.
    Bench: speed and memory against others, written to docs/performance.md.
.PARAMETER Long
    With Test: the long runs too.
#>
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Demo', 'Test', 'Bench')]
    [string] $Task = 'Build',

    [switch] $Long
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot
$quiet = '--verbosity', 'quiet', '--nologo', '-consoleLoggerParameters:ErrorsOnly;NoSummary'
$module = Join-Path $PSScriptRoot 'out/OpenAIStream/OpenAIStream.psd1'

function Invoke-DotNet {
    dotnet @args
    if ($LASTEXITCODE -ne 0) {
        throw "dotnet $args failed."
    }
}

function Invoke-Build {
    Invoke-DotNet build OpenAIStream.sln -c Release @quiet
}

# Runs one xunit assembly; one that dies without figures counts as a failure.
function Invoke-XUnit([string] $Name, [string] $Configuration) {
    Write-Host "== $Name ($Configuration)"
    dotnet "tests/$Name/bin/$Configuration/net10.0/$Name.dll" -noColor -noLogo | Tee-Object -Variable lines | Out-Host
    $figures = [regex]::Match($lines -join "`n", 'Total: (\d+), Errors: (\d+), Failed: (\d+), Skipped: (\d+), Not Run: (\d+)')
    if (-not $figures.Success) {
        return @{ Passed = 0; Failed = 1; Skipped = 0 }
    }

    $total, $errors, $failed, $skipped, $notRun = $figures.Groups[1..5].ForEach({ [int] $_.Value })
    @{ Passed = $total - $failed - $skipped - $notRun; Failed = $failed + $errors; Skipped = $skipped + $notRun }
}

# The engine for tests that host it: from the package feed, else the assemblies of the PowerShell that runs this.
function Build-EngineTest {
    dotnet build tests/Engine.Tests -c Release @quiet 2>&1 | Out-Null
    if ($LASTEXITCODE -ne 0) {
        Invoke-DotNet build tests/Engine.Tests -c Release @quiet "-p:PowerShellHome=$PSHOME"
    }
}

function Find-Pester {
    $installed = Get-Module Pester -ListAvailable | Where-Object Version -ge '5.5' | Sort-Object Version | Select-Object -Last 1
    if (-not $installed -and (Get-Command Save-PSResource -ErrorAction Ignore)) {
        Save-PSResource Pester -Version '[5.5,7)' -Path out/modules -TrustRepository -ErrorAction SilentlyContinue
        $installed = Get-Module "$PSScriptRoot/out/modules/Pester" -ListAvailable | Select-Object -First 1
    }

    $installed
}

# In a process of its own, which imports the module as it was just built.
function Invoke-CmdletTest {
    $pester = Find-Pester
    if (-not $pester) {
        Write-Host 'Not run: tests/Cmdlets, for want of Pester 5.5 or later. Install-PSResource Pester, and run this again.'
        return @{ Passed = 0; Failed = 0; Skipped = 0 }
    }

    Write-Host "== Cmdlets (Pester $($pester.Version), PowerShell $($PSVersionTable.PSVersion))"
    $figures = Join-Path ([IO.Path]::GetTempPath()) "openaistream-$PID.json"
    & (Get-Process -Id $PID).Path -NoLogo -NoProfile -File tests/Cmdlets/Invoke-Tests.ps1 $pester.Path $figures | Out-Host
    if (-not (Test-Path $figures)) {
        return @{ Passed = 0; Failed = 1; Skipped = 0 }
    }

    Get-Content $figures -Raw | ConvertFrom-Json -AsHashtable
    Remove-Item $figures
}

switch ($Task) {
    Build {
        Invoke-Build
        Write-Host "Built. Import-Module $module"
    }

    Demo {
        Invoke-Build
        & (Get-Process -Id $PID).Path -NoLogo -NoProfile -File examples/demo.ps1 $module
    }

    Test {
        $env:OPENAISTREAM_LONG = if ($Long) { '1' }
        Invoke-Build
        Invoke-DotNet build tests/Core.Tests -c Debug @quiet # its small buffers meet every boundary
        Build-EngineTest
        $results = @(
            Invoke-XUnit Core.Tests Debug
            Invoke-XUnit Core.Tests Release
            Invoke-XUnit Core.Tests.NetStandard Release
            Invoke-XUnit Engine.Tests Release
            Invoke-CmdletTest
        )
        $passed, $failed, $skipped = 'Passed', 'Failed', 'Skipped' | ForEach-Object { ($results.$_ | Measure-Object -Sum).Sum }
        "$passed passed, $failed failed, $skipped skipped"
        exit [int]($failed -gt 0 -or $passed -eq 0)
    }

    Bench {
        Invoke-Build
        Invoke-DotNet build tests/Bench -c Release @quiet # not in the solution: only this needs its packages
        Invoke-DotNet tests/Bench/bin/Release/net10.0/Bench.dll
        & (Get-Process -Id $PID).Path -NoLogo -NoProfile -File tests/Bench/cmdlets.ps1 $module
        Invoke-DotNet tests/Bench/bin/Release/net10.0/Bench.dll report
    }
}
