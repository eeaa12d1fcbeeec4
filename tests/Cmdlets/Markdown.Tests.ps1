# How Show-OpenAIStream shows Markdown on a screen; the tests use their own host (Screen.psm1).

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    Import-Module $PSScriptRoot/Screen.psm1 -Force
}

Describe 'Markdown on a screen' {
    BeforeEach {
        $before = $env:TERM, $env:NO_COLOR, $PSStyle.OutputRendering
        $env:TERM = 'xterm-256color'
        $env:NO_COLOR = ''
        $PSStyle.OutputRendering = 'Host' # the style is the process's
    }
    AfterEach { $env:TERM, $env:NO_COLOR, $PSStyle.OutputRendering = $before }

    It 'has the styles of Get-MarkdownOption and $PSStyle' {
        $e = "`e["
        Show-OnScreen "# A`n" | Should -BeExactly "${e}7mA${e}0m`n"
        $shown = Show-OnScreen "**b** *c* ``d`` ~~e~~ [f](https://a.example)`n> g" -Width 200
        foreach ($part in "${e}1mb${e}0m", "${e}36mc${e}0m", "${e}48;2;155;155;155;38;2;30;30;30md${e}0m", "${e}9me${e}0m", "${e}4;38;5;117mf${e}0m", "${e}2m│${e}0m g") { $shown | Should -Match ([regex]::Escape($part)) }
        ($shown -replace "`e\[[\d;]*m") | Should -BeExactly "b c d e f (https://a.example)`n│ g`n"
    }

    It 'has the styles that the user has set' {
        $shown = Show-OnScreen '**b** ' 'Set-MarkdownOption -Bold "[95m"; $chunks | Show-OpenAIStream; Set-MarkdownOption -Bold "[1m"' # it is the process's
        $shown | Should -BeExactly "`e[95mb`e[0m`n"
    }

    It 'is wrapped at the width of the window, with its prefix' {
        Show-OnScreen "- one two three`n  four" -Width 12 | Should -BeExactly "• one two`n  three`n  four`n"
    }

    It 'is shown unformatted with <What>' -ForEach @(
        @{ What = '-Raw'; Script = '$chunks | Show-OpenAIStream -Raw' }
        @{ What = 'TERM=dumb'; Script = '$env:TERM = "dumb"; $chunks | Show-OpenAIStream' }
        @{ What = 'a host that has no width'; Script = '$Host.UI.RawUI.WindowSize = $Host.UI.RawUI.BufferSize = [System.Management.Automation.Host.Size]::new(0, 0); $chunks | Show-OpenAIStream' }
    ) {
        Show-OnScreen "# A`n**b** | c" $Script | Should -BeExactly "# A`n**b** | c`n"
    }

    It 'has its structure without colors with <What>' -ForEach @(
        @{ What = 'NO_COLOR'; Script = '$env:NO_COLOR = "1"; $chunks | Show-OpenAIStream' }
        @{ What = '$PSStyle.OutputRendering = "PlainText"'; Script = '$PSStyle.OutputRendering = "PlainText"; $chunks | Show-OpenAIStream' }
        @{ What = 'a host that knows none'; Script = '$chunks | Show-OpenAIStream'; WithoutColors = $true }
    ) {
        Show-OnScreen "# A`n- **b**`n`n|c|d|`n|-|-|`n|1|2|" $Script -WithoutColors:([bool] $WithoutColors) | Should -BeExactly "# A`n• **b**`n`nc │ d`n──┼──`n1 │ 2`n"
    }

    It 'is shown unformatted if output is redirected' {
        $shown = Invoke-ChildProcess '[OpenAIStream.ChatCompletionChunk] ''{"choices":[{"index":0,"delta":{"content":"# **a**"}}]}'' | Show-OpenAIStream'
        $shown | Should -BeExactly '# **a**'
    }

    It 'colors PowerShell by its own tokenizer: <Code>' -ForEach @(
        @{ Code = 'if ($a) { "b" } # c'; Expected = '<35>if</> ($a) { <36>"b"</> } <32># c</>' }
        @{ Code = "} elseif (`$a -eq 'if') {"; Expected = "} <35>elseif</> (`$a -eq <36>'if'</>) {" }
        @{ Code = "<# a`nif #> foreach (`$b in 1) {"; Expected = "<32><# a</>`n<32>if #></> <35>foreach</> (`$b <35>in</> 1) {" }
        @{ Code = "`$a = @`"`nif `"x`"`n`"@ -f 1`n'`nb' + `"c`nd`""; Expected = "`$a = <36>@`"</>`n<36>if `"x`"</>`n<36>`"@</> -f 1`n<36>'</>`n<36>b'</> + <36>`"c</>`n<36>d`"</>" }
        @{ Code = '@{ if = 1; "x" = 2 }'; Expected = '@{ if = 1; <36>"x"</> = 2 }' }
    ) {
        $shown = Show-OnScreen "``````powershell`n$Code`n``````"
        $shown = ($shown -split "`n" | Where-Object { $_ -notmatch '─' }) -join "`n"
        $shown -replace "`e\[0m", '</>' -replace "`e\[(\d+)m", '<$1>' | Should -BeExactly "$Expected`n"
    }

    It 'only reads PowerShell code: <_> runs nothing' -ForEach @(
        'using module ./evil.psm1'
        'using assembly ./evil.dll'
        'configuration Evil { Import-DscResource -ModuleName Evil }'
    ) {
        Set-Content $TestDrive/evil.psm1 "Set-Content '$TestDrive/done.txt' done"
        Set-Content $TestDrive/evil.dll 'not even an assembly'
        $code = $_ -replace '\./', "$TestDrive/"
        $shown = Show-OnScreen "``````powershell`n$code`n``````" '$chunks | Show-OpenAIStream; (Get-Module).Name; (Get-Job).Name' -Width 200
        $shown | Should -Match ([regex]::Escape("`n$code`n"))
        "$TestDrive/done.txt" | Should -Not -Exist
        Get-ScreenOutput | Should -Not -Contain 'PSDesiredStateConfiguration'
    }

    It 'never lets an entity or an address produce a control character' {
        $shown = Show-OnScreen 'a &#27;[2J &#x9b;2J &#7; [b](https://a.example/&#27;]0;x) <https://a.example/&#27;> &#x202E;'
        $shown -replace "`e\[[\d;]*m" | Should -Not -Match '[\x00-\x09\x0B-\x1F\x7F-\x9F\u202E]'
    }

    It 'does not change JSON, transcriptions and reasoning' {
        Show-OnScreen "{`n `"a`": `"*b*`"`n}" | Should -BeExactly "{`n `"a`": `"*b*`"`n}`n"
        Show-OnScreen '' '[OpenAIStream.TranscriptionEvent] ''{"type":"transcript.text.delta","delta":"*a* b"}'' | Show-OpenAIStream' | Should -BeExactly "*a* b`n"
        Show-OnScreen '' '[OpenAIStream.ChatCompletionChunk] ''{"choices":[{"index":0,"delta":{"reasoning_content":"**a**"}}]}'' | Show-OpenAIStream' | Should -BeExactly "`e[2m**a**`e[0m`n"
    }

    It 'keeps the text exact with -PassThru' {
        Show-OnScreen '# *a*' '$chunks | Show-OpenAIStream -PassThru' | Should -Not -Match '[#*]'
        (Get-ScreenOutput).Text | Should -BeExactly '# *a*'
    }

    It 'loses nothing that is held back if the stream breaks' {
        $shown = Show-OnScreen "|a|b|`n|-|-|`n|1|**2" 'try { & { $chunks; throw "broken" } | Show-OpenAIStream } catch { "caught $_" }' -WithoutColors
        $shown | Should -BeExactly "a │ b`n──┼────`n1 │ **2`n"
        Get-ScreenOutput | Should -Be 'caught broken'
    }

    It 'is shown the same as one piece' {
        $text = "# A`n`nText with **bold** and ``code``.`n`n- one`n  - two`n`n|a|b|`n|-|-|`n|1|2|`n`n``````powershell`nif (1) { }`n``````"
        $pieces = Show-OnScreen $text
        $whole = Show-OnScreen '' "[OpenAIStream.ChatCompletion] (@{ choices = @(@{ index = 0; message = @{ role = 'assistant'; content = '$($text -replace "'", "''")' } }) } | ConvertTo-Json -Depth 5) | Show-OpenAIStream"
        ($pieces -replace "`e\[[\d;]*m") | Should -BeExactly ($whole -replace "`e\[[\d;]*m")
    }
}
