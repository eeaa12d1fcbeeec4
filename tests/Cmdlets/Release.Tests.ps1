# A rehearsal of .github/workflows/release.yml: its steps as they stand there, as far as they need no network outside.

BeforeDiscovery {
    $isPacked = [bool] $env:OPENAISTREAM_TESTED # the build makes the packages; run by hand after a mere build, there are none
    $signer = Get-Command osslsigncode -CommandType Application -ErrorAction Ignore
    $installer = Get-Module Microsoft.PowerShell.PSResourceGet -ListAvailable
}
BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $root = (Resolve-Path (Join-Path $PSScriptRoot '../..')).Path
    $tools = Join-Path $root tools/Release
    $version = Get-PackageVersion

    # What a step of the workflow runs.
    function Get-Step([string] $Name) {
        $text = Get-Content (Join-Path $root .github/workflows/release.yml) -Raw
        $step = [regex]::Match($text, "(?m)^      - name: $([regex]::Escape($Name))\r?\n(?:        .*\r?\n)*?        run: \|\r?\n((?:          .*(?:\r?\n|\z))+)")
        $step.Success | Should -BeTrue -Because "there is a step '$Name'"
        [scriptblock]::Create($step.Groups[1].Value)
    }

    # A copy of what a release is checked by.
    function New-Release([string] $Name, [string] $Heading, [string] $Manifest = '$&') {
        $folder = (New-Item "TestDrive:/$Name/src/OpenAIStream.Core" -ItemType Directory).FullName
        Copy-Item (Join-Path $root src/OpenAIStream.Core/PublicAPI) $folder -Recurse
        $release = (Get-Item "TestDrive:/$Name").FullName
        (Get-Content (Join-Path $root OpenAIStream.psd1) -Raw) -replace "(?m)^.*Prerelease = '.*\r?\n", $Manifest | Set-Content $release/OpenAIStream.psd1
        Set-Content $release/CHANGELOG.md '# Changelog', '', $Heading, '', '- New.', '', '## 0.0.1 (2020-01-01)', '', '- Old.'
        $release
    }
}

Describe 'A release' {
    It 'is of the version that tag, manifest and changelog agree on' {
        $release = New-Release ready "## $version (2027-01-31)"
        & $tools/Confirm-Release.ps1 "v$version" -Root $release | Should -Be $version
    }

    It 'is refused when <Because>' -ForEach @(
        @{ Because = 'the tag is another'; Tag = 'v0.0.2'; Heading = '## {0} (2027-01-31)'; Says = "The tag is v0.0.2, and OpenAIStream.psd1 says *" }
        @{ Because = 'the tag lacks its v'; Tag = '{0}'; Heading = '## {0} (2027-01-31)'; Says = 'The tag is *' }
        @{ Because = 'the changelog has no date'; Tag = 'v{0}'; Heading = '## {0} (unreleased)'; Says = "CHANGELOG.md needs the heading*it has '## * (unreleased)'." }
        @{ Because = 'the changelog does not know it'; Tag = 'v{0}'; Heading = '## 77.0.0 (2027-01-31)'; Says = 'CHANGELOG.md needs the heading*' }
    ) {
        $release = New-Release ([guid]::NewGuid()) ($Heading -f $version)
        { & $tools/Confirm-Release.ps1 ($Tag -f $version) -Root $release } | Should -Throw $Says
    }

    It 'is refused when a version without a label has public names that it does not promise yet' {
        $release = New-Release final '## 1.0.0 (2027-01-31)' -Manifest ''
        Set-Content $release/src/OpenAIStream.Core/PublicAPI/PublicAPI.Unshipped.txt '#nullable enable', 'OpenAIStream.New'
        { & $tools/Confirm-Release.ps1 v1.0.0 -Root $release } | Should -Throw '*PublicAPI.Shipped.txt*'
        Get-ChildItem $release/src -Filter PublicAPI.Unshipped.txt -Recurse | Set-Content -Value '#nullable enable'
        & $tools/Confirm-Release.ps1 v1.0.0 -Root $release | Should -Be '1.0.0'
    }

    It 'has the notes of its version alone' {
        $release = New-Release notes "## $version (2027-01-31)"
        & $tools/Get-ReleaseNote.ps1 $version -Root $release | Should -Be '- New.'
        & $tools/Get-ReleaseNote.ps1 0.0.1 -Root $release | Should -Be '- Old.'
        { & $tools/Get-ReleaseNote.ps1 0.0 -Root $release } | Should -Throw 'CHANGELOG.md has nothing about 0.0.*'
        & $tools/Get-ReleaseNote.ps1 $version | Should -Match '^- '
    }
}

