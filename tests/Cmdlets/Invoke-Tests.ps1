# Runs the tests in this folder with a given version of Pester and writes the counts to a file.
param([string] $Pester, [string] $Figures)

Import-Module $Pester
$result = Invoke-Pester $PSScriptRoot -PassThru
@{
    Passed  = $result.PassedCount
    Failed  = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
    Skipped = $result.SkippedCount
} | ConvertTo-Json | Set-Content $Figures
