# What a model may try with tools: odd arguments, endless calls, names, and a user who is absent.
BeforeDiscovery {
    $odd = @(
        @{ What = 'a number'; Json = '5' }
        @{ What = 'a truth value'; Json = 'true' }
        @{ What = 'a list'; Json = '[1]' }
        @{ What = '1e400'; Json = '1e400' }
        @{ What = 'a number as text'; Json = '"5"' }
        @{ What = 'null as text'; Json = '"null"' }
        @{ What = 'a list as text'; Json = '"[1]"' }
        @{ What = 'a text as text'; Json = '"\"x\""' }
        @{ What = 'two objects'; Json = '"{}{}"' }
        @{ What = 'half an object'; Json = '"{\"Days\":"' }
        @{ What = 'an object without end'; Json = '"' + '{\"Any\":' * 2000 + '1' + '}' * 2000 + '"' }
        @{ What = '1e400 for a whole number'; Json = '"{\"Days\":1e400}"' }
        @{ What = '1e400 for a number'; Json = '"{\"Part\":1e400}"' }
        @{ What = '1e39 for a small number'; Json = '"{\"Small\":1e39}"' }
        @{ What = '1e400 for anything'; Json = '"{\"Any\":1e400}"' }
        @{ What = '-1e400 deep in anything'; Json = '"{\"Any\":[{\"a\":-1e400}]}"' }
        @{ What = '1e400 in an object that is no text'; Json = '{"Any":1e400}' }
        @{ What = 'an exponent without end'; Json = '"{\"Days\":1e999999999999}"' }
        @{ What = 'an integer that is too large'; Json = '"{\"Days\":99999999999999999999}"' }
        @{ What = 'an integer of 5000 digits'; Json = '"{\"Any\":' + '9' * 5000 + '}"' }
        @{ What = 'an integer of 5000 digits for a whole number'; Json = '"{\"Days\":' + '9' * 5000 + '}"' }
    )
    $each = foreach ($case in $odd) {
        foreach ($command in 'Invoke-OpenAIChatCompletion', 'Invoke-OpenAIResponse') {
            foreach ($stream in $true, $false) { $case + @{ Command = $command; Streamed = $stream } }
        }
    }
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer

    function Use-Odd { param([int] $Days, [double] $Part, [float] $Small, $Any) $script:ran++; 'ran' }

    # An answer with calls of a tool, each with this JSON as its arguments, and then an answer without calls.
    function Add-Call([string] $Command, [bool] $Streamed, [string[]] $Json, [string] $Name = 'Use-Odd') {
        $at = 0
        $calls = foreach ($one in $Json) {
            if ($Command -like '*Response') { "{`"type`":`"function_call`",`"id`":`"f$at`",`"call_id`":`"c$at`",`"name`":`"$Name`",`"status`":`"completed`",`"arguments`":$one}" }
            else { "{`"index`":$at,`"id`":`"c$at`",`"type`":`"function`",`"function`":{`"name`":`"$Name`",`"arguments`":$one}}" }
            $at++
        }
        $calls = $calls -join ','
        if ($Command -like '*Response') {
            $whole = "{`"id`":`"r1`",`"object`":`"response`",`"status`":`"completed`",`"output`":[$calls]}"
            $last = '{"id":"r2","object":"response","status":"completed","output":[{"type":"message","id":"m","role":"assistant","content":[{"type":"output_text","text":"done"}]}]}'
            if ($Streamed) { $whole, $last | ForEach-Object { Add-StreamReply "{`"type`":`"response.completed`",`"response`":$_}" } }
            else { $whole, $last | ForEach-Object { Add-JsonReply 200 $_ } }
        }
        elseif ($Streamed) {
            Add-StreamReply "{`"id`":`"i`",`"choices`":[{`"index`":0,`"delta`":{`"role`":`"assistant`",`"tool_calls`":[$calls]},`"finish_reason`":null}]}", '{"id":"i","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}'
            Add-StreamReply ('done' | ConvertTo-Chunk), (ConvertTo-Chunk '' -FinishReason stop)
        }
        else {
            Add-JsonReply 200 "{`"id`":`"i`",`"choices`":[{`"index`":0,`"message`":{`"role`":`"assistant`",`"tool_calls`":[$calls]},`"finish_reason`":`"tool_calls`"}]}"
            Add-JsonReply 200 (ConvertTo-Answer 'done')
        }
    }

    # The results that the model got for its calls.
    function Get-Told {
        $json = @(Get-SentRequest)[-1].Json
        $json.messages | Where-Object role -EQ tool | ForEach-Object content
        $json.input | Where-Object type -EQ function_call_output | ForEach-Object output
    }
}
AfterAll { Stop-TestServer }

