BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer

    function ConvertTo-ToolCall([string] $Name, $Arguments, [string] $Id = 'call_1', [int] $Index = 0) {
        $json = if ($Arguments -is [string]) { $Arguments } else { ConvertTo-Json $Arguments -Compress -Depth 5 }
        @{ index = $Index; id = $Id; type = 'function'; function = @{ name = $Name; arguments = $json } }
    }

    # One answer with tool calls: streamed, with its arguments in two pieces, or whole.
    function Add-ToolReply([hashtable[]] $Call, [switch] $Whole) {
        if ($Whole) {
            $Call | ForEach-Object { $_.Remove('index') }
            $message = @{ role = 'assistant'; content = $null; tool_calls = $Call }
            Add-JsonReply 200 (@{ id = 'id-t'; model = 'm'; choices = @(@{ index = 0; message = $message; finish_reason = 'tool_calls' }) } | ConvertTo-Json -Depth 9)
            return
        }

        $chunks = foreach ($one in $Call) {
            $text = $one.function.arguments
            $half = [int] [math]::Floor($text.Length / 2)
            $one.function.arguments = $text.Substring(0, $half)
            @{ id = 'id-t'; choices = @(@{ index = 0; delta = @{ role = 'assistant'; content = $null; tool_calls = @($one) }; finish_reason = $null }) } | ConvertTo-Json -Depth 9 -Compress
            $rest = @{ index = $one.index; function = @{ arguments = $text.Substring($half) } }
            @{ id = 'id-t'; choices = @(@{ index = 0; delta = @{ tool_calls = @($rest) }; finish_reason = $null }) } | ConvertTo-Json -Depth 9 -Compress
        }
        $last = @{ id = 'id-t'; choices = @(@{ index = 0; delta = @{}; finish_reason = 'tool_calls' }) } | ConvertTo-Json -Depth 9 -Compress
        Add-StreamReply @($chunks; $last)
    }

    function Add-TextReply([string] $Text = 'done') {
        Add-StreamReply ($Text | ConvertTo-Chunk), (ConvertTo-Chunk '' -FinishReason stop)
    }

    # The tools' results in the last request.
    function Get-ToolMessage {
        @(@(Get-SentRequest)[-1].Json.messages | Where-Object role -EQ tool)
    }

    function Get-Weather {
        [CmdletBinding()]
        param([Parameter(Mandatory)] [string] $City, [ValidateRange(1, 7)] [int] $Days = 1, [switch] $Force, [string[]] $Tag, [hashtable] $More)
        $bound = @{}
        $PSBoundParameters.GetEnumerator() | ForEach-Object { $bound[$_.Key] = $_.Value }
        $script:calls += $bound
        "sunny in $City for $Days"
    }
}
AfterAll { Stop-TestServer }

