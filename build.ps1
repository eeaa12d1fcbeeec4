#!/usr/bin/env pwsh
#requires -Version 7.4

<#
.SYNOPSIS
    Builds, demonstrates, tests and packs OpenAIStream. The built module is in out/OpenAIStream.
.PARAMETER Task
    Build: everything, in Release. Demo: a completion streams over a real loopback connection; builds what that needs.
    Test: all tests, those of the cmdlets against the unpacked package. Bench: speed and memory against others, written to
    docs/performance.md. Pack: the packages for the PowerShell Gallery and for NuGet, out/package/OpenAIStream.<version>.nupkg
    and OpenAIStream.Core.<version>.nupkg, and beside each what is in it (.cdx.json). Api: writes down the public names of
    the core in src/OpenAIStream.Core/PublicAPI.
    Mutate: changes operators, texts and statements of the core one by one, and lists the changes that no C# test notices.
.PARAMETER File
    With Mutate: the beginning of the paths of files under src/OpenAIStream.Core, such as Joining or Sse/SseParser. The
    default is Sse, Streaming, Joining, Tools, Http/Secrets and Http/Call.
.PARAMETER Long
    With Test: the long runs too.
.PARAMETER Packed
    With Test: tests the packages that are in out/package, and makes none.
.PARAMETER Certificate
    With Pack: a PFX file to sign the module's files and the core's assemblies with, before they are packed. Its password
    is in the environment variable CODE_SIGNING_PASSWORD.
#>
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Demo', 'Test', 'Bench', 'Pack', 'Api', 'Mutate')]
    [string] $Task = 'Build',

    [Parameter(Position = 1)]
    [string[]] $File = @(),

    [switch] $Long,

    [switch] $Packed,

    [string] $Certificate
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot
$module = Join-Path $PSScriptRoot 'out/OpenAIStream/OpenAIStream.psd1'
$unanalyzed = , '-p:RunAnalyzersDuringBuild=false' # for sources that the Release build analyzes

function Invoke-DotNet {
    dotnet @args
    if ($LASTEXITCODE -ne 0) {
        throw "dotnet $args failed."
    }
}

# Writes output only if it fails.
function Invoke-Quietly {
    $said = dotnet @args --verbosity quiet --nologo
    if ($LASTEXITCODE -ne 0) {
        $said | Out-Host
        throw "dotnet $args failed."
    }
}

function Invoke-Build {
    Invoke-Quietly build OpenAIStream.sln -c Release
}

# For the systems on which PowerShell is mostly used. The compiler and the .NET of each system come from the package feed;
# if it does not have them, the tests run without.
function Invoke-Precompile {
    try {
        Invoke-Quietly build tools/Precompile -c Release -restore '-t:Precompile'
    }
    catch {
        if ($Task -ne 'Test') {
            throw
        }

        Write-Host 'Not tested: the assemblies compiled ahead of time, because the compiler packages are unavailable.'
    }
}

# As packages have it: with the label of a version that is none yet.
function Get-PackageVersion([psmoduleinfo] $Manifest) {
    ($Manifest.Version, $Manifest.PrivateData.PSData['Prerelease']).Where({ $_ }) -join '-'
}

# Beside the package, which is what it tells the hash of.
function Write-Sbom([string] $Name, [string] $Version) {
    $package = "out/package/$Name.$Version"
    tools/Sbom/New-Sbom.ps1 "$package.nupkg" "src/$Name/obj/project.assets.json" | Set-Content "$package.cdx.json"
}

# A project that references only that package. The folders are removed because NuGet would reuse an unpacked package of the
# same version.
function Build-PackageConsumer {
    Remove-Item tests/Package.Consumer/obj, tests/Package.Consumer/bin -Recurse -Force -ErrorAction Ignore
    Invoke-Quietly build tests/Package.Consumer -c Release
}

