# The picture at the top of the README shows what the module shows now.
BeforeDiscovery {
    $themes = 'light', 'dark'
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    Import-Module $PSScriptRoot/Screen.psm1 -Force
    $null = Start-TestServer
    $root = (Resolve-Path (Join-Path $PSScriptRoot '../..')).Path
    Import-Module "$root/tools/Picture/Picture.psm1" -Force
    $picture = Import-PowerShellDataFile "$root/tools/Picture/Picture.psd1"
    $shown = Show-OnScreen '' "Connect-OpenAI -ReplayFrom '$root/tools/Picture/recording'; $($picture.Command)" -Width $picture.Width
    $lines = @("PS> $($picture.Command)") + $shown.TrimEnd("`n").Split("`n") + 'PS> '
}
AfterAll { Stop-TestServer }

Describe 'The picture in <_>' -ForEach $themes {
    It 'is the answer as it is shown now' {
        $file = Get-Content "$root/docs/images/terminal-$_.svg"
        $now = @(ConvertTo-Svg $lines $picture.Width $_ $picture.Title)
        # The command's line has the colors of the editor: of it, only the text is compared.
        $first = [array]::FindIndex([string[]] $now, [Predicate[string]] { $args[0] -like '<text*' })
        $file.Count | Should -Be $now.Count -Because 'the picture is taken anew with tools/Picture/New-Picture.ps1'
        for ($i = 0; $i -lt $now.Count; $i++) {
            if ($i -ne $first) { $file[$i] | Should -BeExactly $now[$i] -Because 'the picture is taken anew with tools/Picture/New-Picture.ps1' }
        }
        ([xml] $file).InnerText -replace '\s' | Should -BeExactly (([xml] $now).InnerText -replace '\s')
    }

    It 'is in the README' {
        Get-Content "$root/README.md" -Raw | Should -Match "docs/images/terminal-$_\.svg"
    }
}
