BeforeDiscovery {
    $root = Resolve-Path (Join-Path $PSScriptRoot '../..')
    $isPacked = [bool] $env:OPENAISTREAM_TESTED # the build creates the packages; after a build alone there are none
    $workflows = Get-ChildItem (Join-Path $root .github/workflows) | ForEach-Object { @{ Workflow = $_.Name; Path = $_.FullName } }
    $projects = Get-ChildItem $root -Recurse -Filter *.csproj | Where-Object FullName -NotMatch '[\\/](bin|obj|out)[\\/]' |
        ForEach-Object { @{ Project = [IO.Path]::GetRelativePath($root, $_.FullName); Path = $_.FullName } }
    # Projects that cannot have a lock file, with the reason.
    $unlocked = 'Engine.Tests.csproj', 'Package.Consumer.csproj'
    $locked = $projects | Where-Object { (Split-Path $_.Path -Leaf) -notin $unlocked }
}
BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $root = Resolve-Path (Join-Path $PSScriptRoot '../..')
}

Describe 'The workflow <Workflow>' -ForEach $workflows {
    BeforeAll { $lines = Get-Content $Path }

    It 'references each action by its commit, with the release in a comment' {
        $uses = $lines -match '^\s*-?\s*uses:' -notmatch 'uses: \./\.github/workflows/' # a workflow of this commit
        $uses | Should -Not -BeNullOrEmpty
        $uses -notmatch 'uses: [\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$' | Should -BeNullOrEmpty
    }

    It 'specifies one version of each tool' {
        $lines -match 'version' -match '\*|\.x\b|latest|-MinimumVersion|-MaximumVersion' | Should -BeNullOrEmpty
        @([regex]::Matches($lines, "'\d+(\.\w+)+'").Value) -notmatch "^'\d+\.\d+\.\d+'$" | Should -BeNullOrEmpty
        $lines -match 'container:|image:' -notmatch '@sha256:' | Should -BeNullOrEmpty
        $lines -match 'Install-(Module|PSResource)|-SkipPublisherCheck' | Should -BeNullOrEmpty -Because 'what comes from NuGet is in a lock file'
    }

    It 'may read the code, and no more; the job that publishes may write what it publishes' {
        $lines -join "`n" | Should -Match 'permissions:\n  contents: read\n'
        $writes = $lines -match ': write\b' -replace '^\s*|\s*#.*'
        if ($Workflow -eq 'release.yml') {
            $writes | Should -Be 'contents: write', 'id-token: write', 'attestations: write'
            ($lines -join "`n") -split '\n  (?=\w+:\n)' -match ': write\b' | Should -HaveCount 1 -Because 'one job needs that'
        }
        else {
            $writes | Should -BeNullOrEmpty
        }
        @($lines -match 'uses: actions/checkout@').Count | Should -Be @($lines -match 'persist-credentials: false').Count
    }
}

Describe 'A restore' {
    It 'of <Project> uses a lock file, with a hash for each package' -ForEach $locked {
        $locks = Get-ChildItem (Split-Path $Path) -Filter packages*.lock.json
        $locks | Should -Not -BeNullOrEmpty
        foreach ($lock in $locks) {
            $packages = (Get-Content $lock -Raw | ConvertFrom-Json -AsHashtable).dependencies.Values.Values | Where-Object { $_ -and $_.type -ne 'Project' }
            $packages | Where-Object { -not $_['contentHash'] } | Should -BeNullOrEmpty
        }
    }

    It 'of <Project> uses no floating version, and downloads nothing outside its lock file' -ForEach $projects {
        $text = Get-Content $Path -Raw
        $text | Should -Not -Match 'Version(Override)?="[^"]*[*,]'
        $text | Should -Not -Match '<PackageDownload'
    }

    It 'uses one version of each package' {
        $versions = ([xml] (Get-Content (Join-Path $root Directory.Packages.props) -Raw)).Project.ItemGroup.PackageVersion.Version
        $versions | Should -Not -BeNullOrEmpty
        $versions -notmatch '^\d+\.\d+\.\d+(-[\w.-]+)?$' | Should -BeNullOrEmpty
    }

    It 'includes the compiler and the runtimes for ahead-of-time compilation, and Pester' {
        $compiler = (Get-Content (Join-Path $root tools/Precompile/packages.linux-x64.lock.json) -Raw | ConvertFrom-Json -AsHashtable).dependencies['net10.0']
        $version = ([xml] (Get-Content (Join-Path $root tools/Precompile/Precompile.csproj) -Raw)).Project.PropertyGroup.RuntimeFrameworkVersion | Where-Object { $_ }
        foreach ($name in 'Crossgen2.linux-x64', 'Runtime.win-x64', 'Runtime.linux-x64', 'Runtime.linux-arm64', 'Runtime.osx-arm64') {
            $compiler["Microsoft.NETCore.App.$name"].resolved | Should -Be $version
        }
        (Get-Content (Join-Path $root tools/Pester/packages.lock.json) -Raw | ConvertFrom-Json -AsHashtable).dependencies['net10.0'].Keys | Should -Contain Pester
    }

    It 'is audited, and in CI it is locked and fails on a known vulnerability' {
        function Get-Setting([string] $Ci) {
            $said = dotnet msbuild (Join-Path $root src/OpenAIStream) -p:CI=$Ci -getProperty:NuGetAudit -getProperty:NuGetAuditMode -getProperty:NuGetAuditLevel -getProperty:RestoreLockedMode -getProperty:WarningsNotAsErrors -getProperty:TreatWarningsAsErrors
            ($said | Out-String | ConvertFrom-Json).Properties
        }

        foreach ($ci in 'true', '') {
            $setting = Get-Setting $ci
            $setting.NuGetAudit, $setting.NuGetAuditMode, $setting.NuGetAuditLevel, $setting.TreatWarningsAsErrors | Should -Be 'true', 'all', 'low', 'true'
            $setting.RestoreLockedMode | Should -Be $ci
            $setting.WarningsNotAsErrors | Should -Match 'NU1900' -Because 'a feed without such data stops nobody'
            $setting.WarningsNotAsErrors -match 'NU190[1-4]' | Should -Be (-not $ci)
        }
    }
}

