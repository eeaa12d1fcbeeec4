BeforeDiscovery {
    # The build creates the package and names the unpacked folder; after a build alone there is no package.
    $script:isPacked = [bool] $env:OPENAISTREAM_TESTED
    $script:isCompiled = $isPacked -and (Test-Path (Join-Path (Split-Path $env:OPENAISTREAM_TESTED) net10.0))
    $script:installer = Get-Module Microsoft.PowerShell.PSResourceGet -ListAvailable
}
BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
    $version = (Test-ModuleManifest (Get-BuiltModule)).Version
    $folder = (New-Item TestDrive:/modules -ItemType Directory).FullName
    $one = '{"choices":[{"index":0,"text":"One","finish_reason":"stop"}]}'

    # Runs in a process that finds the modules in $folder first.
    function Invoke-InProcess([string] $Script) {
        $text = "`$env:PSModulePath = '$folder' + [IO.Path]::PathSeparator + `$env:PSModulePath; `$base = '$($server.http1)v1'; $Script"
        & ([Environment]::ProcessPath) -NoProfile -NonInteractive -EncodedCommand ([Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($text))) 2>&1 |
            ForEach-Object { "$_" -replace '\e\[[\d;]*m' }
    }

    # The tested module, or the next version: the same code with another version in the manifest and the assemblies.
    function Install-Version([version] $Number) {
        $target = Join-Path $folder "OpenAIStream/$Number"
        Copy-Item (Split-Path (Get-BuiltModule)) $target -Recurse
        $manifest = Join-Path $target OpenAIStream.psd1
        (Get-Content $manifest -Raw) -replace "(?<=ModuleVersion\s*= ')[^']+", $Number | Set-Content $manifest
        Get-ChildItem $target -Include OpenAIStream*.dll -Recurse | ForEach-Object { Set-AssemblyVersion $_.FullName $Number }
    }

    function Set-AssemblyVersion([string] $Path, [version] $Number) {
        $bytes = [IO.File]::ReadAllBytes($Path)
        $image = [Reflection.PortableExecutable.PEReader]::new([IO.MemoryStream]::new($bytes))
        $metadata = [Reflection.Metadata.PEReaderExtensions]::GetMetadataReader($image)
        $rows = { param($table) $image.PEHeaders.MetadataStartOffset + [Reflection.Metadata.Ecma335.MetadataReaderExtensions]::GetTableMetadataOffset($metadata, $table) }
        $places = @((& $rows Assembly) + 4) # after the hash algorithm
        $size = [Reflection.Metadata.Ecma335.MetadataReaderExtensions]::GetTableRowSize($metadata, 'AssemblyRef')
        $row = 0
        foreach ($reference in $metadata.AssemblyReferences) {
            if ($metadata.GetString($metadata.GetAssemblyReference($reference).Name) -like 'OpenAIStream*') { $places += (& $rows AssemblyRef) + $row * $size }
            $row++
        }

        foreach ($place in $places) {
            $Number.Major, $Number.Minor, $Number.Build | ForEach-Object { [BitConverter]::GetBytes([uint16] $_).CopyTo($bytes, $place); $place += 2 }
        }

        [IO.File]::WriteAllBytes($Path, $bytes)
    }
}
AfterAll { Stop-TestServer }

