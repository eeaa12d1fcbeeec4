# Runs the tests of this folder with a given Pester and writes the figures to a file.
param([string] $Pester, [string] $Figures)

Import-Module $Pester
$result = Invoke-Pester $PSScriptRoot -PassThru
@{
    Passed  = $result.PassedCount
    Failed  = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
    Skipped = $result.SkippedCount
} | ConvertTo-Json | Set-Content $Figures