Describe 'SECURITY.md' {
    BeforeAll { $policy = Get-Content (Join-Path $root SECURITY.md) }

    It 'explains how to report, what is promised and the threat model, on one page' {
        $policy -match '^## ' | Should -Be '## Report a vulnerability', '## What is promised', '## Threat model', '## What the module is made of'
        $policy -match '^\| \*\*' -replace '^\| \*\*|\*\*.*' | Should -Be 'The server', 'The model', 'A file', 'A local user'
        $policy.Count | Should -BeLessThan 60
    }

    It 'links to existing files' {
        $links = [regex]::Matches($policy, '\]\(([^)#]+)').ForEach({ $_.Groups[1].Value }) -notmatch '^https?:'
        $links | Should -Contain docs/security.md
        $links | ForEach-Object { Join-Path $root $_ | Should -Exist }
        Get-Content (Join-Path $root README.md) -Raw | Should -Match '\]\(SECURITY\.md\)'
    }
}

Describe 'The bill of materials of <Name>' -Skip:(-not $isPacked) -ForEach @(
    @{ Name = 'OpenAIStream'; Project = 'OpenAIStream'; Carries = $true }
    @{ Name = 'OpenAIStream.Core'; Project = 'OpenAIStream.Core'; Carries = $false }
) {
    BeforeAll {
        $version = Get-PackageVersion
        $package = Join-Path $root "out/package/$Name.$version.nupkg"
        $bill = Get-Content (Join-Path $root "out/package/$Name.$version.cdx.json") -Raw | ConvertFrom-Json -AsHashtable
        $libraries = $bill.components
        $files = @($bill.metadata.component.components) + @($libraries | Where-Object { $_['components'] } | ForEach-Object { $_.components })
        $unpacked = (New-Item "TestDrive:/$Name" -ItemType Directory).FullName
        [IO.Compression.ZipFile]::ExtractToDirectory($package, $unpacked)
        $assemblies = Get-ChildItem $unpacked -Recurse -Filter *.dll
    }

    It 'belongs to exactly that package' {
        $bill.bomFormat, $bill.specVersion | Should -Be 'CycloneDX', '1.6'
        $bill.metadata.component.purl | Should -Be "pkg:nuget/$Name@$version"
        $bill.metadata.component.hashes[0].content | Should -Be (Get-FileHash $package -Algorithm SHA256).Hash
    }

    It 'has each assembly with its version and hash, and no other' {
        $assemblies | Should -Not -BeNullOrEmpty
        $files.name | Sort-Object | Should -Be ($assemblies | ForEach-Object { [IO.Path]::GetRelativePath($unpacked, $_.FullName) -replace '\\', '/' } | Sort-Object)
        foreach ($file in $files) {
            $assembly = Get-Item (Join-Path $unpacked $file.name)
            $file.version | Should -Be $assembly.VersionInfo.FileVersion
            $file.version | Should -Match '^\d+\.\d+'
            $file.hashes[0].alg | Should -Be SHA-256
            $file.hashes[0].content | Should -Be (Get-FileHash $assembly -Algorithm SHA256).Hash
        }
    }

    It 'has each package with an assembly, in the version of the lock file' {
        $lock = (Get-Content (Join-Path $root "src/$Project/packages.lock.json") -Raw | ConvertFrom-Json -AsHashtable).dependencies['.NETStandard,Version=v2.0']
        $libraries.name | Should -Contain System.Text.Json
        $libraries.name | Should -Not -Contain PolySharp
        foreach ($library in $libraries) {
            $library.version | Should -Be $lock[$library.name].resolved
            $library.purl | Should -Be "pkg:nuget/$($library.name)@$($library.version)"
            $library.properties[0].value | Should -Be $lock[$library.name].contentHash
        }
    }

    It 'says which package each foreign assembly comes from' {
        $foreign = $assemblies | Where-Object Name -NotLike OpenAIStream*.dll
        [bool] $foreign | Should -Be $Carries
        @($bill.metadata.component.components.name | Split-Path -Leaf) -notlike 'OpenAIStream*.dll' | Should -BeNullOrEmpty
        foreach ($assembly in $foreign) {
            $from = $libraries | Where-Object { $_['components'] -and ($_.components.name | Split-Path -Leaf) -contains $assembly.Name }
            $from.name | Should -Be $assembly.BaseName # Microsoft's assemblies have the names of their packages
        }
    }

    It 'refers to nothing that it lacks' {
        $known = @($bill.metadata.component.'bom-ref') + $libraries.'bom-ref'
        $bill.dependencies.ref | Sort-Object | Should -Be ($known | Sort-Object)
        $bill.dependencies.dependsOn | Where-Object { $_ -notin $known } | Should -BeNullOrEmpty
    }
}