Describe 'Unusual arguments' {
    BeforeEach {
        Reset-TestServer
        $script:ran = 0
    }

    It 'are reported to the model, and the conversation continues: <What>, <Command>, streamed <Streamed>' -ForEach $each {
        Add-Call $Command $Streamed $Json
        $answer = & $Command 'hi' -Tools Use-Odd -InvokeTools -Stream:$Streamed
        Get-SentRequest | Should -HaveCount 2
        @(Get-Told) | Should -HaveCount 1
        Get-Told | Should -BeLike 'Error: *'
        (Get-Told).Length | Should -BeLessThan 400
        $ran | Should -Be 0
        if (-not $Streamed) { $answer.Text | Should -Be 'done' }
        $Error | Should -BeNullOrEmpty
    }

    It 'are none if a service says so in its own way: <Json>' -ForEach @{ Json = 'null' }, @{ Json = '""' }, @{ Json = '{}' }, @{ Json = '[]' } {
        foreach ($command in 'Invoke-OpenAIChatCompletion', 'Invoke-OpenAIResponse') {
            foreach ($streamed in $true, $false) {
                Reset-TestServer
                Add-Call $command $streamed $Json
                $null = & $command 'hi' -Tools Use-Odd -InvokeTools -Stream:$streamed
                Get-Told | Should -Be 'ran'
            }
        }
    }
}

Describe 'Too many calls' {
    BeforeEach {
        Reset-TestServer
        $script:ran = 0
    }

    It 'are not run if one answer requests more than the limit: <Command>, streamed <Streamed>' -ForEach @(
        foreach ($command in 'Invoke-OpenAIChatCompletion', 'Invoke-OpenAIResponse') { foreach ($streamed in $true, $false) { @{ Command = $command; Streamed = $streamed } } }
    ) {
        Add-Call $Command $Streamed (, '"{}"' * 101)
        { & $Command 'hi' -Tools Use-Odd -InvokeTools -Stream:$Streamed } | Should -Throw -ErrorId 'ToolCallLimit,*' -ExpectedMessage '*101 tool calls in one answer*the limit is 100*-MaximumToolCalls*'
        $ran | Should -Be 0
        Get-SentRequest | Should -HaveCount 1
    }

    It 'are run up to the limit' {
        Add-Call Invoke-OpenAIChatCompletion $false (, '"{}"' * 100)
        (Invoke-OpenAIChatCompletion 'hi' -Tools Use-Odd -InvokeTools).Text | Should -Be 'done'
        $ran | Should -Be 100
    }

    It 'have a limit that can be set' {
        Add-Call Invoke-OpenAIResponse $false (, '"{}"' * 3)
        { Invoke-OpenAIResponse 'hi' -Tools Use-Odd -InvokeTools -MaximumToolCalls 2 } | Should -Throw -ErrorId 'ToolCallLimit,*' -ExpectedMessage '*3 tool calls*the limit is 2*'
        Reset-TestServer
        Add-Call Invoke-OpenAIResponse $false (, '"{}"' * 101)
        (Invoke-OpenAIResponse 'hi' -Tools Use-Odd -InvokeTools -MaximumToolCalls 101).Text | Should -Be 'done'
    }

    It 'do not end the other prompts of a pipeline' {
        Add-Call Invoke-OpenAIChatCompletion $false '"{}"', '"{}"'
        $answers = 'one', 'two' | Invoke-OpenAIChatCompletion -Tools Use-Odd -InvokeTools -MaximumToolCalls 1 -ErrorVariable failed -ErrorAction SilentlyContinue
        $answers.Text | Should -Be 'done'
        $failed.FullyQualifiedErrorId | Should -BeLike 'ToolCallLimit,*'
    }

    It 'are limited only if tools are run' {
        { Invoke-OpenAIChatCompletion 'hi' -Tools Use-Odd -MaximumToolCalls 5 } | Should -Throw '*-MaximumToolCalls limits what -InvokeTools does*'
        Get-SentRequest | Should -BeNullOrEmpty
    }
}