# The analyzer reports each public name that is not listed yet, once for each build; shipped names stay where they are.
function Update-PublicApi {
    $folder = 'src/OpenAIStream.Core/PublicAPI'
    $builds = 'net8.0', 'netstandard2.0'
    Get-ChildItem $folder -Filter PublicAPI.Unshipped.txt -Recurse | Set-Content -Value '#nullable enable'
    $said = dotnet build src/OpenAIStream.Core -c Release --no-incremental --verbosity quiet --nologo | Out-String
    $names = foreach ($build in $builds) {
        $found = [regex]::Matches($said, "RS0016: Symbol '(.+)' is not part of the declared public API.+=$([regex]::Escape($build))\]")
        , [Collections.Generic.HashSet[string]]::new([string[]] $found.ForEach({ $_.Groups[1].Value }))
    }

    $common = [Collections.Generic.HashSet[string]]::new($names[0])
    $common.IntersectWith($names[1])
    $names.ForEach({ $_.ExceptWith($common) })
    foreach ($place in @('', $common), @($builds[0], $names[0]), @($builds[1], $names[1])) {
        $lines = [string[]] $place[1]
        [array]::Sort($lines, [StringComparer]::Ordinal)
        Set-Content (Join-Path $folder $place[0] PublicAPI.Unshipped.txt) (@('#nullable enable') + $lines)
    }

    Invoke-Quietly build src/OpenAIStream.Core -c Release
    "$($common.Count) public names, and $($names[0].Count + $names[1].Count) that only one build has, in $folder"
}

# The packages that ship. What is signed is signed before it is packed. The core has a build of its own for its package:
# those assemblies have their sources in them.
function Invoke-Pack {
    Remove-Item out/OpenAIStream, out/package -Recurse -Force -ErrorAction Ignore # so that nothing from an earlier build is packed
    Invoke-Build
    Invoke-Precompile
    Invoke-Quietly build src/OpenAIStream.Core -c Package @unanalyzed
    if ($Certificate) {
        tools/Release/Protect-File.ps1 $Certificate out/OpenAIStream, src/OpenAIStream.Core/bin/Package
    }

    $manifest = Test-ModuleManifest $module
    $version = Get-PackageVersion $manifest
    $null = New-Item out/package -ItemType Directory
    tools/Release/New-Nuspec.ps1 $manifest $version | Set-Content out/package/OpenAIStream.nuspec
    $settings = "-p:NuspecFile=$PSScriptRoot/out/package/OpenAIStream.nuspec", "-p:NuspecBasePath=$PSScriptRoot/out/OpenAIStream", '-p:NoPackageAnalysis=true'
    Invoke-Quietly pack src/OpenAIStream.Core -c Package --no-build -o out/package
    $packing = @('pack', 'src/OpenAIStream', '-c', 'Release', '--no-build', '-o', 'out/package') + $settings
    Invoke-Quietly @packing
    Remove-Item out/package/OpenAIStream.nuspec
    Write-Sbom OpenAIStream $version
    Write-Sbom OpenAIStream.Core $version
}

# What an installation makes of the package in out/package: the path of its manifest there.
function Expand-Package {
    $package = Get-Item out/package/OpenAIStream.*.nupkg | Where-Object Name -NotLike OpenAIStream.Core.*
    if (@($package).Count -ne 1) {
        throw "There has to be one package of the module in out/package, and there are $(@($package).Count). Run ./build.ps1 Pack."
    }

    $modules = 'out/package/modules/OpenAIStream'
    Remove-Item out/package/modules -Recurse -Force -ErrorAction Ignore
    Expand-Archive -LiteralPath $package $modules/unpacked
    $version = (Test-ModuleManifest $modules/unpacked/OpenAIStream.psd1).Version
    Rename-Item $modules/unpacked $version
    '_rels', 'package', '[Content_Types].xml', 'OpenAIStream.nuspec' | ForEach-Object { Remove-Item -LiteralPath "$modules/$version/$_" -Recurse -Force }
    (Get-Item $modules/$version/OpenAIStream.psd1).FullName
}

# Runs one xunit assembly. If it ends without figures, that counts as a failure.
function Invoke-XUnit([string] $Name, [string] $Configuration) {
    Enter-TestPart $run "$Name ($Configuration)"
    dotnet "tests/$Name/bin/$Configuration/net10.0/$Name.dll" -noColor -noLogo | Tee-Object -Variable lines | Out-Host
    $figures = [regex]::Match($lines -join "`n", 'Total: (\d+), Errors: (\d+), Failed: (\d+), Skipped: (\d+), Not Run: (\d+)')
    if (-not $figures.Success) {
        return @{ Passed = 0; Failed = 1; Skipped = 0 }
    }

    $total, $errors, $failed, $skipped, $notRun = $figures.Groups[1..5].ForEach({ [int] $_.Value })
    @{ Passed = $total - $failed - $skipped - $notRun; Failed = $failed + $errors; Skipped = $skipped + $notRun }
}

