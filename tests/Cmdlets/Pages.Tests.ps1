# The README and the pages of docs, as what leads from one to the other.
BeforeDiscovery {
    $root = (Resolve-Path (Join-Path $PSScriptRoot '../..')).Path
    $pages = @(Get-Item "$root/*.md") + @(Get-ChildItem "$root/docs" -Filter *.md -Recurse) + @(Get-ChildItem "$root/src/OpenAIStream.Core" -Filter *.md) |
        ForEach-Object { @{ Name = $_.FullName.Substring($root.Length + 1).Replace('\', '/'); Path = $_.FullName } }
}

BeforeAll {
    $root = (Resolve-Path (Join-Path $PSScriptRoot '../..')).Path

    # The anchors that GitHub makes of headings.
    function Get-Anchor([string] $Path) {
        Get-Content $Path | Select-String '^#+ (.+)$' | ForEach-Object { $_.Matches[0].Groups[1].Value.ToLowerInvariant() -replace '[^\w\- ]' -replace ' ', '-' }
    }
}

Describe 'The page <Name>' -ForEach $pages {
    It 'leads only to what is there' {
        $text = (Get-Content $Path -Raw) -replace '(?ms)^```.*?^```' -replace '`[^`\n]+`'
        $links = [regex]::Matches($text, '\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"') | ForEach-Object { $_.Groups[1].Value + $_.Groups[2].Value } | Where-Object { $_ -notmatch '^\w+:' }
        foreach ($link in $links) {
            $file, $anchor = $link -split '#', 2
            $target = if ($file) { Join-Path (Split-Path $Path) $file } else { $Path }
            $target | Should -Exist -Because "$Name leads to $link"
            if ($anchor) { Get-Anchor $target | Should -Contain $anchor -Because "$Name leads to $link" }
        }
    }
}

Describe 'The index of docs' {
    It 'names every page' {
        $index = Get-Content "$root/docs/README.md" -Raw
        foreach ($page in Get-ChildItem "$root/docs" -Filter *.md | Where-Object Name -NE README.md) { $index | Should -Match "\($([regex]::Escape($page.Name))\)" }
        foreach ($topic in Get-ChildItem "$root/docs/about" -Filter *.md) { $index | Should -Match "\(about/$([regex]::Escape($topic.Name))\)" }
    }
}

Describe 'The README' {
    It 'is short' {
        @(Get-Content "$root/README.md").Count | Should -BeLessThan 200
    }
}
