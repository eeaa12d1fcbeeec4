BeforeDiscovery {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    Import-BuiltModule
    $models = [OpenAIStream.JsonModel].Assembly.GetExportedTypes() |
        Where-Object { $_.IsSubclassOf([OpenAIStream.JsonModel]) -and -not $_.IsAbstract } |
        ForEach-Object { @{ Name = $_.Name; Type = $_ } }
    $orders = @(
        @{ Type = 'ChatCompletion'; Names = 'Text', 'FinishReason', 'Model', 'Usage', 'Id', 'Created', 'Object', 'SystemFingerprint', 'ServiceTier', 'Choices', 'Input', 'InputIndex', 'Timing', 'Messages', 'Parsed' }
        @{ Type = 'ChatCompletionChunk'; Names = 'Text', 'FinishReason', 'Model', 'Usage', 'Id', 'Created', 'Choices', 'Obfuscation', 'Object', 'SystemFingerprint', 'ServiceTier', 'Input', 'InputIndex', 'Timing' }
        @{ Type = 'ResponseTextDeltaEvent'; Names = 'Type', 'Text', 'Delta', 'Logprobs', 'Obfuscation', 'ItemId', 'OutputIndex', 'ContentIndex', 'SequenceNumber', 'Input', 'InputIndex' }
        @{ Type = 'ResponseFunctionCallItem'; Names = 'Type', 'Name', 'Status', 'Id', 'Namespace', 'Async', 'Arguments', 'ParsedArguments', 'CallId', 'Caller', 'CreatedBy' }
        @{ Type = 'ChatMessage'; Names = 'Role', 'Text', 'Name', 'Content', 'ContentParts', 'Refusal', 'Audio', 'ReasoningContent', 'ToolCalls', 'FunctionCall', 'ToolCallId' }
        @{ Type = 'Usage'; Names = 'PromptTokens', 'CompletionTokens', 'TotalTokens', 'PromptTokensDetails', 'CompletionTokensDetails' }
        @{ Type = 'ChatTool'; Names = 'Type', 'Name', 'Function', 'Description', 'Command' }
    )
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer
    $payload = '{"id":"x","object":"chat.completion","created":1700000000,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"total_tokens":3}'
    function New-Model([type] $Type, [string] $Json) {
        [OpenAIStream.JsonModel]::Create($Type, $Json)
    }

    # Names that a field must not take over from a type, as a malicious server would send them.
    function Get-TakenName([type] $Type) {
        $names = $Type.GetMembers([Reflection.BindingFlags] 'Instance,Public').Where({ $_.MemberType -in 'Property', 'Method' }).Name
        $names += 'Input', 'InputIndex', 'Timing', 'Messages', 'Command' | Where-Object { $_ -in (New-Model $Type '{}').PSObject.Properties.Name }
        $names | Sort-Object -Unique
    }
}
AfterAll { Stop-TestServer }