Describe 'The package' -Skip:(-not $isPacked) {
    BeforeAll {
        $package = Get-Item (Join-Path (Split-Path (Get-ModuleRoot)) "OpenAIStream.$(Get-PackageVersion).nupkg")
        $archive = [IO.Compression.ZipFile]::OpenRead($package)
        $entries = $archive.Entries.FullName
        $reader = [IO.StreamReader]::new($archive.GetEntry('OpenAIStream.nuspec').Open())
        $metadata = ([xml] $reader.ReadToEnd()).package.metadata
    }
    AfterAll { $archive.Dispose() }

    It 'matches the manifest' {
        $manifest = Test-ModuleManifest (Get-BuiltModule)
        $metadata.id | Should -Be OpenAIStream
        $metadata.version | Should -Be (Get-PackageVersion)
        $metadata.description | Should -Be $manifest.Description
        $tags = $metadata.tags -split ' '
        $tags | Should -Contain PSModule
        $tags | Should -Contain PSEdition_Core
        $manifest.ExportedCmdlets.Keys | ForEach-Object { $tags | Should -Contain "PSCmdlet_$_" }
    }

    It 'contains only the module' {
        $own = '_rels/.rels', 'OpenAIStream.nuspec', '`[Content_Types`].xml', 'package/services/metadata/core-properties/*.psmdcp'
        $module = $entries | Where-Object { $entry = $_; -not ($own | Where-Object { $entry -like $_ }) }
        $module | Where-Object { $_ -notmatch '^(Core|net10\.0|Desktop|en-US|recordings)/|^(LICENSE|ThirdPartyNotices\.txt|OpenAIStream\.(psd1|format\.ps1xml|types\.ps1xml))$' } | Should -BeNullOrEmpty
        $module | Where-Object { $_ -match '\.(pdb|deps\.json|nuspec)$|System\.Management\.Automation' } | Should -BeNullOrEmpty
        $module | Where-Object { $_ -like 'Core/*.dll' } | Sort-Object | Should -Be 'Core/OpenAIStream.Core.dll', 'Core/OpenAIStream.dll', 'Core/OpenAIStream.Loader.dll'
        foreach ($needed in 'Desktop/OpenAIStream.dll', 'Desktop/System.Text.Json.dll', 'LICENSE', 'OpenAIStream.psd1') {
            $module | Should -Contain $needed
        }
    }

    It 'contains the assemblies compiled ahead of time for <_>' -ForEach win-x64, linux-x64, linux-arm64, osx-arm64 -Skip:(-not $isCompiled) {
        $system = $_
        foreach ($assembly in 'OpenAIStream.Core.dll', 'OpenAIStream.dll') {
            $entries | Should -Contain "net10.0/$system/$assembly"
        }
    }

    It 'is installed, found and removed by PSResourceGet' -Skip:(-not $installer) {
        $to = (New-Item TestDrive:/installed -ItemType Directory).FullName
        $name = "OpenAIStreamTest$PID"
        Register-PSResourceRepository $name -Uri (Split-Path $package) -Trusted
        try {
            Save-PSResource OpenAIStream -Repository $name -Path $to -Prerelease
        }
        finally {
            Unregister-PSResourceRepository $name
        }

        $saved = Join-Path $to "OpenAIStream/$version"
        Get-ChildItem $saved -Recurse -File | Where-Object Name -NE PSGetModuleInfo.xml | ForEach-Object { [IO.Path]::GetRelativePath($saved, $_.FullName) } | Sort-Object |
            Should -Be (Get-ChildItem (Split-Path (Get-BuiltModule)) -Recurse -File | ForEach-Object { [IO.Path]::GetRelativePath((Split-Path (Get-BuiltModule)), $_.FullName) } | Sort-Object)
    }
}

