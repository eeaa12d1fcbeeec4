# The build creates help from docs/cmdlets. These tests compare its names and types with the code.
BeforeDiscovery {
    Import-Module $PSScriptRoot/Loopback.psm1, $PSScriptRoot/HelpPages.psm1 -Force
    $module = Import-Module (Get-BuiltModule) -Force -PassThru
    $pages = @{}
    Get-CmdletPage | ForEach-Object { $pages[$_.Name] = $_ }
    $cmdlets = $module.ExportedCmdlets.Keys | Sort-Object | ForEach-Object { @{ Name = $_; Page = $pages[$_] } }
    $parameters = foreach ($cmdlet in $cmdlets) {
        foreach ($parameter in Get-OwnParameter (Get-Command $cmdlet.Name)) { @{ Cmdlet = $cmdlet.Name; Page = $cmdlet.Page; Parameter = $parameter.Name } }
    }
    $topics = Get-ChildItem $PSScriptRoot/../../docs/about -Filter about_*.md | ForEach-Object { @{ Topic = $_.BaseName } }
    $timeouts = @(
        @{ Parameter = 'ConnectionTimeoutSeconds'; Property = 'ConnectionTimeout' }
        @{ Parameter = 'OperationTimeoutSeconds'; Property = 'OperationTimeout' }
        @{ Parameter = 'MaximumRetryCount'; Property = 'MaximumRetryCount' }
        @{ Parameter = 'MaximumResponseBytes'; Property = 'MaximumResponseBytes' }
        @{ Parameter = 'MaximumEventBytes'; Property = 'MaximumEventBytes' }
        @{ Parameter = 'MaximumDecompressionRatio'; Property = 'MaximumDecompressionRatio' }
    )
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1, $PSScriptRoot/HelpPages.psm1 -Force
    Import-BuiltModule
    $pages = @{}
    Get-CmdletPage | ForEach-Object { $pages[$_.Name] = $_ }

    function Get-Paragraph($Text) { "$($Text.Text | Out-String)".Trim() }
    function ConvertTo-Fence([string[]] $Table) { ($Table | ForEach-Object { "``````yaml`n$_`n``````" }) -join "`n`n" }
}

Describe 'The help of <Name>' -ForEach $cmdlets {
    BeforeAll {
        $help = Get-Help $Name -Full
        $command = Get-Command $Name
    }

    It 'has a page' {
        $Page | Should -Not -BeNullOrEmpty -Because "docs/cmdlets/$Name.md is what help is made of; begin with a copy of another page"
    }

    It 'describes the purpose, the inputs and outputs, and related topics' {
        $help.Category | Should -Be 'Cmdlet'
        $help.Synopsis | Should -Match '^\w.*\.$'
        Get-Paragraph $help.description | Should -Match '\w'
        Get-Paragraph $help.alertSet.alert | Should -Match '\w'
        @($help.inputTypes.inputType).ForEach({ Get-Paragraph $_.description }) | Should -Not -Contain ''
        @($help.returnValues.returnValue).ForEach({ Get-Paragraph $_.description }) | Should -Not -Contain ''
        $help.relatedLinks.navigationLink.linkText | Should -Not -BeNullOrEmpty
    }

    It 'refers to help that exists' {
        foreach ($link in $help.relatedLinks.navigationLink.linkText) {
            @(Get-Help $link -ErrorAction Ignore).Name | Should -Be $link -Because "RELATED LINKS of $($Page.Path) name it"
        }
    }

    It 'has examples, each with a title and an explanation' {
        @($help.examples.example).Count | Should -BeGreaterOrEqual 2
        foreach ($example in $help.examples.example) {
            $example.title | Should -Match 'Example \d+: \w'
            $example.code | Should -Match ([regex]::Escape($Name)) -Because 'the example is of this cmdlet'
            Get-Paragraph $example.remarks | Should -Match '\w'
        }

        Get-Help $Name -Examples | Out-String | Should -Match 'Example 2: '
    }

    It 'describes nothing that does not exist' {
        foreach ($documented in $Page.Parameters.Keys) {
            $documented | Should -BeIn $command.Parameters.Keys -Because "$($Page.Path)($($Page.Parameters[$documented].Line)) describes it; take that section away and run: dotnet run --project tools/Help -- syntax $Name"
        }
    }

    It 'lists the output types' {
        $types = @($command.OutputType.Type | ForEach-Object { [Microsoft.PowerShell.ToStringCodeMethods]::Type($_) -replace '^(?=(string|int)$)', 'System.' })
        if (-not $types) { $types = 'None' }
        $Page.Outputs | Sort-Object | Should -Be ($types | Sort-Object) -Because "these are its [OutputType]; put them under OUTPUTS in $($Page.Path)"
    }

    It 'says None for input if it accepts no pipeline input' {
        $takes = $command.Parameters.Values.ParameterSets.Values.Where({ $_.ValueFromPipeline -or $_.ValueFromPipelineByPropertyName }).Count -gt 0
        ($Page.Inputs -notcontains 'None') | Should -Be $takes -Because "INPUTS of $($Page.Path) are $($Page.Inputs)"
    }

    It 'is shown by -?' {
        & $Name -? | ForEach-Object Name | Should -Be $Name
    }

    It 'has as many syntaxes as parameter sets' {
        @($help.syntax.syntaxItem).Count | Should -Be $command.ParameterSets.Count
        foreach ($set in $command.ParameterSets) {
            $wanted = (Get-OwnParameter $command).Name | Where-Object { $_ -in $set.Parameters.Name } | Where-Object { $_ -notin [System.Management.Automation.PSCmdlet]::CommonParameters } | Sort-Object
            @($help.syntax.syntaxItem).Where({ -not (Compare-Object @($_.parameter.name) @($wanted)) }) | Should -HaveCount 1 -Because "set $($set.Name) has $wanted"
        }
    }

    It 'says that there is no page on the web' {
        { Get-Help $Name -Online } | Should -Throw -ErrorId 'InvalidOperation,Microsoft.PowerShell.Commands.GetHelpCommand'
    }
}