Describe 'The name of a tool' {
    BeforeEach { Reset-TestServer }

    It 'does not end in a line break' {
        { ConvertTo-OpenAITool Use-Odd -Name "odd`n" -ErrorAction Stop } | Should -Throw '*cannot be the name of a tool*'
        { ConvertTo-OpenAITool Use-Odd -Name "odd`r`n" -ErrorAction Stop } | Should -Throw '*cannot be the name of a tool*'
        { ConvertTo-OpenAITool Use-Odd -Name "odd`n`n" -ErrorAction Stop } | Should -Throw '*cannot be the name of a tool*'
    }

    It 'does not match one with a line break that a model requests' {
        $script:ran = 0
        Add-Call Invoke-OpenAIChatCompletion $false '"{}"' -Name 'Use-Odd\n'
        (Invoke-OpenAIChatCompletion 'hi' -Tools Use-Odd -InvokeTools).Text | Should -Be 'done'
        Get-Told | Should -BeLike 'Error: There is no tool named*'
        $ran | Should -Be 0
    }
}

Describe 'A tool that prompts in an unattended session' {
    BeforeAll {
        # A process whose input is open and silent: reading a line from it waits forever.
        function Start-Unattended([string] $Body, [string[]] $Switch = @()) {
            $file = Join-Path $TestDrive 'unattended.ps1'
            Set-Content $file @"
                Import-Module '$(Get-BuiltModule)'
                Connect-OpenAI -BaseUri '$((Get-OpenAIConnection Default).BaseUri)' -MaximumRetryCount 0
                function Get-Inner { param([Parameter(Mandatory)] `$Need) `$Need }
                function Remove-Hard { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param() if (`$PSCmdlet.ShouldProcess('x')) { 'removed' } }
                `$tool = ConvertTo-OpenAITool { $Body } -Name asking
                (Invoke-OpenAIChatCompletion hi -Tools `$tool -InvokeTools -WarningVariable warned -WarningAction SilentlyContinue).Text
                "WARNED `$warned"
                "HOST `$(`$host.Name)"
"@
            $start = [Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
            $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
            '-NoProfile', $Switch, '-File', $file | ForEach-Object { $_ } | ForEach-Object { $start.ArgumentList.Add($_) }
            $process = [Diagnostics.Process]::Start($start)
            try {
                $output = $process.StandardOutput.ReadToEndAsync()
                if (-not $output.Wait(60000)) { throw 'It hangs.' }
                $output.Result
            }
            finally {
                $process.Kill()
                $process.Dispose()
            }
        }
    }

    BeforeEach {
        Reset-TestServer
        Add-Call Invoke-OpenAIChatCompletion $false '"{}"' -Name asking
    }

    It 'is refused, which is reported to the model and the user: <Body> <Switch>' -ForEach @(
        @{ Body = 'Read-Host Password'; Told = '*nobody to prompt*Password*'; Warned = "*'asking' prompted for Password*" }
        @{ Body = 'Read-Host -AsSecureString'; Told = '*nobody to prompt*a secret*'; Warned = "*'asking' prompted for a secret*" }
        @{ Body = 'Get-Credential'; Told = '*nobody to prompt*a credential*'; Warned = "*'asking' prompted for a credential*" }
        @{ Body = 'Get-Inner'; Told = '*missing mandatory parameters: Need*'; Warned = "*'asking' prompted for Need*" }
        @{ Body = 'Remove-Hard'; Told = '*nobody to prompt*a choice*'; Warned = "*'asking' prompted for a choice*" }
        @{ Body = 'Read-Host'; Switch = '-NonInteractive'; Told = '*nobody to prompt*a line*'; Warned = "*'asking' prompted for a line*" }
        @{ Body = 'try { Read-Host } catch { 1 }'; Told = '1'; Warned = "*'asking' prompted for a line*" }
    ) {
        $output = Start-Unattended $Body @($Switch).Where({ $_ })
        $output | Should -BeLike "done*WARNED $Warned*HOST ConsoleHost*"
        Get-Told | Should -BeLike $Told
    }

    It 'can write as usual, and end the session' {
        $output = Start-Unattended 'Write-Host shown; Write-Verbose spoken -Verbose; $host.Name; $host.SetShouldExit(7)'
        $output | Should -BeLike '*shown*'
        $output | Should -BeLike '*spoken*'
        Get-Told | Should -BeLike '*ConsoleHost*'
    }

    It 'is refused in a runspace without a host too' {
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript({
                param($module, $address)
                Import-Module $module
                Connect-OpenAI -BaseUri $address -MaximumRetryCount 0
                (Invoke-OpenAIChatCompletion hi -Tools (ConvertTo-OpenAITool { Read-Host Password } -Name asking) -InvokeTools).Text
            }).AddArgument((Get-BuiltModule)).AddArgument((Get-OpenAIConnection Default).BaseUri)
            $shell.Invoke() | Should -Be 'done'
            $shell.Streams.Warning.Message | Should -BeLike "*'asking' prompted for Password*"
        }
        finally { $shell.Dispose() }
        Get-Told | Should -BeLike '*nobody to prompt*'
    }
}