Describe 'An installed module' {
    BeforeEach {
        Reset-TestServer
        Add-StreamReply $one
        Remove-Item "$folder/*" -Recurse -Force
        Install-Version $version
    }

    It 'is found by its name, and by the name of a cmdlet' {
        Invoke-InProcess 'Connect-OpenAI -BaseUri $base; (Invoke-OpenAICompletion hi -Stream).Text; (Get-Module OpenAIStream).Version.ToString()' | Should -Be 'One', $version
    }

    It 'runs the assemblies compiled ahead of time for this system, otherwise the same code' {
        $location = { "Import-Module OpenAIStream; [OpenAIStream.OpenAIClient].Assembly.Location; (Get-Command Join-OpenAIChunk).ImplementingType.Assembly.Location; `"errors: `$Error`"" }
        $compiled = Get-Item "$folder/OpenAIStream/$version/net10.0/$([Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier)" -ErrorAction Ignore
        if ($compiled -and [Environment]::Version.Major -eq 10) {
            Invoke-InProcess (& $location) | Should -Be "$compiled/OpenAIStream.Core.dll", "$compiled/OpenAIStream.dll", 'errors: '
        }

        Remove-Item "$folder/OpenAIStream/$version/net10.0" -Recurse -ErrorAction Ignore
        $own = "$folder/OpenAIStream/$version/Core"
        Invoke-InProcess (& $location) | Should -Be "$own/OpenAIStream.Core.dll", "$own/OpenAIStream.dll", 'errors: '
    }

    It 'can be removed and imported again, with its connections separate from the earlier ones' {
        Invoke-InProcess @'
            Import-Module OpenAIStream; Remove-Module OpenAIStream
            "removed: $(Get-Command *-OpenAI* -ListImported)"
            Import-Module OpenAIStream; Connect-OpenAI -BaseUri $base; (Invoke-OpenAICompletion hi -Stream).Text; "errors: $Error"
'@ | Should -Be 'removed: ', 'One', 'errors: '
    }

    It 'continues in a session while a newer version is installed beside it; the next session uses that' {
        Invoke-InProcess @"
            Import-Module OpenAIStream
            Copy-Item '$folder/OpenAIStream/$version' '$folder/OpenAIStream/99.0.0' -Recurse
            Connect-OpenAI -BaseUri `$base; (Invoke-OpenAICompletion hi -Stream).Text
"@ | Should -Be One
        Remove-Item "$folder/OpenAIStream/99.0.0" -Recurse
        Install-Version 99.0.0
        Invoke-InProcess 'Import-Module OpenAIStream; (Get-Module OpenAIStream).Version.ToString(); [OpenAIStream.OpenAIClient].Assembly.GetName().Version.ToString()' | Should -Be '99.0.0', '99.0.0.0'
    }

    It 'keeps the loaded version if a newer one is imported over it, and says why' {
        Install-Version 99.0.0
        $said = Invoke-InProcess @"
            Import-Module OpenAIStream -RequiredVersion $version
            try { Import-Module OpenAIStream -ErrorAction Stop } catch { 'refused' }
            (Get-Module OpenAIStream).Version.ToString(); Connect-OpenAI -BaseUri `$base; (Invoke-OpenAICompletion hi -Stream).Text
"@
        $said[-3..-1] | Should -Be 'refused', $version, 'One'
    }

    It 'warns if the session still runs the code of the previous version' {
        Install-Version 99.0.0
        Invoke-InProcess @"
            Import-Module OpenAIStream -RequiredVersion $version; Remove-Module OpenAIStream; Import-Module OpenAIStream
            Connect-OpenAI -BaseUri `$base; Invoke-OpenAICompletion hi -Stream 3>&1 | ForEach-Object { `$_.Message; `$_.Text }
"@ | Should -Be "This session runs OpenAIStream $version, not 99.0.0, because loaded assemblies cannot be replaced. Start a new session.", 'One'
    }

    It 'streams beside a module with its own System.Text.Json, loaded <When>' -ForEach @{ When = 'before' }, @{ When = 'after' } {
        $other = (New-Item "$folder/Other" -ItemType Directory).FullName
        Copy-Item (Join-Path (Split-Path (Get-BuiltModule)) 'Desktop/System.Text.Json.dll') $other
        New-ModuleManifest "$other/Other.psd1" -RequiredAssemblies System.Text.Json.dll -NestedModules Other.psm1 -FunctionsToExport Get-OtherJson
        Set-Content "$other/Other.psm1" @'
            # In its own load context, like modules with conflicting dependencies.
            $context = [Runtime.Loader.AssemblyLoadContext]::new('Other')
            $assembly = $context.LoadFromAssemblyPath("$PSScriptRoot/System.Text.Json.dll")
            function Get-OtherJson { $assembly.GetName().Version.Major }
'@
        $imports = if ($When -eq 'before') { 'Other', 'OpenAIStream' } else { 'OpenAIStream', 'Other' }
        Invoke-InProcess "Import-Module $($imports -join ', '); Connect-OpenAI -BaseUri `$base; Get-OtherJson; (Invoke-OpenAICompletion hi -Stream).Text; `"errors: `$Error`"" |
            Should -Be '8', 'One', 'errors: '
    }
}
