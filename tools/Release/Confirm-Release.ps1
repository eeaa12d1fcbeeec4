<#
.SYNOPSIS
    Refuses a release that is not ready: its tag, the manifest and the changelog have to agree. Returns the version.
.PARAMETER Tag
    The tag that started it, such as v1.0.0-preview1.
.PARAMETER Root
    The folder with the manifest, the changelog and src.
#>
param(
    [Parameter(Mandatory)]
    [string] $Tag,

    [string] $Root = (Join-Path $PSScriptRoot ../..)
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

# Read as text: not built, its assemblies are not there, and it names folders by $PSEdition.
$manifest = Get-Content (Join-Path $Root OpenAIStream.psd1) -Raw
$number, $label = 'ModuleVersion', 'Prerelease' | ForEach-Object { [regex]::Match($manifest, "(?<=\b$_\s*=\s*')[^']*").Value }
if ($label -and $label -notmatch '^[0-9A-Za-z]+$') {
    throw "Prerelease of OpenAIStream.psd1 is '$label'. The PowerShell Gallery takes letters and digits only."
}

$version = ($number, $label).Where({ $_ }) -join '-'
if ($Tag -cne "v$version") {
    throw "The tag is $Tag, and OpenAIStream.psd1 says $version. Correct ModuleVersion and Prerelease, or tag v$version."
}

$heading = @(Get-Content (Join-Path $Root CHANGELOG.md)) -match "^## $([regex]::Escape($version)) "
if (-not ($heading -match '\(\d{4}-\d\d-\d\d\)$')) {
    throw "CHANGELOG.md needs the heading '## $version (<date as yyyy-MM-dd>)'; it has '$heading'."
}

$notes = & $PSScriptRoot/Get-ReleaseNote.ps1 $version -Root $Root
if ($notes.Length -gt 35000) {
    throw "The release notes have $($notes.Length) characters, and package feeds take 35,000. Shorten the section in CHANGELOG.md."
}

$open = Get-Content (Join-Path $Root src/OpenAIStream.Core/PublicAPI/*/PublicAPI.Unshipped.txt), (Join-Path $Root src/OpenAIStream.Core/PublicAPI/PublicAPI.Unshipped.txt) |
    Where-Object { $_ -ne '#nullable enable' }
if (-not $label -and $open) {
    throw "$(@($open).Count) public names are in PublicAPI.Unshipped.txt. Move them to PublicAPI.Shipped.txt: a release promises them."
}

$version
