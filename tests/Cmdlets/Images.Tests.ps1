# Images in a terminal: what one that can show them is given, and what is shown in place of them elsewhere.

BeforeDiscovery {
    # script of util-linux makes a terminal of two pipes.
    $hasTerminal = $IsLinux -and (Get-Command script -CommandType Application -ErrorAction Ignore) -and (script --version) -match 'util-linux'
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    Import-Module $PSScriptRoot/Screen.psm1 -Force
    $server = Start-TestServer

    $png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==' # one red pixel
    $shown = "`e_Ga=T,f=100,q=2,c=1,m=0;$png`e\`n"
    $images = @"
        `$images = '{"type":"image_generation.partial_image","partial_image_index":0,"b64_json":"$png"}', '{"type":"image_generation.completed","size":"1x1","output_format":"png","b64_json":"$png"}' | ForEach-Object { [OpenAIStream.ImageEvent] `$_ };
"@
}
AfterAll { Stop-TestServer }

Describe 'An image' {
    It 'is shown below its line in a terminal of <Protocol>' -ForEach @(
        @{ Protocol = 'Kitty'; Image = "`e_Ga=T,*`e\`n" }
        @{ Protocol = 'ITerm2'; Image = "`e]1337;File=inline=1;*`a`n" }
        @{ Protocol = 'Sixel'; Image = "`eP0;1q*`e\`n" }
    ) {
        $screen = Show-OnScreen '' "$images `$images | Show-OpenAIStream -ImageProtocol $Protocol"
        $screen -replace "`e\[[\d;]*m" | Should -BeLike "[[]image] partial 1`n$($Image.Replace(']', '`]'))[[]image] 1x1 png`n$($Image.Replace(']', '`]'))"
    }

    It 'is its size where <Where>' -ForEach @(
        @{ Where = 'the host cannot ask its screen'; Arguments = '' }
        @{ Where = 'none is wanted'; Arguments = '-ImageProtocol None' }
        @{ Where = 'the screen knows no sequences'; Arguments = '-ImageProtocol Kitty'; WithoutColors = $true }
    ) {
        $screen = Show-OnScreen '' "$images `$images | Show-OpenAIStream $Arguments" -WithoutColors:([bool] $WithoutColors)
        $screen -replace "`e\[[\d;]*m" | Should -BeExactly "[image] partial 1`n[image] 1x1 png`n"
    }

    It 'is its size where output is redirected' {
        $said = Invoke-ChildProcess "$images `$images | Show-OpenAIStream -ImageProtocol Kitty"
        $said | Should -Be '[image] partial 1', '[image] 1x1 png'
    }

    It 'in a file is shown, or named' {
        $file = Join-Path $TestDrive 'fox [1].png'
        [IO.File]::WriteAllBytes($file, [Convert]::FromBase64String($png))
        Show-OnScreen '' "Show-OpenAIStream -ImagePath '$file' -ImageProtocol Kitty" | Should -BeLike "*image*fox *.png*$([WildcardPattern]::Escape($shown))"
        Show-OnScreen '' "Get-Item -LiteralPath '$file' | Show-OpenAIStream -PassThru" | Should -Match '\[image\] fox \[1\]\.png'
        (Get-ScreenOutput).FullName | Should -Be $file
        { Show-OpenAIStream -ImagePath "$TestDrive/none.png" } | Should -Throw -ErrorId 'PathNotFound,*'
        Set-Content "$TestDrive/text.pdf" '%PDF-1.7'
        { Show-OpenAIStream -ImagePath "$TestDrive/text.pdf" } | Should -Throw -ExpectedMessage '*PDF*'
    }

    It 'is shown when Invoke-OpenAIImage has written it' {
        Reset-TestServer
        Add-JsonReply 200 "{`"data`":[{`"b64_json`":`"$png`"}]}"
        $file = Join-Path $TestDrive made.png
        Show-OnScreen '' "Connect-OpenAI -BaseUri $($server.http1); Invoke-OpenAIImage fox -OutFile '$file' | Show-OpenAIStream -ImageProtocol Kitty" | Should -BeLike "*made.png*$([WildcardPattern]::Escape($shown))"
        $file | Should -Exist
    }
}

