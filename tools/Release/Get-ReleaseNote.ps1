<#
.SYNOPSIS
    The lines of CHANGELOG.md for a version, as they stand there.
.PARAMETER Version
    The version, such as 1.0.0-preview1.
.PARAMETER Root
    The folder with CHANGELOG.md.
#>
param(
    [Parameter(Mandatory)]
    [string] $Version,

    [string] $Root = (Join-Path $PSScriptRoot ../..)
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

$isFound = $false
$notes = foreach ($line in Get-Content (Join-Path $Root CHANGELOG.md)) {
    if ($line -like '## *') {
        $isFound = ($line -split ' ')[1] -eq $Version
    }
    elseif ($isFound) {
        $line
    }
}

if (-not ($notes -match '\S')) {
    throw "CHANGELOG.md has nothing about $Version. Write '## $Version (<date>)' and what is new."
}

($notes -join "`n").Trim()
