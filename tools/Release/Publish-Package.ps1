<#
.SYNOPSIS
    Publishes the packages of out/package: the module's to the PowerShell Gallery, the core's to NuGet. What is there
    already is left as it is, so that a run that broke can be started again.
.DESCRIPTION
    The environment variables PSGALLERY_API_KEY and NUGET_API_KEY are the keys. PSGALLERY_SOURCE and NUGET_SOURCE are other
    feeds, or folders, for a rehearsal.
.PARAMETER Version
    The version. Only packages of it are published, and only those that are what their bill of materials says.
.PARAMETER Folder
    Where the packages are.
#>
param(
    [Parameter(Mandatory)]
    [string] $Version,

    [string] $Folder = (Join-Path $PSScriptRoot ../../out/package)
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

function Get-Package([string] $Name) {
    $package = Get-Item (Join-Path $Folder "$Name.$Version.nupkg")
    $bill = Get-Content (Join-Path $Folder "$Name.$Version.cdx.json") -Raw | ConvertFrom-Json
    if ((Get-FileHash $package -Algorithm SHA256).Hash -ne $bill.metadata.component.hashes[0].content) {
        throw "$($package.Name) is not the file that was packed and tested: its bill of materials has another hash."
    }

    $package
}

function Publish-File([IO.FileInfo] $Package, [string] $Source, [string] $Key) {
    $said = dotnet nuget push $Package --source $Source --api-key $Key --skip-duplicate 2>&1
    if ($LASTEXITCODE -ne 0) {
        throw "$($Package.Name) could not be published to ${Source}: $($said | Out-String)"
    }

    "Published $($Package.Name) to $Source."
}

# Both are looked at before either is published.
$module = Get-Package OpenAIStream
$core = Get-Package OpenAIStream.Core
$gallery = $env:PSGALLERY_SOURCE ? $env:PSGALLERY_SOURCE : 'https://www.powershellgallery.com/api/v2/package'
$nuget = $env:NUGET_SOURCE ? $env:NUGET_SOURCE : 'https://api.nuget.org/v3/index.json'
Publish-File $core $nuget "$env:NUGET_API_KEY"
Publish-File $module $gallery "$env:PSGALLERY_API_KEY"