Describe 'In a terminal' -Skip:(-not $hasTerminal) {
    BeforeAll {
        # Runs a script in a terminal of its own that answers questions. Returns what the terminal was sent.
        function Invoke-InTerminal([string] $Script, [hashtable] $Answers = @{}, [string] $TypedAhead) {
            $path = Join-Path $TestDrive "$([guid]::NewGuid()).ps1"
            Set-Content $path "`$ErrorActionPreference = 'Stop'; Import-Module '$(Get-BuiltModule)'; $Script; 'the end'"
            $start = [Diagnostics.ProcessStartInfo]::new('script', [string[]] ('-qfec', "'$([Environment]::ProcessPath)' -NoProfile -File '$path'", '/dev/null'))
            $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
            $start.Environment['TERM'] = 'xterm-256color'
            foreach ($name in 'TMUX', 'NO_COLOR') { $null = $start.Environment.Remove($name) }
            $process = [Diagnostics.Process]::Start($start)
            try {
                $sent = [Text.StringBuilder]::new()
                $process.StandardInput.AutoFlush = $true
                $buffer = [char[]]::new(4096)
                while (($count = $process.StandardOutput.Read($buffer, 0, $buffer.Length)) -gt 0) {
                    $null = $sent.Append($buffer, 0, $count)
                    if ($TypedAhead -and "$sent".Contains('go')) { $process.StandardInput.Write($TypedAhead); $TypedAhead = '' }
                    foreach ($question in @($Answers.Keys)) {
                        if ("$sent".Contains($question)) {
                            $process.StandardInput.Write($Answers[$question])
                            $Answers.Remove($question)
                        }
                    }
                }
                "$sent" -replace "`r"
            }
            finally {
                if (-not $process.WaitForExit(5000)) { $process.Kill($true) }
                $process.Dispose()
            }
        }

        $name = "`eP>|kitty(0.42.1)`e\`e[6;20;10t`e[?62;c"
        $kitty = "`e_Gi=31;OK`e\`e[?62;c"
    }

    It 'that says that it can, an image is shown, and the answer is seen by nobody' {
        $sent = Invoke-InTerminal "$images `$images | Show-OpenAIStream" @{ "`e[>q" = $name; "`e_Gi=31" = $kitty }
        $sent | Should -BeLike "*$([WildcardPattern]::Escape("partial 1"))*$([WildcardPattern]::Escape($shown))*1x1 png*$([WildcardPattern]::Escape($shown))*the end*"
        $sent | Should -Not -Match 'kitty|OK|\^\[' -Because 'a terminal that showed its answers would show them here'
    }

    It 'that does not answer, an image is its size, and the wait is short' {
        $sent = Invoke-InTerminal "$images `$watch = [Diagnostics.Stopwatch]::StartNew(); `$images | Show-OpenAIStream; `"took `$(`$watch.ElapsedMilliseconds)`""
        $sent | Should -BeLike '*partial 1*1x1 png*the end*'
        $sent | Should -Not -Match '_Ga=T'
        [int] [regex]::Match($sent, 'took (\d+)').Groups[1].Value | Should -BeLessThan 3000 -Because 'it is given 300 ms, once'
    }

    It 'where the user has typed ahead, nothing is asked and what was typed is still there' {
        $sent = Invoke-InTerminal "$images 'go'; while (-not [Console]::KeyAvailable) { Start-Sleep -Milliseconds 20 }; `$images | Show-OpenAIStream; `"typed: `$([Console]::ReadLine())`"" -TypedAhead "hello`n"
        $sent | Should -Match 'typed: hello'
        $sent | Should -Not -Match ([regex]::Escape("`e[>q"))
    }

    It 'nothing is asked for text' {
        Invoke-InTerminal "[OpenAIStream.ChatCompletionChunk] '{`"choices`":[{`"index`":0,`"delta`":{`"content`":`"x`"}}]}' | Show-OpenAIStream" | Should -Not -Match ([regex]::Escape("`e[>q"))
    }
}
