<#
.SYNOPSIS
    The .nuspec of the module's package, out of its manifest and the changelog.
.PARAMETER Manifest
    What Test-ModuleManifest returns.
.PARAMETER Version
    The package's version.
#>
param(
    [Parameter(Mandatory)]
    [psmoduleinfo] $Manifest,

    [Parameter(Mandatory)]
    [string] $Version
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

$escaped = @{}
foreach ($property in 'Name', 'Author', 'CompanyName', 'Copyright', 'Description', 'LicenseUri') {
    $escaped.$property = [Security.SecurityElement]::Escape("$($Manifest.$property)")
}

$notes = [Security.SecurityElement]::Escape((& $PSScriptRoot/Get-ReleaseNote.ps1 $Version | Out-String).Trim())
$tags = @('PSModule'; $Manifest.Tags; 'PSIncludes_Cmdlet'; $Manifest.ExportedCmdlets.Keys.ForEach({ "PSCmdlet_$_"; "PSCommand_$_" }))
@"
<package xmlns="http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd">
  <metadata>
    <id>$($escaped.Name)</id>
    <version>$Version</version>
    <authors>$($escaped.Author)</authors>
    <owners>$($escaped.CompanyName)</owners>
    <copyright>$($escaped.Copyright)</copyright>
    <description>$($escaped.Description)</description>
    <releaseNotes>$notes</releaseNotes>
    <licenseUrl>$($escaped.LicenseUri)</licenseUrl>
    <tags>$tags</tags>
  </metadata>
  <files>
    <file src="**" />
  </files>
</package>
"@