Describe 'The help of <Cmdlet> -<Parameter>' -ForEach $parameters {
    It 'matches the code' {
        $command = Get-Command $Cmdlet
        $documented = $Page.Parameters[$Parameter]
        $tables = @(Get-ParameterTable $command $command.Parameters[$Parameter] "$($documented.Tables)")
        $then = "then run: dotnet run --project tools/Help -- syntax $Cmdlet"
        if (-not $documented) {
            $before = (Get-OwnParameter $command).Name | ForEach-Object { if ($_ -eq $Parameter) { $isThere = $true } elseif (-not $isThere -and $Page.Parameters.Contains($_)) { $_ } } | Select-Object -Last 1
            $place = if ($before) { "after -$before (line $($Page.Parameters[$before].Line))" } else { 'under PARAMETERS' }
            throw "-$Parameter is not described. Add to docs/cmdlets/$Cmdlet.md, $place, and $then`n`n### -$Parameter`n`n(what it does)`n`n$(ConvertTo-Fence $tables)"
        }

        if (Compare-Object $tables $documented.Tables -SyncWindow 0 -CaseSensitive) {
            throw "$($Page.Path)($($documented.Line)): -$Parameter is not described as it is. It is this; put it there, and $then`n`n$(ConvertTo-Fence $tables)"
        }
    }

    It 'contains the range of its values' {
        $range = (Get-Command $Cmdlet).ImplementingType.GetProperty($Parameter)?.GetCustomAttributes($true).Where({ $_ -is [ValidateRange] -or $_ -is [OpenAIStream.OptionalRangeAttribute] })
        if ($range -and $range[0].MaxRange -lt [int]::MaxValue / 1000) {
            foreach ($end in $range[0].MinRange, $range[0].MaxRange) {
                "$($Page.Parameters[$Parameter].Text)" | Should -Match "(?<![\d.])$([regex]::Escape("$end"))(?!\d|\.\d)" -Because "-$Parameter in $($Page.Path) takes $($range[0].MinRange) to $($range[0].MaxRange)"
            }
        }
    }

    It 'can be displayed' {
        $help = Get-Help $Cmdlet -Parameter $Parameter -ErrorAction Ignore
        $help.name | Should -Be $Parameter
        "$($help.Description.Text)" | Should -Match '\w+.*\.$'
    }
}

