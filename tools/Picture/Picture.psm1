# A picture of what a terminal shows, as SVG: text with the sequences of colors and styles, as tmux gives it or a host is given it.

$cellWidth = 8.4
$lineHeight = 19
$fontSize = 14
$margin = 16
$barHeight = 34

# The 16 colors of a terminal, for pages that are light and dark.
$themes = @{
    light = @{
        Page = '#ffffff'; Bar = '#eaeef2'; Edge = '#d0d7de'; Text = '#1f2328'
        Colors = '#24292f', '#cf222e', '#116329', '#7d4e00', '#0550ae', '#8250df', '#1b7c83', '#57606a', '#57606a', '#a40e26', '#1a7f37', '#633c01', '#0969da', '#8250df', '#0f6b78', '#6e7781'
    }
    dark = @{
        Page = '#0d1117'; Bar = '#161b22'; Edge = '#30363d'; Text = '#e6edf3'
        Colors = '#484f58', '#ff7b72', '#7ee787', '#d29922', '#79c0ff', '#d2a8ff', '#76e3ea', '#b1bac4', '#8b949e', '#ffa198', '#7ee787', '#e3b341', '#a5d6ff', '#d2a8ff', '#b3f0ff', '#f0f6fc'
    }
}

# The pieces of each line that look alike: where a piece begins, its text, and how it looks. A style holds until another comes,
# over the ends of lines too.
function ConvertFrom-Screen([string[]] $Line) {
    $style = [ordered]@{ Color = -1; Back = -1; Bold = $false; Dim = $false; Italic = $false; Under = $false; Strike = $false }
    foreach ($one in $Line) {
        $pieces = [Collections.Generic.List[object]]::new()
        $column = 0
        foreach ($match in [regex]::Matches($one, "`e\[([\d;]*)m|`e\][^`a`e]*(?:`a|`e\\)|[^`e]+")) {
            if ($match.Groups[1].Success) { Set-Style $style $match.Groups[1].Value }
            elseif ($match.Value[0] -ne "`e") {
                $look = "$($style.Values)"
                if ($pieces.Count -gt 0 -and $pieces[-1].Look -eq $look) { $pieces[-1].Text += $match.Value }
                else { $pieces.Add([pscustomobject] @{ Column = $column; Text = $match.Value; Look = $look; Style = [pscustomobject] $style }) }
                $column += $match.Length
            }
        }
        , $pieces
    }
}

# What a sequence changes. It knows what Show-OpenAIStream and PSReadLine write.
function Set-Style([Collections.IDictionary] $Style, [string] $Codes) {
    $queue = [Collections.Generic.Queue[int]]::new([int[]] @($Codes -split ';' | ForEach-Object { [int] "0$_" }))
    while ($queue.Count -gt 0) {
        $code = $queue.Dequeue()
        switch ($code) {
            0 { $Style.Color = $Style.Back = -1; 'Bold', 'Dim', 'Italic', 'Under', 'Strike' | ForEach-Object { $Style[$_] = $false } }
            1 { $Style.Bold = $true }
            2 { $Style.Dim = $true }
            3 { $Style.Italic = $true }
            4 { $Style.Under = $true }
            9 { $Style.Strike = $true }
            22 { $Style.Bold = $Style.Dim = $false }
            23 { $Style.Italic = $false }
            24 { $Style.Under = $false }
            29 { $Style.Strike = $false }
            39 { $Style.Color = -1 }
            { $_ -in 30..37 } { $Style.Color = $code - 30 }
            { $_ -in 90..97 } { $Style.Color = $code - 90 + 8 }
            { $_ -in 38, 48 } {
                if ($queue.Dequeue() -ne 2) { throw "A picture cannot show ESC[${Codes}m." }
                $Style[$code -eq 38 ? 'Color' : 'Back'] = '#{0:x2}{1:x2}{2:x2}' -f $queue.Dequeue(), $queue.Dequeue(), $queue.Dequeue()
            }
            49 { $Style.Back = -1 }
            default { throw "A picture cannot show ESC[${Codes}m." }
        }
    }
}