Describe 'Signing' -Skip:(-not $signer) {
    BeforeAll {
        $key = [Security.Cryptography.RSA]::Create(2048)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=A test', $key, 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1)
        $use = [Security.Cryptography.OidCollection]::new()
        $null = $use.Add('1.3.6.1.5.5.7.3.3') # code signing
        $request.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509EnhancedKeyUsageExtension]::new($use, $false))
        $certificate = $request.CreateSelfSigned([datetimeoffset]::UtcNow.AddDays(-1), [datetimeoffset]::UtcNow.AddDays(1))
        $folder = (New-Item TestDrive:/signing -ItemType Directory).FullName
        [IO.File]::WriteAllBytes("$folder/test.pfx", $certificate.Export('Pfx', 'open sesame'))
        Set-Content "$folder/test.pem" $certificate.ExportCertificatePem()
        Copy-Item (Split-Path (Get-BuiltModule)) "$folder/OpenAIStream" -Recurse
        $before = Get-ChildItem $folder/OpenAIStream -File -Recurse | Get-FileHash | Group-Object Path -AsHashTable
        $env:CODE_SIGNING_PASSWORD = 'open sesame'
        & $tools/Protect-File.ps1 "$folder/test.pfx" "$folder/OpenAIStream" -TimestampServer ''
        $changed = Get-ChildItem $folder/OpenAIStream -File -Recurse | Where-Object { (Get-FileHash $_).Hash -ne $before[$_.FullName].Hash }
    }
    AfterAll { $env:CODE_SIGNING_PASSWORD = $null }

    It 'signs assemblies, manifest, types and views, and nothing else' {
        $own = Get-ChildItem $folder/OpenAIStream -File -Recurse | Where-Object { $_.Name -like 'OpenAIStream*.dll' -or $_.Extension -in '.psd1', '.ps1xml' }
        $own.Count | Should -BeGreaterThan 8
        $changed.FullName | Should -Be $own.FullName
        foreach ($file in $own) {
            $said = osslsigncode verify -CAfile "$folder/test.pem" -in $file 2>&1 | Out-String
            $LASTEXITCODE | Should -Be 0 -Because "$($file.Name): $said"
        }
    }

    It 'leaves a module that streams' {
        $script = "Import-Module '$folder/OpenAIStream/OpenAIStream.psd1'; Connect-OpenAI -ReplayFrom '$folder/OpenAIStream/recordings/explain-streaming' -Model gpt-3.5-turbo-instruct
            (Invoke-OpenAICompletion 'Explain streaming in one sentence.' -Stream | Join-OpenAIChunk).FinishReason; `"errors: `$Error`""
        & ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command $script | Should -Be 'stop', 'errors: '
    }

    It 'says which file it could not sign' {
        $env:CODE_SIGNING_PASSWORD = 'another'
        { & $tools/Protect-File.ps1 "$folder/test.pfx" "$folder/OpenAIStream" -TimestampServer '' } | Should -Throw '*could not be signed*'
        { & $tools/Protect-File.ps1 "$folder/test.pfx" (New-Item TestDrive:/empty -ItemType Directory) -TimestampServer '' } | Should -Throw 'There is nothing to sign*'
    }
}

Describe 'Publishing' -Skip:(-not $isPacked) {
    BeforeAll {
        $gallery, $nuget = 'gallery', 'nuget' | ForEach-Object { (New-Item "TestDrive:/$_" -ItemType Directory).FullName }
        $env:PSGALLERY_SOURCE, $env:NUGET_SOURCE, $env:PSGALLERY_API_KEY, $env:NUGET_API_KEY, $env:VERSION = $gallery, $nuget, 'gallery-key', 'nuget-key', $version
        Push-Location $root
    }
    AfterAll {
        Pop-Location
        $env:PSGALLERY_SOURCE, $env:NUGET_SOURCE, $env:PSGALLERY_API_KEY, $env:NUGET_API_KEY, $env:VERSION = @($null) * 5
    }

    It 'brings each package to its feed, as it was packed, and can be done again' {
        foreach ($try in 1, 2) {
            $said = & (Get-Step 'Publish to NuGet and the PowerShell Gallery')
            $said -join "`n" | Should -Not -Match '-key'
            $said | Should -Be "Published OpenAIStream.Core.$version.nupkg to $nuget.", "Published OpenAIStream.$version.nupkg to $gallery."
        }

        foreach ($place in @($gallery, 'OpenAIStream'), @($nuget, 'OpenAIStream.Core')) {
            $published = @(Get-ChildItem $place[0] -Filter *.nupkg -Recurse)
            $published.Count | Should -Be 1
            (Get-FileHash $published[0]).Hash | Should -Be (Get-FileHash "out/package/$($place[1]).$version.nupkg").Hash
        }
    }

    It 'makes the module known to PSResourceGet by its version' -Skip:(-not $installer) {
        $name = "OpenAIStreamRelease$PID"
        Register-PSResourceRepository $name -Uri $gallery -Trusted
        try {
            $found = Find-PSResource OpenAIStream -Repository $name -Prerelease
            ($found.Version, $found.Prerelease).Where({ $_ }) -join '-' | Should -Be $version
        }
        finally {
            Unregister-PSResourceRepository $name
        }
    }

    It 'refuses a file that is not the one that was packed, before anything is published' {
        $other = (New-Item TestDrive:/other -ItemType Directory).FullName
        Copy-Item "out/package/*.$version.nupkg", "out/package/*.$version.cdx.json" $other
        Add-Content "$other/OpenAIStream.Core.$version.nupkg" 'more'
        $env:PSGALLERY_SOURCE, $env:NUGET_SOURCE = @((New-Item TestDrive:/refused -ItemType Directory).FullName) * 2
        try {
            { & $tools/Publish-Package.ps1 $version $other } | Should -Throw "OpenAIStream.Core.$version.nupkg is not the file*"
            Get-ChildItem $env:NUGET_SOURCE | Should -BeNullOrEmpty
        }
        finally {
            $env:PSGALLERY_SOURCE, $env:NUGET_SOURCE = $gallery, $nuget
        }
    }

    It 'writes the release with its notes and every file' {
        function gh { $script:asked = $args }
        & (Get-Step 'Publish the release on GitHub')
        ($asked | Select-Object -First 8) -join ' ' | Should -Be "release create v$version --verify-tag --title OpenAIStream $version --notes-file out/notes.md"
        $asked -contains '--prerelease' | Should -Be ($version -like '*-*')
        Split-Path $asked[-1] -Leaf | Sort-Object | Should -Be @(
            "OpenAIStream.$version.cdx.json", "OpenAIStream.$version.nupkg", "OpenAIStream.Core.$version.cdx.json", "OpenAIStream.Core.$version.nupkg" | Sort-Object
        )
        Get-Content out/notes.md -Raw | Should -Match '^- '
    }
}

Describe 'The repository' {
    It 'tells in its forms where a vulnerability goes' {
        foreach ($form in 'bug.yml', 'config.yml') {
            Get-Content (Join-Path $root .github/ISSUE_TEMPLATE/$form) -Raw | Should -Match 'SECURITY\.md' -Because $form
        }
    }

    It 'has each secret of its workflows named in CONTRIBUTING.md' {
        $secrets = [regex]::Matches((Get-Content (Join-Path $root .github/workflows/*.yml) -Raw), 'secrets\.(\w+)').ForEach({ $_.Groups[1].Value }) | Sort-Object -Unique
        $secrets.Count | Should -Be 4
        $guide = Get-Content (Join-Path $root CONTRIBUTING.md) -Raw
        $secrets | ForEach-Object { $guide | Should -Match "``$_``" }
    }
}