Describe 'Help' {
    It 'describes the same parameter in the same way everywhere' {
        $shared = foreach ($page in $pages.Values) {
            foreach ($name in $page.Parameters.Keys) {
                $declaring = (Get-Command $page.Name).ImplementingType.GetProperty($name).DeclaringType.Name
                if ($declaring -match '^(RequestCmdlet|StreamingCmdlet|PromptCmdlet)' -and -not ($page.Name -eq 'Invoke-OpenAISpeech' -and $name -in 'InputObject', 'ForEachInput')) {
                    [pscustomobject]@{ Name = $name; Text = $page.Parameters[$name].Text -join ' '; Where = $page.Path }
                }
            }
        }

        $shared | Should -Not -BeNullOrEmpty
        foreach ($same in $shared | Group-Object Name) {
            $same.Group | Group-Object Text | Should -HaveCount 1 -Because "-$($same.Name) is inherited: $($same.Group | ForEach-Object { "$($_.Where): $($_.Text)" })"
        }
    }

    It 'contains the default of Connect-OpenAI -<Parameter>' -ForEach $timeouts {
        Clear-UserSetting
        $value = (Connect-OpenAI -Name help-test -BaseUri http://localhost -PassThru).$Property
        Disconnect-OpenAI help-test
        Restore-UserSetting
        $default = if ($value -is [TimeSpan]) { $value.TotalSeconds } else { $value }
        (Get-Help Connect-OpenAI -Parameter $Parameter).defaultValue | Should -Be $default
    }

    It 'has no page without a cmdlet' {
        $pages.Keys | Sort-Object | Should -Be ((Get-Module OpenAIStream).ExportedCmdlets.Keys | Sort-Object)
    }

    It 'finds <Topic>' -ForEach $topics {
        $found = Get-Help $Topic
        $found | Should -Match "TOPIC\s+$Topic"
        Get-Help about_OpenAIStream* | Where-Object Name -EQ $Topic | ForEach-Object Synopsis | Should -Match '^\w.*\.$'
    }

    It 'finds topics and cmdlets of a module that is only installed' {
        $folder = Get-ModuleRoot
        $found = & ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command "
            `$env:PSModulePath = '$folder' + [IO.Path]::PathSeparator + `$env:PSModulePath
            (Get-Help about_OpenAIStream_Errors) -split '\n' | Select-Object -First 2
            (Get-Help Join-OpenAIChunk).Synopsis"
        $found.Trim() | Should -Be 'TOPIC', 'about_OpenAIStream_Errors', (Get-Help Join-OpenAIChunk).Synopsis
    }

    It 'lists all error ids, with their categories' {
        $root = "$PSScriptRoot/../.."
        $source = Get-Content $root/src/OpenAIStream/Common/Errors.cs -Raw
        $pattern = '"(?<id>\w+)", ErrorCategory\.(?<category>\w+)'
        $wanted = [regex]::Matches($source, $pattern).ForEach({ "$($_.Groups['id'].Value) $($_.Groups['category'].Value)" })
        $wanted += Get-ChildItem $root/src/OpenAIStream*/ -Recurse -Filter *.cs | Select-String 'new InputFileException\("(\w+)"' |
            ForEach-Object { $_.Matches[0].Groups[1].Value } | ForEach-Object { "$_ $(if ($_ -eq 'PathNotFound') { 'ObjectNotFound' } else { 'InvalidData' })" }

        $rows = Get-Content $root/docs/about/about_OpenAIStream_Errors.md | Select-String '^\| (?<id>(?!Id )[A-Z]\w+) \| (?<category>\w+) \| (?<exception>\w*Exception) \|$'
        $documented = $rows.Matches.ForEach({ "$($_.Groups['id'].Value) $($_.Groups['category'].Value)" })
        Compare-Object ($wanted | Sort-Object -Unique) ($documented | Sort-Object -Unique) | ForEach-Object { "$($_.SideIndicator) $($_.InputObject)" } |
            Should -BeNullOrEmpty -Because 'docs/about/about_OpenAIStream_Errors.md has a row for each id in src/OpenAIStream/Common/Errors.cs (<= is missing, => is too much)'

        foreach ($arm in [regex]::Matches($source, '(?m)^ +(?<type>\w+Exception)[^\n]*=>\s+\("(?<id>\w+)"')) {
            $row = $rows.Where({ $_.Matches[0].Groups['id'].Value -eq $arm.Groups['id'].Value })[0].Matches[0]
            $row.Groups['exception'].Value | Should -Be $arm.Groups['type'].Value -Because "that is the exception of $($arm.Groups['id'].Value)"
        }

        foreach ($row in $rows.Matches) {
            $type = $row.Groups['exception'].Value
            @("OpenAIStream.$type", "System.$type", "System.IO.$type", "System.Management.Automation.$type").Where({ $_ -as [type] }) |
                Should -Not -BeNullOrEmpty -Because "catch [$type] has to work"
        }
    }
}