# A line's text element; nothing for a blank line.
function ConvertTo-SvgLine([object[]] $Piece, [int] $Row, [hashtable] $Theme) {
    $y = $barHeight + $margin + $fontSize + $Row * $lineHeight
    $spans = foreach ($one in $Piece | Where-Object { $_.Text.Trim() }) {
        $text = $one.Text.TrimStart()
        $x = $margin + ($one.Column + $one.Text.Length - $text.Length) * $cellWidth
        $text = $text.TrimEnd()
        $style = $one.Style
        $look = @(
            if ($style.Color -is [string]) { "fill=`"$($style.Color)`"" } elseif ($style.Color -ge 0) { "fill=`"$($Theme.Colors[$style.Color])`"" }
            if ($style.Bold) { 'font-weight="bold"' }
            if ($style.Dim) { 'opacity="0.65"' }
            if ($style.Italic) { 'font-style="italic"' }
            if ($style.Under) { 'text-decoration="underline"' } elseif ($style.Strike) { 'text-decoration="line-through"' }
        )
        # The length holds the columns whatever font there is.
        $length = ($text.Length * $cellWidth).ToString('0.#', [cultureinfo]::InvariantCulture)
        $left = $x.ToString('0.#', [cultureinfo]::InvariantCulture)
        if ($style.Back -is [string]) { "<rect x=`"$left`" y=`"$($y - $fontSize)`" width=`"$length`" height=`"$lineHeight`" fill=`"$($style.Back)`"/>" }
        "<text x=`"$left`" y=`"$y`" textLength=`"$length`"$(-join ($look | ForEach-Object { " $_" }))>$([Security.SecurityElement]::Escape($text))</text>"
    }
    -join $spans
}

<#
.SYNOPSIS
    The SVG of a screen.
.PARAMETER Line
    Its lines.
.PARAMETER Width
    Its columns.
.PARAMETER Theme
    light or dark.
.PARAMETER Title
    What it is called for those who cannot see it.
#>
function ConvertTo-Svg([string[]] $Line, [int] $Width, [ValidateSet('light', 'dark')] [string] $Theme, [string] $Title) {
    $colors = $themes[$Theme]
    $right = [int] ($Width * $cellWidth + 2 * $margin)
    $bottom = $barHeight + 2 * $margin + $Line.Count * $lineHeight
    "<svg xmlns=`"http://www.w3.org/2000/svg`" width=`"$right`" height=`"$bottom`" viewBox=`"0 0 $right $bottom`" role=`"img`">"
    "<title>$([Security.SecurityElement]::Escape($Title))</title>"
    "<rect x=`"0.5`" y=`"0.5`" width=`"$($right - 1)`" height=`"$($bottom - 1)`" rx=`"8`" fill=`"$($colors.Page)`" stroke=`"$($colors.Edge)`"/>"
    "<path d=`"M0.5 $barHeight V8.5 a8 8 0 0 1 8 -8 H$($right - 8.5) a8 8 0 0 1 8 8 V$barHeight z`" fill=`"$($colors.Bar)`" stroke=`"$($colors.Edge)`"/>"
    foreach ($at in 20, 40, 60) { "<circle cx=`"$at`" cy=`"17`" r=`"6`" fill=`"$($colors.Edge)`"/>" }
    "<g font-family=`"ui-monospace, 'Cascadia Mono', 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace`" font-size=`"$fontSize`" fill=`"$($colors.Text)`" xml:space=`"preserve`">"
    $row = 0
    foreach ($pieces in ConvertFrom-Screen $Line) { ConvertTo-SvgLine $pieces ($row++) $colors | Where-Object { $_ } }
    '</g>'
    '</svg>'
}

Export-ModuleMember -Function ConvertTo-Svg