Describe 'Invoke-OpenAIChatCompletion -InvokeTools' {
    BeforeEach {
        Reset-TestServer
        $script:calls = @()
    }

    It 'runs the tool and continues in the same pipeline' {
        Add-ToolReply (ConvertTo-ToolCall Get-Weather @{ City = 'Oslo'; Days = 3 })
        Add-TextReply 'Take sunglasses.'
        $chunks = Invoke-OpenAIChatCompletion 'Weather?' -Tools Get-Weather -InvokeTools -Stream

        -join $chunks.Text | Should -Be 'Take sunglasses.'
        $chunks.FinishReason | Where-Object { $_ } | Should -Be 'tool_calls', 'stop'
        $first, $second = Get-SentRequest
        $first.Json.tools[0].function.name | Should -Be 'Get-Weather'
        $second.Json.tools[0].function.name | Should -Be 'Get-Weather'
        $second.Json.messages.role | Should -Be 'user', 'assistant', 'tool'
        $second.Json.messages[1].tool_calls[0].function.arguments | ConvertFrom-Json | ForEach-Object City | Should -Be 'Oslo'
        $second.Json.messages[1].tool_calls[0].Keys | Should -Not -Contain 'index' -Because 'services refuse it in a request'
        $second.Json.messages[2].tool_call_id | Should -Be 'call_1'
        $second.Json.messages[2].content | Should -Be 'sunny in Oslo for 3'
        $Error | Should -BeNullOrEmpty
    }

    It 'returns the last answer without -Stream' {
        Add-ToolReply (ConvertTo-ToolCall Get-Weather @{ City = 'Oslo' }) -Whole
        Add-JsonReply 200 (ConvertTo-Answer 'Take sunglasses.')
        $answer = Invoke-OpenAIChatCompletion 'Weather?' -Tools Get-Weather -InvokeTools
        @($answer) | Should -HaveCount 1
        $answer.Text | Should -Be 'Take sunglasses.'
        $answer.Messages.Role | Should -Be 'user', 'assistant', 'tool', 'assistant'
    }

    It 'joins to the last answer, with the whole conversation' {
        Add-ToolReply (ConvertTo-ToolCall Get-Weather @{ City = 'Oslo' })
        Add-TextReply 'Take sunglasses.'
        $answer = Invoke-OpenAIChatCompletion 'Weather?' -Tools Get-Weather -InvokeTools -Stream | Join-OpenAIChunk
        $answer.Text | Should -Be 'Take sunglasses.'
        $answer.Choices[0].Message.ToolCalls | Should -BeNullOrEmpty
        $answer.Messages.Role | Should -Be 'user', 'assistant', 'tool', 'assistant'
    }

    It 'answers parallel calls in order' {
        Add-ToolReply (ConvertTo-ToolCall Get-Weather @{ City = 'Oslo' } -Id a), (ConvertTo-ToolCall Get-Weather @{ City = 'Rome' } -Id b -Index 1)
        Add-TextReply
        $null = Invoke-OpenAIChatCompletion 'Weather?' -Tools Get-Weather -InvokeTools -Stream
        (Get-ToolMessage).tool_call_id | Should -Be 'a', 'b'
        (Get-ToolMessage).content | Should -Be 'sunny in Oslo for 1', 'sunny in Rome for 1'
    }

    It 'passes values unchanged: <What>' -ForEach @(
        @{ What = 'a subexpression'; Value = '$(Remove-Item x)' }
        @{ What = 'a quote and a command'; Value = "'; Get-Process; '" }
        @{ What = 'something like a parameter'; Value = '-Force' }
        @{ What = 'a script block'; Value = '{ throw 1 }' }
        @{ What = 'backticks, quotes and line ends'; Value = "`` `" `$env:HOME`n;exit 1" }
    ) {
        Add-ToolReply (ConvertTo-ToolCall Get-Weather @{ City = $Value; Tag = @($Value, 'b'); More = @{ deep = @{ er = $Value } } })
        Add-TextReply
        $null = Invoke-OpenAIChatCompletion 'Weather?' -Tools Get-Weather -InvokeTools -Stream
        $calls | Should -HaveCount 1
        $calls[0].City | Should -BeExactly $Value
        $calls[0].Tag | Should -BeExactly $Value, 'b'
        $calls[0].More.deep.er | Should -BeExactly $Value
        $calls[0].Keys | Should -Not -Contain 'Force'
        $Error | Should -BeNullOrEmpty
    }

    It 'does not run a call with <What>, and reports the reason to the model' -ForEach @(
        @{ What = 'a parameter that is not declared'; Arguments = @{ City = 'x'; Path = '/' }; Reason = "*no parameter 'Path'*City, Days*" }
        @{ What = '-WhatIf from the model'; Arguments = @{ City = 'x'; WhatIf = $false }; Reason = "*no parameter 'WhatIf'*" }
        @{ What = 'a common parameter'; Arguments = @{ City = 'x'; OutVariable = 'calls' }; Reason = "*no parameter 'OutVariable'*" }
        @{ What = 'a part of a name'; Arguments = @{ Cit = 'x' }; Reason = "*no parameter 'Cit'*" }
        @{ What = 'a name with a dash'; Arguments = @{ City = 'x'; '-Force' = $true }; Reason = "*no parameter '-Force'*" }
        @{ What = 'a parameter given twice'; Arguments = '{"City":"x","city":"y"}'; Reason = "*'City' is specified twice*" }
        @{ What = 'a mandatory parameter missing'; Arguments = @{ Days = 2 }; Reason = '*Missing: City*' }
        @{ What = 'a value out of range'; Arguments = @{ City = 'x'; Days = 99 }; Reason = "*parameter 'Days'*99*" }
        @{ What = 'a value of the wrong type'; Arguments = @{ City = 'x'; Days = 'many' }; Reason = "*parameter 'Days'*many*" }
        @{ What = 'arguments that are not JSON'; Arguments = '{"City":'; Reason = '*not a JSON object*' }
        @{ What = 'arguments that are a list'; Arguments = '["x"]'; Reason = '*not a JSON object*' }
    ) {
        Add-ToolReply (ConvertTo-ToolCall Get-Weather $Arguments)
        Add-TextReply
        $null = Invoke-OpenAIChatCompletion 'Weather?' -Tools Get-Weather -InvokeTools -Stream
        $calls | Should -BeNullOrEmpty
        (Get-ToolMessage).content | Should -BeLike "Error: $Reason"
    }

    It 'runs only the specified commands' {
        Add-ToolReply (ConvertTo-ToolCall Get-Process @{})
        Add-TextReply
        $null = Invoke-OpenAIChatCompletion 'hi' -Tools Get-Weather -InvokeTools -Stream
        (Get-ToolMessage).content | Should -BeLike "Error: There is no tool named 'Get-Process'*Get-Weather*"
    }

    It 'offers only chosen parameters, and binds only those' {
        Add-ToolReply (ConvertTo-ToolCall Get-Weather @{ City = 'x'; Force = $true })
        Add-TextReply
        $null = Invoke-OpenAIChatCompletion 'hi' -Tools (ConvertTo-OpenAITool Get-Weather -ParameterName City) -InvokeTools -Stream
        (Get-ToolMessage).content | Should -BeLike "Error: There is no parameter 'Force'*"
    }

    It 'sends <What> as text' -ForEach @(
        @{ What = 'nothing'; Tool = { }; Text = '(no output)' }
        @{ What = 'null'; Tool = { $null }; Text = 'null' }
        @{ What = 'several texts'; Tool = { 'a', 'b' }; Text = "a`nb" }
        @{ What = 'a number'; Tool = { 42 }; Text = '42' }
        @{ What = 'an object'; Tool = { [pscustomobject]@{ A = 1; B = @{ C = @('x') } } }; Text = '{"A":1,"B":{"C":["x"]}}' }
        @{ What = 'several objects'; Tool = { @{ A = 1 }; @{ A = $true } }; Text = '[{"A":1},{"A":true}]' }
        @{ What = 'values of other kinds'; Tool = { [timespan]'1:00'; [double]::NaN; [DBNull]::Value; [bigint] 5; [DayOfWeek]::Monday }; Text = '["01:00:00","NaN",null,5,"Monday"]' }
        @{ What = 'a non-terminating error'; Tool = { Write-Error 'odd'; 'rest' }; Text = "rest`nError: odd" }
        @{ What = 'a terminating error'; Tool = { 'part'; throw 'bang' }; Text = "part`nError: bang" }
        @{ What = 'what came before a break'; Tool = { 'part'; break }; Text = 'part' }
        @{ What = 'what came before an exit'; Tool = { 'part'; exit 3 }; Text = "part`nExit code: 3" }
    ) {
        Add-ToolReply (ConvertTo-ToolCall probe '')
        Add-TextReply 'after'
        $chunks = Invoke-OpenAIChatCompletion 'hi' -Tools (ConvertTo-OpenAITool $Tool -Name probe) -InvokeTools -Stream
        (Get-ToolMessage).content | Should -BeExactly $Text
        -join $chunks.Text | Should -Be 'after'
    }

    It 'sends a file as its properties, not as the tree it is in' {
        Set-Content TestDrive:/a.txt hello
        $file = (Get-Item TestDrive:/a.txt).FullName
        Add-ToolReply (ConvertTo-ToolCall stat @{ Path = $file })
        Add-TextReply
        $null = Invoke-OpenAIChatCompletion 'hi' -Tools (ConvertTo-OpenAITool Get-Item -Name stat -ParameterName Path) -InvokeTools -Stream
        $told = (Get-ToolMessage).content | ConvertFrom-Json
        $told.Name | Should -Be 'a.txt'
        $told.Length | Should -BeGreaterThan 4
        $told.PSObject.Properties.Name | Should -Not -Contain 'PSDrive'
        $told.PSObject.Properties.Name | Should -Not -Contain 'Directory'
    }

    It "passes the tool's warnings and host output to the user, not to the model" {
        $tool = ConvertTo-OpenAITool { Write-Warning 'careful'; Write-Host 'look'; 'result' } -Name talk
        Add-ToolReply (ConvertTo-ToolCall talk '')
        Add-TextReply
        $all = Invoke-OpenAIChatCompletion 'hi' -Tools $tool -InvokeTools -Stream 3>&1 6>&1
        $all | Where-Object { $_ -is [Management.Automation.WarningRecord] } | Should -BeLike 'careful'
        $all | Where-Object { $_ -is [Management.Automation.InformationRecord] } | Should -BeLike 'look'
        (Get-ToolMessage).content | Should -Be 'result'
    }

    It 'runs a tool where it was created, with its variables' {
        $secret = 'from the caller'
        Add-ToolReply (ConvertTo-ToolCall reveal '')
        Add-TextReply
        $null = Invoke-OpenAIChatCompletion 'hi' -Tools (ConvertTo-OpenAITool { $secret }.GetNewClosure() -Name reveal) -InvokeTools -Stream
        (Get-ToolMessage).content | Should -Be 'from the caller'
    }

    It 'prompts with -Confirm, and tells the model if the user declined' {
        # A host that answers No to every prompt.
        $source = @'
        using System; using System.Collections.Generic; using System.Collections.ObjectModel; using System.Globalization; using System.Management.Automation; using System.Management.Automation.Host; using System.Security;
        public sealed class NoHost : PSHost { readonly NoUI _ui = new NoUI(); public NoUI NoUI { get { return _ui; } }
          public override CultureInfo CurrentCulture { get { return CultureInfo.InvariantCulture; } } public override CultureInfo CurrentUICulture { get { return CultureInfo.InvariantCulture; } }
          public override Guid InstanceId { get; } = Guid.NewGuid(); public override string Name { get { return "No"; } } public override Version Version { get { return new Version(1, 0); } } public override PSHostUserInterface UI { get { return _ui; } }
          public override void EnterNestedPrompt() { } public override void ExitNestedPrompt() { } public override void NotifyBeginApplication() { } public override void NotifyEndApplication() { } public override void SetShouldExit(int c) { } }
        public sealed class NoUI : PSHostUserInterface { public List<string> Questions = new List<string>();
          public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int d) { Questions.Add(message); for (int i = 0; i < choices.Count; i++) if (choices[i].Label == "&No") return i; return d; }
          public override Dictionary<string, PSObject> Prompt(string c, string m, Collection<FieldDescription> d) { throw new NotSupportedException(); } public override PSCredential PromptForCredential(string c, string m, string u, string t) { return null; } public override PSCredential PromptForCredential(string c, string m, string u, string t, PSCredentialTypes a, PSCredentialUIOptions o) { return null; }
          public override PSHostRawUserInterface RawUI { get { return null; } } public override string ReadLine() { return ""; } public override SecureString ReadLineAsSecureString() { return null; }
          public override void Write(string v) { } public override void Write(ConsoleColor f, ConsoleColor b, string v) { } public override void WriteLine(string v) { } public override void WriteErrorLine(string v) { } public override void WriteDebugLine(string v) { } public override void WriteProgress(long s, ProgressRecord r) { } public override void WriteVerboseLine(string v) { } public override void WriteWarningLine(string v) { } }
'@
        if (-not ('NoHost' -as [type])) { Add-Type $source }
        Add-ToolReply (ConvertTo-ToolCall probe @{ X = "a`nb$([char]0x1b)[2K$([char]0x9b)$([char]0x202e)c" })
        Add-TextReply
        $noHost = [NoHost]::new()
        $runspace = [runspacefactory]::CreateRunspace($noHost)
        $runspace.Open()
        $shell = [powershell]::Create($runspace)
        $null = $shell.AddScript("Import-Module '$(Get-BuiltModule)'; function probe(`$X) { 'ran' }; Invoke-OpenAIChatCompletion hi -Tools probe -InvokeTools -Stream -Confirm").Invoke()
        $shell.Streams.Error | Should -BeNullOrEmpty
        $runspace.Dispose()
        $noHost.NoUI.Questions | Should -HaveCount 1
        $noHost.NoUI.Questions | Should -Be 'Call the tool probe {"X":"a\nb\u001B[2K\u009B<U+202E>c"}?' -Because 'nothing may make it look like another call'
        (Get-ToolMessage).content | Should -Be 'Not run: the user declined this call.'
    }

    It 'ends with an error if the model requests tools endlessly' {
        1..3 | ForEach-Object { Add-ToolReply (ConvertTo-ToolCall Get-Weather @{ City = "c$_" }) }
        { Invoke-OpenAIChatCompletion 'hi' -Tools Get-Weather -InvokeTools -MaximumToolRounds 2 -Stream } | Should -Throw -ErrorId 'ToolRoundLimit,*' -ExpectedMessage '*2 rounds*-MaximumToolRounds*'
        $calls | Should -HaveCount 2
        (Get-SentRequest) | Should -HaveCount 3
    }

    It 'lets other prompts of the pipeline continue after the limit' {
        Add-ToolReply (ConvertTo-ToolCall Get-Weather @{ City = 'a' }) -Whole
        Add-ToolReply (ConvertTo-ToolCall Get-Weather @{ City = 'b' }) -Whole
        Add-JsonReply 200 (ConvertTo-Answer 'second')
        $answers = 'one', 'two' | Invoke-OpenAIChatCompletion -Tools Get-Weather -InvokeTools -MaximumToolRounds 1 -ErrorVariable failed -ErrorAction SilentlyContinue
        $answers.Text | Should -Be 'second'
        $failed.FullyQualifiedErrorId | Should -BeLike 'ToolRoundLimit,*'
    }

    It 'forces a tool once only' {
        Add-ToolReply (ConvertTo-ToolCall Get-Weather @{ City = 'a' })
        Add-TextReply
        $null = Invoke-OpenAIChatCompletion 'hi' -Tools Get-Weather -ToolChoice get-weather -InvokeTools -Stream
        $first, $second = Get-SentRequest
        $first.Json.tool_choice.function.name | Should -BeExactly 'Get-Weather'
        $second.Json.tool_choice | Should -Be 'auto'
    }

    It 'leaves a tool without a command to the caller' {
        Add-ToolReply (ConvertTo-ToolCall theirs @{ a = 1 }) -Whole
        $answer = Invoke-OpenAIChatCompletion 'hi' -InvokeTools -Tools @{ type = 'function'; function = @{ name = 'theirs'; parameters = @{ type = 'object' } } }
        $answer.FinishReason | Should -Be 'tool_calls'
        $answer.Choices[0].Message.ToolCalls[0].Function.Name | Should -Be 'theirs'
        Get-SentRequest | Should -HaveCount 1
    }

    It 'does not run an incomplete call' {
        $cut = @{ id = 'x'; choices = @(@{ index = 0; message = @{ role = 'assistant'; tool_calls = @(ConvertTo-ToolCall Get-Weather @{ City = 'O' }) }; finish_reason = 'length' }) }
        Add-JsonReply 200 ($cut | ConvertTo-Json -Depth 9)
        (Invoke-OpenAIChatCompletion 'hi' -Tools Get-Weather -InvokeTools).FinishReason | Should -Be 'length'
        $calls | Should -BeNullOrEmpty
    }

    It 'stops when Select-Object has had enough, and sends nothing more' {
        Add-ToolReply (ConvertTo-ToolCall Get-Weather @{ City = 'a' })
        Invoke-OpenAIChatCompletion 'hi' -Tools Get-Weather -InvokeTools -Stream | Select-Object -First 1 | Should -HaveCount 1
        $calls | Should -BeNullOrEmpty
        Get-SentRequest | Should -HaveCount 1
        $Error | Should -BeNullOrEmpty
    }

    It 'stops with everything else when Ctrl+C comes while a tool <What>' -ForEach @(
        @{ What = 'waits'; Body = 'Start-Sleep 60' }
        @{ What = 'works'; Body = 'while ($true) { }' }
    ) {
        Add-ToolReply (ConvertTo-ToolCall slow '')
        $runspace = [runspacefactory]::CreateRunspace()
        $runspace.Open()
        $seen = [hashtable]::Synchronized(@{})
        $runspace.SessionStateProxy.SetVariable('seen', $seen)
        $shell = [powershell]::Create($runspace)
        $null = $shell.AddScript(@"
            Import-Module '$(Get-BuiltModule)'
            function slow { `$seen.begun = `$true; try { $Body } finally { `$seen.ended = `$true } }
            Invoke-OpenAIChatCompletion hi -Tools slow -InvokeTools -Stream
"@)
        $null = $shell.BeginInvoke()
        $deadline = [DateTime]::UtcNow.AddSeconds(30)
        while (-not $seen.begun -and [DateTime]::UtcNow -lt $deadline) { Start-Sleep -Milliseconds 20 }
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()
        $watch.ElapsedMilliseconds | Should -BeLessThan 2000
        $seen.ended | Should -BeTrue
        $runspace.SessionStateProxy.GetVariable('Error') | Should -BeNullOrEmpty
        Get-SentRequest | Should -HaveCount 1
        $shell.Dispose()
        $runspace.Dispose()
    }
}

Describe 'Invoke-OpenAIChatCompletion -Tools' {
    BeforeEach { Reset-TestServer }

    It 'takes <What>' -ForEach @(
        @{ What = 'a name'; Tool = { 'Get-Weather' } }
        @{ What = 'a command'; Tool = { Get-Command Get-Weather } }
        @{ What = 'a tool'; Tool = { ConvertTo-OpenAITool Get-Weather } }
        @{ What = 'a hashtable'; Tool = { @{ type = 'function'; function = @{ name = 'Get-Weather' } } } }
        @{ What = 'an object'; Tool = { [pscustomobject]@{ type = 'function'; function = [pscustomobject]@{ name = 'Get-Weather' } } } }
    ) {
        Add-ToolReply (ConvertTo-ToolCall Get-Weather @{ City = 'Oslo' })
        $chunks = Invoke-OpenAIChatCompletion 'hi' -Tools (& $Tool) -Stream
        ($chunks | Join-OpenAIChunk).Choices[0].Message.ToolCalls[0].Function.Arguments | Should -Be '{"City":"Oslo"}'
        (Get-SentRequest).Json.tools[0].function.name | Should -Be 'Get-Weather'
    }

    It 'refuses <What> before anything is sent' -ForEach @(
        @{ What = 'a script block, which has no name'; Call = { Invoke-OpenAIChatCompletion hi -Tools { 1 } }; Says = '*ConvertTo-OpenAITool*-Name*' }
        @{ What = 'a command that is not there'; Call = { Invoke-OpenAIChatCompletion hi -Tools No-Such }; Says = "*no command named 'No-Such'*" }
        @{ What = 'two tools of one name'; Call = { Invoke-OpenAIChatCompletion hi -Tools Get-Date, Get-Date }; Says = "*named 'Get-Date'*" }
        @{ What = '-InvokeTools without tools'; Call = { Invoke-OpenAIChatCompletion hi -InvokeTools }; Says = '*-Tools*' }
        @{ What = '-InvokeTools with -NoEnumerate'; Call = { Invoke-OpenAIChatCompletion hi -Tools Get-Date -InvokeTools -Stream -NoEnumerate }; Says = '*-NoEnumerate*' }
        @{ What = '-InvokeTools with several answers'; Call = { Invoke-OpenAIChatCompletion hi -Tools Get-Date -InvokeTools -N 2 }; Says = '*-N*' }
        @{ What = 'a choice that is no tool'; Call = { Invoke-OpenAIChatCompletion hi -Tools Get-Date -ToolChoice Get-Process }; Says = "*'Get-Process' is not one of*" }
    ) {
        $Call | Should -Throw -ExpectedMessage $Says
        Get-SentRequest | Should -BeNullOrEmpty
    }
}
