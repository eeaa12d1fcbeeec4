# A chat in a real terminal, with the keyboard: what Enter-OpenAIChat.Tests.ps1 cannot see.
BeforeDiscovery {
    Import-Module $PSScriptRoot/Terminal.psm1 -Force
    $skip = -not (Test-Terminal)
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1, $PSScriptRoot/Terminal.psm1 -Force
    $server = Start-TestServer

    function Add-Text([string] $Text) { Add-StreamReply @((ConvertTo-Chunk $Text), (ConvertTo-Chunk '' stop)) }
    function Start-Chat([string] $Arguments = '', [int] $Width = 80, [string] $Before = '') {
        Start-Terminal "Connect-OpenAI -BaseUri $($server.http1) -MaximumRetryCount 0; $Before" -Width $Width
        Send-Line "`$chat = Enter-OpenAIChat -PassThru $Arguments".TrimEnd()
        Wait-Screen '(?m)^>$'
    }
    function Get-Said([int] $Index) { @(Get-SentRequest)[$Index].Json.messages | ForEach-Object { "$($_.role): $($_.content)" } }
    function Get-Turns { Send-Line '$chat.Messages | % { "<$($_.Role)=$($_.Text)>" }; "that is all"'; Wait-Screen '(?m)^that is all$' }
}
AfterAll { Stop-TestServer }

