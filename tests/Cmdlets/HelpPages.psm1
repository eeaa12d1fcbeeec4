# Reads the Markdown source of help for the tests that compare it with the code. The build checks the layout itself.

$root = (Resolve-Path (Join-Path $PSScriptRoot '../..')).Path

# The pages in docs/cmdlets. Lines start at 1, as in editors, for use in messages.
function Get-CmdletPage {
    foreach ($file in Get-ChildItem (Join-Path $root 'docs/cmdlets') -Filter *.md) {
        $page = @{ Name = $file.BaseName; Path = "docs/cmdlets/$($file.Name)"; Parameters = [ordered]@{}; Outputs = @(); Inputs = @(); Code = @() }
        $section = $heading = $fence = $null
        $number = 0
        foreach ($line in Get-Content $file) {
            $number++
            if ($fence) {
                if ($line -eq '```') {
                    $text = $fence.Lines -join "`n"
                    if ($fence.Language -eq 'yaml') { $page.Parameters[$heading].Tables += $text }
                    elseif ($fence.Language -eq 'powershell') { $page.Code += @{ Title = $heading; Line = $fence.Line; Text = $text } }
                    $fence = $null
                }
                else { $fence.Lines += $line }
            }
            elseif ($line -match '^```(\w*)') { $fence = @{ Language = $Matches[1]; Line = $number + 1; Lines = @() } }
            elseif ($line -cmatch '^## (.+)') { $section = $Matches[1] }
            elseif ($line -match '^### (.+)') {
                $heading = $Matches[1]
                switch ($section) {
                    PARAMETERS { if ($heading -like '-*') { $heading = $heading.Substring(1); $page.Parameters[$heading] = @{ Line = $number; Tables = @(); Text = @() } } }
                    INPUTS { $page.Inputs += $heading }
                    OUTPUTS { $page.Outputs += $heading }
                }
            }
            elseif ($section -eq 'PARAMETERS' -and $line -and $page.Parameters.Contains($heading)) { $page.Parameters[$heading].Text += $line }
        }
        $page
    }
}

# The code in the about topics, the README and the pages for users.
function Get-TopicCode {
    $files = @(Get-ChildItem (Join-Path $root 'docs/about') -Filter about_*.md) + @(Get-Item (Join-Path $root README.md)) +
        @('tasks', 'install', 'migrating' | ForEach-Object { Get-Item (Join-Path $root "docs/$_.md") })
    foreach ($file in $files) {
        $path = $file.FullName.Substring($root.Length + 1).Replace('\', '/')
        $fence = $null
        $number = 0
        foreach ($line in Get-Content $file) {
            $number++
            if ($fence -and $line -eq '```') { @{ Name = $file.BaseName; Path = $path; Line = $fence.Line; Text = $fence.Lines -join "`n" }; $fence = $null }
            elseif ($fence) { $fence.Lines += $line }
            elseif ($line -eq '```powershell') { $fence = @{ Line = $number + 1; Lines = @() } }
        }
    }
}

# The parameters that a cmdlet's page must describe.
function Get-OwnParameter([System.Management.Automation.CmdletInfo] $Command) {
    $Command.Parameters.Values | Where-Object Name -NotIn ([System.Management.Automation.PSCmdlet]::CommonParameters) |
        Where-Object { -not $_.Attributes.Where({ $_ -is [Parameter] -and $_.DontShow }) }
}

# The yaml blocks of a parameter, as the code defines them. A default that the code does not define comes from the page.
function Get-ParameterTable([System.Management.Automation.CmdletInfo] $Command, [System.Management.Automation.ParameterMetadata] $Parameter, [string] $Known) {
    $type = [Nullable]::GetUnderlyingType($Parameter.ParameterType) ?? $Parameter.ParameterType
    $values = $Parameter.Attributes.Where({ $_ -is [ValidateSet] }) | ForEach-Object ValidValues
    $wildcards = [bool] $Parameter.Attributes.Where({ $_ -is [System.Management.Automation.SupportsWildcardsAttribute] })
    $alike = $Parameter.ParameterSets.GetEnumerator() | Group-Object { "$($_.Value.IsMandatory) $($_.Value.Position) $($_.Value.ValueFromPipeline) $($_.Value.ValueFromPipelineByPropertyName)" }
    $order = @($Command.ParameterSets.Name)
    foreach ($group in $alike | Sort-Object { ($_.Group.Key | ForEach-Object { $order.IndexOf($_) } | Measure-Object -Minimum).Minimum }) {
        $set = $group.Group[0].Value
        $names = $group.Group.Key | Sort-Object { $order.IndexOf($_) }
        $pipeline = @(if ($set.ValueFromPipeline) { 'ByValue' }; if ($set.ValueFromPipelineByPropertyName) { 'ByPropertyName' }) -join ', '
        @(
            "Type: $($type.Name)"
            "Parameter Sets: $(if ($names -contains '__AllParameterSets') { '(All)' } else { $names -join ', ' })"
            "Aliases: $($Parameter.Aliases -join ', ')".TrimEnd()
            if ($values) { "Accepted values: $($values -join ', ')" }
            ''
            "Required: $($set.IsMandatory)"
            "Position: $(if ($set.Position -lt 0) { 'Named' } else { $set.Position })"
            "Default value: $(Get-DefaultValue $Command $Parameter $Known)"
            "Accept pipeline input: $(if ($pipeline) { "True ($pipeline)" } else { 'False' })"
            "Accept wildcard characters: $wildcards"
        ) -join "`n"
    }
}

function Get-DefaultValue($Command, $Parameter, [string] $Known) {
    if ($Parameter.SwitchParameter) { return 'False' }
    $isMandatory = -not $Parameter.ParameterSets.Values.Where({ -not $_.IsMandatory })
    $value = if (-not $isMandatory) { $Command.ImplementingType.GetProperty($Parameter.Name).GetValue($Command.ImplementingType::new()) }
    if ($null -ne $value -and "$value" -ne '' -and -not $isMandatory) { return $value -join ', ' }
    if ($Known -match '(?m)^Default value: (.+)$' -and -not $isMandatory) { $Matches[1] } else { 'None' }
}

Export-ModuleMember -Function Get-CmdletPage, Get-TopicCode, Get-OwnParameter, Get-ParameterTable
