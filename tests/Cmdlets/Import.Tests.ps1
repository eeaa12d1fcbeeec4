BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $path = Get-BuiltModule
    $found = Invoke-ChildProcess @'
        $module = Get-Module OpenAIStream
        Import-Module (Join-Path $module.ModuleBase OpenAIStream.psd1) -Force
        $module = Get-Module OpenAIStream
        [ordered]@{
            Modules = @(Get-Module OpenAIStream).Count
            Version = "$($module.Version)"
            Commands = @($module.ExportedCommands.Values | ForEach-Object { "$($_.CommandType) $($_.Name)" })
            Aliases = @(Get-Alias | Where-Object Source -EQ OpenAIStream).Count
            Variables = @($module.ExportedVariables.Keys).Count
            Types = @([OpenAIStream.RateLimitException], [OpenAIStream.OpenAIClient], [OpenAIStream.ChatCompletionChunk], [OpenAIStream.OpenAIConnection] | ForEach-Object Name)
            UnapprovedVerbs = @($module.ExportedCommands.Values | Where-Object Verb -NotIn (Get-Verb).Verb).Count
            Errors = @($Error | ForEach-Object { "$_" })
        } | ConvertTo-Json -Compress
'@ | ConvertFrom-Json
}

Describe 'Import-Module OpenAIStream' {
    It 'exports what the manifest says, and nothing else' {
        $wanted = (Test-ModuleManifest $path -ErrorAction Stop).ExportedCmdlets.Keys | ForEach-Object { "Cmdlet $_" } | Sort-Object
        $wanted | Should -Not -BeNullOrEmpty
        $found.Commands | Sort-Object | Should -Be $wanted
        $found.Aliases | Should -Be 0
        $found.Variables | Should -Be 0
    }

    It 'has the version of the manifest, in the assemblies too' {
        $version = (Test-ModuleManifest $path).Version
        $found.Version | Should -Be $version
        foreach ($assembly in Get-ChildItem (Split-Path $path) -Include OpenAIStream*.dll -Recurse) {
            [Reflection.AssemblyName]::GetAssemblyName($assembly.FullName).Version.ToString(3) | Should -Be $version.ToString(3) -Because $assembly.Name
        }
    }

    It 'makes the types of the core available by name' {
        $found.Types | Should -Be 'RateLimitException', 'OpenAIClient', 'ChatCompletionChunk', 'OpenAIConnection'
    }

    It 'can be repeated with -Force' {
        $found.Modules | Should -Be 1
        $found.Errors | Should -BeNullOrEmpty
    }

    It 'uses only approved verbs' {
        $found.UnapprovedVerbs | Should -Be 0
    }

    It 'loads only its own assemblies in PowerShell 7' {
        (Get-ChildItem (Join-Path (Split-Path $path) Core), (Join-Path (Split-Path $path) net10*) -Filter *.dll -Recurse).Name | Sort-Object -Unique | Should -Be 'OpenAIStream.Core.dll', 'OpenAIStream.dll', 'OpenAIStream.Loader.dll'
    }

    It 'writes nothing' {
        Invoke-ChildProcess '' | Should -BeNullOrEmpty
    }
}