# What tests beside the solution: the Debug build, whose small buffers meet every boundary, and what is not in it, and not to rot.
function Build-Test {
    if ($Packed) {
        Invoke-Build
    }

    $env:OPENAISTREAM_TESTED = Expand-Package
    Invoke-Quietly build tests/Core.Tests -c Debug @unanalyzed
    Invoke-Quietly build tests/Bench -c Release
    Build-PackageConsumer
    Build-EngineTest
}

# The engine for tests that host it: from the package feed, else the assemblies of the PowerShell that runs this.
function Build-EngineTest {
    dotnet build tests/Engine.Tests -c Release 2>&1 | Out-Null
    if ($LASTEXITCODE -ne 0) {
        $building = 'build', 'tests/Engine.Tests', '-c', 'Release', "-p:PowerShellHome=$PSHOME"
        Invoke-Quietly @building
    }
}

function Find-Pester {
    $installed = Get-Module Pester -ListAvailable | Where-Object Version -ge '5.5' | Sort-Object Version | Select-Object -Last 1
    if ($installed) {
        return $installed
    }

    dotnet restore tools/Pester | Out-Null
    if ($LASTEXITCODE -eq 0) {
        Get-Module (Join-Path (dotnet msbuild tools/Pester -getProperty:PkgPester) tools/Pester.psd1) -ListAvailable
    }
}

# Runs in a separate process, which imports the module that was just built.
function Invoke-CmdletTest {
    $pester = Find-Pester
    if (-not $pester) {
        Write-Host 'Not run: tests/Cmdlets, because Pester 5.5 or later was not found. Run Install-PSResource Pester, and try again.'
        return @{ Passed = 0; Failed = 0; Skipped = 0 }
    }

    Enter-TestPart $run Cmdlets
    Write-Host "Pester $($pester.Version), PowerShell $($PSVersionTable.PSVersion)"
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
        Invoke-Quietly build tools/Demo
        & (Get-Process -Id $PID).Path -NoLogo -NoProfile -File examples/demo.ps1 $module
    }

    Test {
        Import-Module ./tests/Progress.psm1
        $env:OPENAISTREAM_LONG = if ($Long) { '1' }
        $durations = if ($Long) { 'out/durations-long.txt' } else { 'out/durations.txt', 'tests/durations.txt' }
        $run = New-TestRun -Durations $durations -Part @(
            if (-not $Packed) { 'Build and pack' }
            'Build the tests'
            'Core.Tests (Debug)', 'Core.Tests (Release)', 'Core.Tests.NetStandard (Release)', 'Package.Consumer (Release)', 'Engine.Tests (Release)'
            'Cmdlets'
        )
        if (-not $Packed) {
            Enter-TestPart $run 'Build and pack'
            Invoke-Pack
        }

        Enter-TestPart $run 'Build the tests'
        Build-Test
        $results = @(
            Invoke-XUnit Core.Tests Debug
            Invoke-XUnit Core.Tests Release
            Invoke-XUnit Core.Tests.NetStandard Release
            Invoke-XUnit Package.Consumer Release
            Invoke-XUnit Engine.Tests Release
            Invoke-CmdletTest
        )
        Complete-TestRun $run @($durations)[0]
        $passed, $failed, $skipped = 'Passed', 'Failed', 'Skipped' | ForEach-Object { ($results.$_ | Measure-Object -Sum).Sum }
        "$passed passed, $failed failed, $skipped skipped"
        exit [int]($failed -gt 0 -or $passed -eq 0)
    }

    Bench {
        Invoke-Build
        Invoke-Precompile
        Invoke-Quietly build tests/Bench -c Release # not in the solution: only this needs its packages
        Invoke-DotNet tests/Bench/bin/Release/net10.0/Bench.dll
        & (Get-Process -Id $PID).Path -NoLogo -NoProfile -File tests/Bench/cmdlets.ps1 $module
        Invoke-DotNet tests/Bench/bin/Release/net10.0/Bench.dll report
    }

    Pack {
        Invoke-Pack
        "Packed: $(Get-Item out/package/*.nupkg)"
    }

    Api {
        Update-PublicApi
    }

    Mutate {
        Invoke-Quietly build tools/Mutate -c Release # not in the solution: only this needs it
        Invoke-DotNet tools/Mutate/bin/Release/net10.0/Mutate.dll @File
    }
}
