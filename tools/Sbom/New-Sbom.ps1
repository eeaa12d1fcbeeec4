<#
.SYNOPSIS
    The bill of materials of a package, in CycloneDX's JSON: each assembly with its version and hash, and each NuGet package
    that an assembly is from, or that the package depends on.
.PARAMETER Package
    The .nupkg file, as it ships.
.PARAMETER Assets
    The project.assets.json of its last restore, which says what NuGet resolved.
#>
param(
    [Parameter(Mandatory)]
    [string] $Package,

    [Parameter(Mandatory)]
    [string] $Assets
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

function Get-Sha256([byte[]] $Bytes) {
    , @([ordered]@{ alg = 'SHA-256'; content = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($Bytes)).ToLowerInvariant() })
}

# An assembly in the archive. Its version is that of its file, which alone tells two builds of one package apart.
function Get-Assembly([IO.Compression.ZipArchiveEntry] $Entry) {
    $file = Join-Path ([IO.Path]::GetTempPath()) "$([guid]::NewGuid()).dll"
    [IO.Compression.ZipFileExtensions]::ExtractToFile($Entry, $file)
    try {
        [ordered]@{
            type      = 'file'
            'bom-ref' = $Entry.FullName
            name      = $Entry.FullName
            version   = [Diagnostics.FileVersionInfo]::GetVersionInfo($file).FileVersion
            hashes    = Get-Sha256 ([IO.File]::ReadAllBytes($file))
        }
    }
    finally {
        Remove-Item -LiteralPath $file
    }
}

# The packages that bring an assembly at run time; those that only compile have a mark (_._) or nothing there.
function Get-Library([hashtable] $Restored) {
    foreach ($target in $Restored.targets.Values) {
        foreach ($key in $target.Keys) {
            $files = @(($target[$key]['runtime'] ?? @{}).Keys | Where-Object { $_ -like '*.dll' })
            if ($target[$key].type -eq 'package' -and $files) {
                $name, $version = $key -split '/'
                @{ Name = $name; Version = $version; Files = Split-Path $files -Leaf; Needs = @(($target[$key]['dependencies'] ?? @{}).Keys); Hash = $Restored.libraries[$key].sha512 }
            }
        }
    }
}

$archive = [IO.Compression.ZipFile]::OpenRead((Resolve-Path -LiteralPath $Package))
try {
    $assemblies = @($archive.Entries | Where-Object Name -Like *.dll | Sort-Object FullName | ForEach-Object { Get-Assembly $_ })
    $reader = [IO.StreamReader]::new(($archive.Entries | Where-Object FullName -Like *.nuspec).Open())
    $metadata = ([xml] $reader.ReadToEnd()).package.metadata
}
finally {
    $archive.Dispose()
}

$libraries = @(Get-Library (Get-Content -LiteralPath $Assets -Raw | ConvertFrom-Json -AsHashtable) | Sort-Object { $_.Name })
$refs = @{}
$libraries.ForEach({ $refs[$_.Name] = "pkg:nuget/$($_.Name)@$($_.Version)" })
$components = foreach ($library in $libraries) {
    $component = [ordered]@{
        type       = 'library'
        'bom-ref'  = $refs[$library.Name]
        name       = $library.Name
        version    = $library.Version
        purl       = $refs[$library.Name]
        properties = @([ordered]@{ name = 'nuget:contentHash'; value = $library.Hash }) # as in the lock files
    }
    $carried = @($assemblies | Where-Object { (Split-Path $_.name -Leaf) -in $library.Files })
    if ($carried) {
        $component.components = $carried
    }

    $component
}
$foreign = $libraries.ForEach({ $_.Files })
$own = "pkg:nuget/$($metadata.id)@$($metadata.version)"
$depend = foreach ($library in $libraries) {
    [ordered]@{ ref = $refs[$library.Name]; dependsOn = @($library.Needs | Where-Object { $refs.ContainsKey($_) } | Sort-Object | ForEach-Object { $refs[$_] }) }
}

[ordered]@{
    bomFormat    = 'CycloneDX'
    specVersion  = '1.6'
    version      = 1
    metadata     = [ordered]@{
        component = [ordered]@{
            type       = 'library'
            'bom-ref'  = $own
            name       = $metadata.id
            version    = $metadata.version
            purl       = $own
            hashes     = Get-Sha256 ([IO.File]::ReadAllBytes((Resolve-Path -LiteralPath $Package)))
            components = @($assemblies | Where-Object { (Split-Path $_.name -Leaf) -notin $foreign })
        }
    }
    components   = @($components)
    dependencies = @([ordered]@{ ref = $own; dependsOn = @($libraries.ForEach({ $refs[$_.Name] })) }) + @($depend)
} | ConvertTo-Json -Depth 9