Describe 'A chat in a terminal' -Skip:$skip {
    BeforeEach { Reset-TestServer }
    AfterEach { Stop-Terminal }

    It 'takes what is no PowerShell, has its own history, and leaves that of the session alone' {
        'one', 'two', 'three' | ForEach-Object { Add-Text $_ }
        Start-Chat
        Send-Line "don't (stop"
        Wait-Screen '(?m)^one\n\[m, first after[^\n]*\n>$'
        Send-Line 'second'
        Wait-Screen '(?m)^two\n\[m[^\n]*\n>$'
        Send-Key Up, Up
        Wait-Screen "(?m)^> don't \(stop$"
        Send-Key Enter
        Wait-Screen '(?m)^three'
        Get-Said 2 | Should -Be "user: don't (stop", 'assistant: one', 'user: second', 'assistant: two', "user: don't (stop"
        Wait-Screen '(?m)^>$'
        Send-Key C-d
        Wait-Screen '(?m)^PS>$'
        Send-Key Up
        Wait-Screen '(?m)^PS> \$chat = Enter-OpenAIChat'
    }

    It 'ends an answer with Ctrl+C, keeps what has come, and closes the connection at once' {
        Add-StreamReply (ConvertTo-Chunk 'half an answer') -Then @{ stall = $true }
        Add-Text 'whole'
        Start-Chat
        Send-Line 'ask'
        Wait-Screen '(?m)^half an'
        $moment = Get-Moment
        Send-Key C-c
        (Wait-ClientGone $moment) | Should -BeLessThan 1000
        Wait-Screen '(?m)^\[stopped: [^\n]*\n?[^\n]*\n>$'
        Send-Text 'never mind'
        Send-Key C-c
        Wait-Screen '(?m)^> never mind\^C\n>$'
        Send-Line 'go on'
        Wait-Screen '(?m)^whole'
        Get-Said 1 | Should -Be 'user: ask', 'assistant: half an answer', 'user: go on'
        Wait-Screen '(?m)^>$'
        Send-Line '/exit'
        Wait-Screen '(?m)^PS>$'
        Get-Turns
        Get-Screen | Should -Match '(?s)<user=ask>\n<assistant=half an answer>\n<user=go on>\n<assistant=whole>'
    }

    It 'puts what is typed meanwhile, and what was not answered, into the line' {
        Add-StreamReply (ConvertTo-Chunk 'slow') -Then @{ waitFor = 'typed' }, @{ send = "data: [DONE]`n`n" }
        Add-JsonReply 500 '{"error":{"message":"broken"}}'
        Add-Text 'fine'
        Start-Chat
        Send-Line 'first'
        Wait-Screen '(?m)^slow'
        Send-Text 'secondx'
        Send-Key BSpace
        Start-Sleep -Milliseconds 300 # the keys are read while the answer waits
        Send-Signal typed
        Wait-Screen '(?m)^> second$'
        Send-Key Enter
        Wait-Screen '(?s)broken.*\n> second$'
        Send-Line ' again'
        Wait-Screen '(?m)^fine'
        Get-Said 2 | Should -Be 'user: first', 'assistant: slow', 'user: second again'
    }

    It 'puts a message that begins with a slash into the line so that it does not become a command' {
        Add-JsonReply 500 '{"error":{"message":"broken"}}'
        Add-Text 'fine'
        Start-Chat
        Send-Line '//undo is what?'
        Wait-Screen '(?s)broken.*\n> //undo is what\?$'
        Send-Key Enter
        Wait-Screen '(?m)^fine'
        Get-Said 1 | Should -Be 'user: /undo is what?'
    }

    It 'takes several lines, typed and pasted' {
        'one', 'two' | ForEach-Object { Add-Text $_ }
        Start-Chat
        Send-Paste "a`n  `$b = 'c`nd"
        Wait-Screen "(?m)^> a\n +\`$b = 'c\n +d$"
        Send-Key Enter
        Wait-Screen '(?m)^one'
        Get-Said 0 | Should -Be "user: a`n  `$b = 'c`nd"
        Wait-Screen '(?m)^>$'
        Send-Text 'x'
        Send-Key M-Enter
        Send-Text 'y'
        Wait-Screen '(?m)^> x\n +y$'
        Send-Key Enter
        Wait-Screen '(?m)^two'
        (Get-Said 1)[-1] | Should -Be "user: x`ny"
    }

    It 'completes commands, models and files with Tab' {
        Set-Content $TestDrive/notes.txt 'x'
        Add-JsonReply 200 '{"data":[{"id":"gpt-9-known"},{"id":"other"}]}'
        Start-Chat -Before "Set-Location '$TestDrive'; `$null = Get-OpenAIModel"
        Send-Text '/mo'
        Send-Key Tab
        Wait-Screen '(?m)^> /model$'
        Send-Text 'gpt-9'
        Send-Key Tab
        Wait-Screen '(?m)^> /model gpt-9-known$'
        Send-Key Enter
        Wait-Screen '(?m)^gpt-9-known\n>$'
        Send-Text '/attach no'
        Send-Key Tab
        Wait-Screen '(?m)^> /attach [^\n]*notes\.txt$'
        Send-Key Enter
        Wait-Screen 'With the next message: notes.txt'
    }

    It 'asks before a tool runs, and Ctrl+C there ends the answer, not the chat' {
        function Add-Call { Add-StreamReply '{"id":"a","choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"Get-Half","arguments":"{\"Of\":8}"}}]},"finish_reason":"tool_calls"}]}' }
        Add-Call
        Add-Call
        Add-Text 'four'
        Start-Chat '-Tools Get-Half' -Before 'function Get-Half([int] $Of) { $Of / 2 }'
        Send-Line 'half of 8'
        Wait-Screen '(?s)\[tool\] Get-Half\(\{"Of":8\}\)\n.*Call the tool Get-Half \{"Of":8\}\?.*\[Y\] Yes.*default is "Y"\):$'
        Send-Key C-c
        Wait-Screen '(?s)not answered.*\n> half of 8$'
        Send-Key Enter
        Wait-Screen '(?s)Call the tool.*Call the tool.*default is "Y"\): *$'
        Send-Line 'y'
        Wait-Screen '(?m)^four'
        (Get-Said 2)[-1] | Should -Be 'tool: 4'
    }

    It 'stays right when the window changes' {
        Add-Text ('word ' * 40)
        Add-Text ('next ' * 40)
        Start-Chat -Width 100
        Send-Line 'a'
        Wait-Screen '(?s)word word.*\n>$'
        Set-TerminalSize 40 30
        Send-Line 'b'
        Wait-Screen '(?s)(next ){7}next\n.*\n>$'
        (Get-Screen) -split "`n" | Where-Object { $_ -match 'next' } | ForEach-Object { $_.Length | Should -BeLessOrEqual 40 }
    }

    It 'reads lines as the host does where there is no PSReadLine' {
        'one', 'two' | ForEach-Object { Add-Text $_ }
        Start-Chat -Before 'Remove-Module PSReadLine'
        Send-Line "don't"
        Wait-Screen '(?m)^one'
        Get-Said 0 | Should -Be "user: don't"
    }
}