Describe 'The properties of a model' {
    It '<Name> lists those of its type' -ForEach $models {
        $own = @($Type.GetProperties().Where({ -not $_.GetIndexParameters() }).Name | Sort-Object -Unique)
        $listed = @((New-Model $Type '{"x_new":1}').PSObject.Properties.Name)
        $listed | Select-Object -First $own.Count | Sort-Object | Should -Be $own -Because 'they come first'
        $listed[-1] | Should -BeExactly 'x_new'
        $listed | Sort-Object -Unique | Should -HaveCount $listed.Count
    }

    It '<Type> lists them in a useful order for a table' -ForEach $orders {
        (New-Model "OpenAIStream.$Type" '{}').PSObject.Properties.Name | Should -Be $Names
    }

    It 'are what Get-Member shows, with their types' {
        $members = New-Model OpenAIStream.ChatMessage '{"x_new":{"a":1}}' | Get-Member -MemberType Property
        ($members | Where-Object Name -EQ Role).Definition | Should -Be 'string Role {get;set;}'
        ($members | Where-Object Name -EQ Text).Definition | Should -Be 'string Text {get;}'
        ($members | Where-Object Name -EQ x_new).Definition | Should -Be 'OpenAIStream.JsonMap x_new {get;set;}'
    }

    It 'are not case-sensitive, and can be read by the names of their fields' {
        $answer = New-Model OpenAIStream.ChatCompletion "$payload,`"x_New`":5}"
        $answer.TEXT, $answer.finishreason, $answer.X_NEW | Should -Be 'Hi', 'stop', 5
        $answer.choices[0].finish_reason, $answer.usage.total_tokens | Should -Be 'stop', 3
        ($answer | Select-Object text, x_new).PSObject.Properties.Value | Should -Be 'Hi', 5
    }

    It 'can be set like they are read' {
        $message = New-Model OpenAIStream.ChatMessage '{"role":"user","name":"n","x_new":1,"tool_calls":[]}'
        $message.role = 'assistant'
        $message.Content = 5
        $message.Name = $null
        $message.x_new = @{ a = 1 }
        $call = [OpenAIStream.ChatToolCall]::new()
        $call.Id = 'c'
        $message.ToolCalls = $call
        $message.ToJson() | Should -Be '{"role":"assistant","x_new":{"a":1},"tool_calls":[{"id":"c"}],"content":"5"}'
        { $message.Text = 'x' } | Should -Throw "*'Text' is a ReadOnly property*"
        { $message.ToolCalls = 5 } | Should -Throw '*Cannot convert*'
        { $message.x_new = [IO.MemoryStream]::new() } | Should -Throw '*cannot be sent as JSON*'
        { $message.new_one = 'x' } | Should -Throw "*'new_one' cannot be found*"
    }

    It 'hold lists that are lists' {
        $choices = (New-Model OpenAIStream.ChatCompletion "$payload}").Choices
        $choices.Count, $choices.Length, $choices[0].Text, $choices[-1].Index | Should -Be 1, 1, 'Hi', 0
        , $choices | Should -BeOfType ([OpenAIStream.ChatChoice[]])
        @($choices) | Should -HaveCount 1
        (& { foreach ($choice in $choices) { $choice.Text } }) | Should -Be 'Hi'
        [OpenAIStream.ChatChoice[]] $typed = $choices
        $typed | Should -HaveCount 1
        (New-Model OpenAIStream.ChatCompletion '{}').Choices | Should -HaveCount 0
    }

    It 'of an object without a type are its fields, whatever their names' {
        $map = New-Model OpenAIStream.JsonMap '{"Keys":1,"Count":2,"Length":3,"item":"apple","where":"here","psobject":4,"a":{"b":[{"c":5}]},"A":6,"":7,"ToString":8,"GetType":9,"contains":10}'
        $map.Keys, $map.Count, $map.Length, $map.item, $map.where, $map.a.b[0].c | Should -Be 1, 2, 3, 'apple', 'here', 5
        $map.PSObject.Properties.Name | Should -Be 'Keys', 'Count', 'Length', 'item', 'where', 'a'
        'A', '', 'ToString', 'GetType', 'contains', 'psobject' | ForEach-Object { $map[$_] } | Should -Be 6, 7, 8, 9, 10, 4
        $map.GetType() | Should -Be ([OpenAIStream.JsonMap])
        $map.ToString() | Should -Be $map.ToJson()
        $map.Contains('item') | Should -BeTrue
        $map.Where({ $_.Count -eq 2 }) | Should -HaveCount 1
    }
}

Describe 'A field with the name of another member' {
    BeforeEach { Reset-TestServer }

    It 'does not change a <Name>, in any letter case' -ForEach $models {
        $taken = Get-TakenName $Type
        $plain = New-Model $Type '{}'
        $forged = $Type::new()
        foreach ($name in $taken) {
            # A property's own field (id for Id) is legitimate.
            $own = [Text.Json.JsonNamingPolicy]::SnakeCaseLower.ConvertName($name)
            foreach ($field in $name, $name.ToUpperInvariant(), $name.ToLowerInvariant()) {
                if ($field -cne $own -or $Type.GetMethod($name)) { $forged[$field] = 'forged' }
            }
        }

        foreach ($object in $forged, $plain, $forged) {
            # The same call for an object with the fields and one without: the engine caches members by type.
            $hash = [Runtime.CompilerServices.RuntimeHelpers]::GetHashCode($object)
            $object.GetType(), $object.GetHashCode(), $object.Equals($object), $object.Contains('x_new'), $object.Remove('x_new') |
                Should -Be $Type, $hash, $true, $false, $false
            $object.ToString(), $object.ToJson() | Should -BeOfType string
            $object.PSObject.Properties.Name | Should -Be $plain.PSObject.Properties.Name
        }

        # Data repeats all fields.
        $names = $plain.PSObject.Properties.Name | Where-Object { $_ -ne 'Data' }
        $names | ForEach-Object { "$_=$($forged.$_)" } | Should -Be ($names | ForEach-Object { "$_=$($plain.$_)" })
        $forged.GetFieldNames() | Where-Object { $forged[$_] -ne 'forged' } | Should -BeNullOrEmpty
    }

    It 'does not misattribute answers of a bulk run' {
        1..4 | ForEach-Object { Add-JsonReply 200 '{"Input":"forged","input":"forged","InputIndex":99,"Timing":"forged","TEXT":"forged","Messages":"forged","choices":[{"index":0,"message":{"role":"assistant","content":"ok","Text":"forged","ToInput":1},"Text":"forged"}]}' }
        $answers = 'a', 'b', 'c', 'd' | Invoke-OpenAIChatCompletion -ThrottleLimit 2 | Sort-Object InputIndex
        $answers.Input | Should -Be 'a', 'b', 'c', 'd'
        $answers.InputIndex | Should -Be 0, 1, 2, 3
        $answers.Text | Should -Be 'ok', 'ok', 'ok', 'ok'
        $answers.Choices.Message.Text | Should -Be 'ok', 'ok', 'ok', 'ok'
        $answers.Timing | Should -BeOfType OpenAIStream.StreamTiming
        $answers[0]['Input'], $answers[0]['InputIndex'] | Should -Be 'forged', 99
        $answers[0].Messages.Role | Should -Be 'user', 'assistant'
    }

    It 'stays a field when a conversation continues' {
        Add-JsonReply 200 '{"choices":[{"index":0,"message":{"role":"assistant","content":"one","ToString":"forged","Content":"forged","GetType":1}}]}'
        Add-JsonReply 200 (ConvertTo-Answer 'two')
        $first = Invoke-OpenAIChatCompletion 'a'
        $second = Invoke-OpenAIChatCompletion 'b' -History $first
        $second.Messages.Text | Should -Be 'a', 'one', 'b', 'two'
        $second.Messages | ForEach-Object { $_.ToString() } | Should -Be 'a', 'one', 'b', 'two'
        $second.Messages.Content | Should -Be 'a', 'one', 'b', 'two'
        (Get-SentRequest)[1].Json.messages[1]['ToString'] | Should -Be 'forged'
    }
}

Describe 'Views in restricted sessions' {
    BeforeAll {
        $shown = @(
            New-Model OpenAIStream.ChatCompletion "$payload}"
            New-Model OpenAIStream.Response '{"id":"r","status":"failed","error":{"message":"Broken."},"output":[{"type":"function_call","name":"f","arguments":"{}"}],"usage":{"total_tokens":3}}'
            New-Model OpenAIStream.ModelInfo '{"id":"m","created":1700000000}'
            New-Model OpenAIStream.ImageResult '{"data":[{"b64_json":"AQID"}]}'
            New-Model OpenAIStream.ImageEvent '{"type":"image_generation.completed","b64_json":"AQID"}'
            New-Model OpenAIStream.SpeechEvent '{"type":"speech.audio.delta","audio":"AQID"}'
            New-Model OpenAIStream.Transcription '{"text":"Hi","usage":{"type":"duration","seconds":3}}'
            New-Model OpenAIStream.ThreadRun '{"id":"r","last_error":{"message":"Broken."}}'
        )
    }

    It 'add nothing to $Error in strict mode: <Name>' -ForEach $models {
        Set-StrictMode -Version Latest
        $Error.Clear()
        $null = New-Model $Type '{}' | Out-String
        $null = New-Model $Type '{"choices":[{}],"output":[{}],"usage":{},"error":{},"function":{},"data":[{}],"x_new":{"a":[1]}}' | Out-String
        $Error | Should -BeNullOrEmpty
    }

    It 'are complete in constrained language mode' {
        $expected = $shown | ForEach-Object { $_ | Out-String }
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript({
                    param($Module, $Shown)
                    Import-Module $Module
                    $ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'
                    $Shown | ForEach-Object { $_ | Out-String }
                    "$($Shown[0])"
                    $Shown[0].Choices[0].Message.Content
                    $Error.Count
                }).AddArgument((Get-BuiltModule)).AddArgument($shown)
            $seen = $shell.Invoke()
        } finally {
            $shell.Dispose()
        }

        $seen | Should -Be @($expected; 'Hi'; 'Hi'; 0)
    }

    It 'have no script blocks' {
        Get-Content (Join-Path (Split-Path (Get-BuiltModule)) OpenAIStream.format.ps1xml) -Raw | Should -Not -Match '<ScriptBlock>'
    }

    It 'let no escape sequence of a service through' {
        $answer = New-Model OpenAIStream.ChatCompletion '{"model":"\u001b]0;title\u0007m","choices":[{"index":0,"message":{"content":"a\u001b[2Jb","tool_calls":[{"function":{"name":"\u001b[31mf","arguments":"{}"}}]},"finish_reason":"\u001b[5m"}]}'
        ($answer | Out-String) -replace '\x1b\[[\d;]*m' | Should -Not -Match "[\x00-\x08\x0B-\x1F]"
        $answer.Text | Should -Be "a`e[2Jb" -Because 'properties keep the truth'
    }
}
