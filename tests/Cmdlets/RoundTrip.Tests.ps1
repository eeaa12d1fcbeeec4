# Objects that leave the process, or are saved to a file, come back unchanged: the same type, every field, the same JSON.
BeforeDiscovery {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    Import-BuiltModule
    $models = [OpenAIStream.JsonModel].Assembly.GetExportedTypes() | Where-Object { $_.IsSubclassOf([OpenAIStream.JsonModel]) -and -not $_.IsAbstract } | ForEach-Object { @{ Type = $_; Name = $_.Name } }
    $ways = @(
        @{ Way = 'Clixml'; Send = { param($Value) $Value | Export-Clixml $TestDrive/x.xml; Import-Clixml $TestDrive/x.xml } }
        @{ Way = 'Clixml of depth 1'; Send = { param($Value) $Value | Export-Clixml $TestDrive/x.xml -Depth 1; Import-Clixml $TestDrive/x.xml }; IsFlat = $true }
        @{ Way = 'PSSerializer'; Send = { param($Value) [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($Value)) } }
        @{ Way = 'a job'; Send = { param($Value) Start-Job { param($module, $value) Import-Module $module; $value } -ArgumentList (Get-BuiltModule), $Value | Receive-Job -Wait -AutoRemoveJob } }
        @{ Way = 'a job without the module'; Send = { param($Value) Start-Job { param($value) $value } -ArgumentList (, $Value) | Receive-Job -Wait -AutoRemoveJob } }
        @{ Way = 'a thread job'; Send = { param($Value) Start-ThreadJob { $using:Value } | Receive-Job -Wait -AutoRemoveJob }; Needs = 'Start-ThreadJob' }
        @{ Way = 'ForEach-Object -Parallel'; Send = { param($Value) , $Value | ForEach-Object -Parallel { $_ } } }
    ) | Where-Object { -not $_.Needs -or (Get-Command $_.Needs -ErrorAction Ignore) }
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
    $completion = '{"id":"c1","object":"chat.completion","created":1700000000,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi \ud83d\ude00","x_mood":"good"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3},"x_own":{"n":1.10}}' |
        ForEach-Object { [OpenAIStream.ChatCompletion] $_ }

    # A runspace without the module, which passes on objects as a process without it does.
    function Get-Bag($Value) {
        $xml = [Management.Automation.PSSerializer]::Serialize($Value)
        $bare = [powershell]::Create([initialsessionstate]::CreateDefault2())
        try { $bare.AddScript('[Management.Automation.PSSerializer]::Deserialize($args[0])').AddArgument($xml).Invoke() } finally { $bare.Dispose() }
    }
}
AfterAll { Stop-TestServer }

Describe 'A <Name>' -ForEach $models {
    It 'is the same after Clixml, to the byte' {
        $awkward = '{"id":"x","n":[1.10,-0,1e400,12345678901234567890,null,true],"text":"_x000D_ \u0000\u001b\ud83d \u0085\u2028 <&>\r\n\t ' + [char]::ConvertFromUtf32(0x1F600) + ' ","":{"choices":[[]]},"ID":"y"}'
        $was = [OpenAIStream.JsonModel]::Create($Type, $awkward)
        $was | Export-Clixml $TestDrive/x.xml
        $back = Import-Clixml $TestDrive/x.xml
        $back.GetType() | Should -Be $Type
        $back.ToJson() | Should -BeExactly $was.ToJson()
        $Error | Should -BeNullOrEmpty
    }
}

Describe 'Through <Way>' -ForEach $ways {
    # One job for all objects, because a job takes seconds to start.
    BeforeAll {
        Reset-TestServer
        Add-JsonReply 200 (ConvertTo-Answer 'Hello')
        $answer = Invoke-OpenAIChatCompletion 'Say hello' -SystemMessage 'Be brief.'
        Add-StreamReply ('one', 'two' | ConvertTo-Chunk)
        Add-StreamReply ('1', '2' | ConvertTo-Chunk)
        $chunks = 'First', 'Second' | Invoke-OpenAIChatCompletion -Stream
        Add-StreamReply ('a', 'b' | ConvertTo-Chunk)
        $whole = Invoke-OpenAICompletion 'hi' -Stream | Join-OpenAIChunk
        $sent = @(
            $completion
            @{ a = $completion }
            , @(1, $completion)
            [pscustomobject]@{ Answer = $completion }
            , [System.Collections.Generic.List[OpenAIStream.ChatCompletion]] @($completion, $completion)
            [pscustomobject]@{ a = @{ b = , @(@{ c = $completion }) } }
            $answer
            , $chunks[0, 2, 1, 3]
            $whole
        )
        $back = @(& $Send $sent)
        $Error | Should -BeNullOrEmpty
    }

    It 'a completion is a completion' {
        $back | Should -HaveCount $sent.Count
        $back[0] | Should -BeOfType OpenAIStream.ChatCompletion
        $back[0].ToJson() | Should -BeExactly $completion.ToJson()
        $back[0].Usage | Should -BeOfType OpenAIStream.Usage
        $back[0].Choices[0].Message | Should -BeOfType OpenAIStream.ChatMessage
        $back[0].x_own.n | Should -Be 1.1
    }

    It 'it is one in <Where>, too' -ForEach @(
        @{ Where = 'a hashtable'; Find = { $back[1].a } }
        @{ Where = 'an array'; Find = { $back[2][1] } }
        @{ Where = 'a custom object'; Find = { $back[3].Answer }; IsDeep = $true }
        @{ Where = 'a typed list'; Find = { @($back[4])[1] } }
        @{ Where = 'all of these'; Find = { $back[5].a.b[0].c }; IsDeep = $true }
    ) {
        if ($IsFlat -and $IsDeep) { Set-ItResult -Skipped -Because 'one level of depth is what was asked for'; return }
        $found = & $Find
        $found | Should -BeOfType OpenAIStream.ChatCompletion
        $found.ToJson() | Should -BeExactly $completion.ToJson()
    }

    It 'an answer knows its prompt, its conversation and its time' {
        $one = $back[6]
        $one.Input, $one.InputIndex | Should -Be 'Say hello', 0
        $one.Messages.Text | Should -Be 'Be brief.', 'Say hello', 'Hello'
        $one.Messages[0] | Should -BeOfType OpenAIStream.ChatMessage
        $one.Timing | Should -Be $answer.Timing
        $one.Timing | Should -BeOfType OpenAIStream.StreamTiming

        Reset-TestServer
        Add-JsonReply 200 (ConvertTo-Answer 'Bye')
        $null = Invoke-OpenAIChatCompletion 'And now?' -History $one
        (Get-SentRequest).Json.messages.content | Should -Be 'Be brief.', 'Say hello', 'Hello', 'And now?'
    }

    It 'mixed chunks are joined by stream, and the answer knows its conversation' {
        $mixed = $back[7]
        $mixed.InputIndex | Should -Be 0, 1, 0, 1
        $wholes = $mixed | Join-OpenAIChunk
        $wholes.Text | Should -Be 'onetwo', '12'
        $wholes.Input | Should -Be 'First', 'Second'
        $wholes[1].Messages.Text | Should -Be 'Second', '12'
        ($mixed | Show-OpenAIStream 6>&1) -join '' -replace '\s' | Should -Be 'onetwo12'
    }

    It 'a whole completion is shown as a whole' {
        $back[8].PSObject.TypeNames[0] | Should -Be 'OpenAIStream.Completion#Whole'
        ($back[8] | Out-String) | Should -Be ($whole | Out-String)
    }
}

Describe 'A restored object' {
    BeforeEach { Reset-TestServer }

    It 'has what the user added' {
        $own = [OpenAIStream.ChatCompletion] @{ id = 'x' }
        $own | Add-Member Score 5
        $own.PSObject.TypeNames.Insert(0, 'My.Answer')
        $back = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($own))
        $back.Score | Should -Be 5
        $back.PSObject.TypeNames[0..1] | Should -Be 'My.Answer', 'OpenAIStream.ChatCompletion'
        ($back | Get-Member -MemberType NoteProperty).Name | Should -Be 'Score'
    }

    It 'keeps the name of an assistants event' {
        $back = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize([OpenAIStream.AssistantEvent] @{ event = 'thread.run.created'; data = @{ id = 'r' } }))
        $back.Event, $back['id'] | Should -Be 'thread.run.created', 'r'
    }

    It 'can be sent a second time' {
        Add-StreamReply ('a', 'b' | ConvertTo-Chunk)
        $chunks = Invoke-OpenAIChatCompletion 'hi' -Stream
        1..3 | ForEach-Object { $chunks = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($chunks)) }
        ($chunks | Join-OpenAIChunk).Messages.Text | Should -Be 'hi', 'ab'
    }

    It 'joins the rounds of a conversation with tools to its last answer' {
        function Get-Own { 'x' }
        $call = '{"choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"Get-Own","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}'
        Add-StreamReply $call
        Add-StreamReply (ConvertTo-Chunk 'done' -FinishReason stop)
        $chunks = Invoke-OpenAIChatCompletion 'hi' -Stream -Tools Get-Own -InvokeTools
        $whole = Get-Bag $chunks | Join-OpenAIChunk
        $whole | Should -HaveCount 1
        $whole.Text | Should -Be 'done'
        $whole.Messages.Role | Should -Be 'user', 'assistant', 'tool', 'assistant'
    }

    It 'still matches the schema' {
        $schema = '{"type":"object","properties":{"n":{"type":"integer"}}}'
        Add-JsonReply 200 (ConvertTo-Answer '{"n":7}')
        $back = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize((Invoke-OpenAIChatCompletion 'hi' -JsonSchema $schema)))
        $back.Parsed.n | Should -Be 7
        Add-StreamReply ('{"n":', '8}' | ConvertTo-Chunk)
        $back = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize(@(Invoke-OpenAIChatCompletion 'hi' -JsonSchema $schema -Stream)))
        ($back | Join-OpenAIChunk).Parsed.n | Should -Be 8
    }

    It 'is an event or a timing, if it was one' {
        $value = [pscustomobject]@{ Event = "id: 1`nevent: e`ndata: x`n`n" | ConvertFrom-ServerSentEvent; Timing = [OpenAIStream.StreamTiming]::new([timespan]::FromSeconds(1), [timespan]::FromSeconds(2), 3) }
        $back = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($value))
        $back.Event | Should -BeOfType OpenAIStream.ServerSentEvent
        $back.Event | Should -Be $value.Event
        $back.Timing | Should -Be $value.Timing
    }

    It 'has the closest type that this version knows, if a newer one wrote it' {
        $xml = [Management.Automation.PSSerializer]::Serialize([OpenAIStream.ResponseItemEvent] @{ item_id = 'i' })
        $newer = $xml -replace '<T>OpenAIStream.ResponseItemEvent</T>', '<T>OpenAIStream.ResponseNewEvent</T><T>OpenAIStream.ResponseItemEvent</T>'
        [Management.Automation.PSSerializer]::Deserialize($newer) | Should -BeOfType OpenAIStream.ResponseItemEvent
    }

    It 'stays a property bag if its JSON is <What>' -ForEach @(
        @{ What = 'missing'; Change = { $args[0] -replace '<S N="PayloadJson">.*?</S>' } }
        @{ What = 'damaged'; Change = { $args[0] -replace '<S N="PayloadJson">.', '<S N="PayloadJson">' } }
        @{ What = 'not its own'; Change = { $args[0] -replace '<S N="PayloadJson">.*?</S>', '<S N="PayloadJson">[1]</S>' } }
    ) {
        $xml = [Management.Automation.PSSerializer]::Serialize([OpenAIStream.ModelInfo] @{ id = 'x' })
        $bag = [Management.Automation.PSSerializer]::Deserialize((& $Change $xml))
        $bag.PSObject.TypeNames[0] | Should -Be 'Deserialized.OpenAIStream.ModelInfo'
        $bag.Id | Should -Be 'x'
        { [OpenAIStream.ModelInfo] $bag } | Should -Throw
        $Error.Clear()
    }
}

Describe 'Where the module is not loaded' {
    BeforeEach { Reset-TestServer }

    It 'an answer is a property bag with what a reader needs' {
        $bag = Get-Bag $completion
        $bag.PSObject.TypeNames[0] | Should -Be 'Deserialized.OpenAIStream.ChatCompletion'
        $bag.Id, $bag.Model, $bag.FinishReason, $bag.Usage.TotalTokens, $bag.Usage.PromptTokens | Should -Be 'c1', 'm', 'stop', 3, 1
        $bag.Text | Should -Be $completion.Text
        $bag.PayloadJson | Should -BeExactly $completion.ToJson()
        ($bag.PayloadJson | ConvertFrom-Json).x_own.n | Should -Be 1.1
    }

    It 'so are a response, a chunk, an event, a message, with the sent payload' {
        Add-JsonReply 200 '{"id":"r","status":"completed","model":"m","output":[{"type":"message","content":[{"type":"output_text","text":"Hi"}]}],"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}'
        $bag = Get-Bag (Invoke-OpenAIResponse 'Say hi')
        $bag.Id, $bag.Status, $bag.Model, $bag.Text, $bag.Usage.InputTokens, $bag.Input, $bag.InputIndex | Should -Be 'r', 'completed', 'm', 'Hi', 1, 'Say hi', 0
        (Get-Bag ([OpenAIStream.ResponseEvent] @{ type = 'response.output_text.delta'; delta = 'a' })).Text | Should -Be 'a'
        $message = Get-Bag (New-OpenAIMessage 'hello')
        $message.Role, $message.Text | Should -Be 'user', 'hello'
    }

    It 'a property bag is accepted by <What>' -ForEach @(
        @{ What = 'Join-OpenAIChunk'; Call = { (Get-Bag $chunks | Join-OpenAIChunk).Text }; Gives = 'ab' }
        @{ What = 'Join-OpenAIChunk -InputObject'; Call = { (Join-OpenAIChunk (Get-Bag $chunks)).Text }; Gives = 'ab' }
        @{ What = 'Join-OpenAIChunk, the whole'; Call = { (Get-Bag $answer | Join-OpenAIChunk).Text }; Gives = 'Hello' }
        @{ What = 'Show-OpenAIStream'; Call = { (Get-Bag $chunks | Show-OpenAIStream 6>&1) -join '' -replace '\s' }; Gives = 'ab' }
        @{ What = '-History'; Call = { $null = Invoke-OpenAIChatCompletion 'next' -History (Get-Bag $answer); (Get-SentRequest)[-1].Json.messages.content -join '|' }; Gives = 'hi|Hello|next' }
        @{ What = '-History, among messages'; Call = { $null = Invoke-OpenAIChatCompletion 'next' -History (Get-Bag $answer), 'more'; (Get-SentRequest)[-1].Json.messages.content -join '|' }; Gives = 'hi|Hello|more|next' }
        @{ What = '-Message'; Call = { $null = Invoke-OpenAIChatCompletion (Get-Bag (New-OpenAIMessage 'x' -Role developer)); (Get-SentRequest)[-1].Json.messages.role }; Gives = 'developer' }
        @{ What = '-Tools'; Call = { $null = Invoke-OpenAIChatCompletion 'x' -Tools (Get-Bag (ConvertTo-OpenAITool Get-Date)); (Get-SentRequest)[-1].Json.tools.function.name }; Gives = 'Get-Date' }
        @{ What = 'a cast'; Call = { ([OpenAIStream.ChatCompletion] (Get-Bag $answer)).Messages.Text -join '|' }; Gives = 'hi|Hello' }
        @{ What = 'a field set by name'; Call = { $own = [OpenAIStream.ChatChoice]::new(); $own['message'] = Get-Bag (New-OpenAIMessage 'x'); $own.Text }; Gives = 'x' }
    ) {
        Add-StreamReply ('a', 'b' | ConvertTo-Chunk)
        $chunks = Invoke-OpenAIChatCompletion 'hi' -Stream
        Add-JsonReply 200 (ConvertTo-Answer 'Hello')
        $answer = Invoke-OpenAIChatCompletion 'hi'
        Add-JsonReply 200 (ConvertTo-Answer 'Bye')
        & $Call | Should -Be $Gives
        $Error | Should -BeNullOrEmpty
    }

    It 'the output of another PowerShell is a property bag, which the cmdlets accept' {
        $pwsh = (Get-Process -Id $PID).Path
        $bag = & $pwsh -NoProfile -Command { param($module) Import-Module $module; [OpenAIStream.ChatCompletionChunk]'{"choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":"stop"}]}' } -args (Get-BuiltModule)
        $bag.Text | Should -Be 'hi'
        ($bag | Join-OpenAIChunk) | Should -BeOfType OpenAIStream.ChatCompletion
    }
}

Describe 'A connection' {
    BeforeEach {
        Reset-TestServer
        $own = Connect-OpenAI -Name own -ApiKey 'sk-round-trip' -BaseUri "$($server.http1)v1" -MaximumRetryCount 0 -Headers @{ 'x-secret' = 'sk-header' } -PassThru
        $serialized = [Management.Automation.PSSerializer]::Serialize($own)
    }

    It 'is written without its key' {
        $serialized | Should -Not -Match 'sk-round-trip|sk-header'
        Add-JsonReply 200 (ConvertTo-Answer 'x')
        $answer = Invoke-OpenAIChatCompletion 'hi' -Connection own
        [Management.Automation.PSSerializer]::Serialize($answer) | Should -Not -Match 'sk-round-trip|sk-header'
        Add-JsonReply 401 '{"error":{"message":"no"}}'
        try { Invoke-OpenAIChatCompletion 'hi' -Connection own } catch { [Management.Automation.PSSerializer]::Serialize($_.Exception) | Should -Not -Match 'sk-round-trip|sk-header' }
        $Error.Clear()
    }

    It 'is restored, and refers to the session''s own connection with its name and address' {
        $bag = [Management.Automation.PSSerializer]::Deserialize($serialized)
        $bag.Name, "$($bag.BaseUri)" | Should -Be 'own', "$($server.http1)v1"
        Add-JsonReply 200 (ConvertTo-Answer 'x')
        $null = Invoke-OpenAIChatCompletion 'hi' -Connection $bag
        (Get-SentRequest).headers.Authorization | Should -Be 'Bearer sk-round-trip'
        [OpenAIStream.OpenAIConnection] $bag | Should -Be $own
    }

    It 'does not refer to any other' {
        $bag = [Management.Automation.PSSerializer]::Deserialize($serialized)
        Connect-OpenAI -Name own -ApiKey 'sk-other' -BaseUri http://localhost:1/v1
        { Invoke-OpenAIChatCompletion 'hi' -Connection $bag } | Should -Throw '*leads to http://localhost:1/v1, not to*'
        { [OpenAIStream.OpenAIConnection] $bag } | Should -Throw '*leads to http://localhost:1/v1, not to*'
        Disconnect-OpenAI own
        { Invoke-OpenAIChatCompletion 'hi' -Connection $bag } | Should -Throw "*no connection named 'own'*"
        $Error.Clear()
    }
}

Describe 'An error' {
    BeforeEach { Reset-TestServer }

    It 'keeps what scripts need' {
        Add-JsonReply 429 '{"error":{"message":"slow down","code":"rate"}}' @{ 'x-request-id' = 'req_1'; 'retry-after' = '3' }
        try { Invoke-OpenAIChatCompletion 'hi' } catch { $caught = $_ }
        $back = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($caught))
        $back.FullyQualifiedErrorId | Should -BeLike 'RateLimit,*'
        $back.Exception.StatusCode, $back.Exception.RequestId, $back.Exception.RetryAfter.TotalSeconds | Should -Be 429, 'req_1', 3
        "$back" | Should -BeLike '*slow down*'
        $Error.Clear()
    }
}

Describe 'An open stream' {
    It 'is read to its end when it is serialized' {
        Reset-TestServer
        Add-StreamReply ('a', 'b' | ConvertTo-Chunk)
        $stream = Invoke-OpenAIChatCompletion 'hi' -Stream -NoEnumerate
        $back = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($stream))
        ($back | ForEach-Object Text) -join '' | Should -Be 'ab'
        @($back)[0] | Should -BeOfType OpenAIStream.ChatCompletionChunk
    }
}

Describe 'An object from a job' {
    It 'has its properties and its view even after -Parallel, which leaves runspaces on the receiving threads' {
        Reset-TestServer
        foreach ($i in 1..2) {
            $null = 1..8 | ForEach-Object -Parallel { Start-Sleep -Milliseconds 5 } -ThrottleLimit 8
            $back = Start-Job { param($value) $value } -ArgumentList (, $completion) | Receive-Job -Wait -AutoRemoveJob
            $back.PSObject.Properties.Name | Should -Contain Input
            $back | Out-String | Should -Match ([regex]::Escape($completion.Text))
        }
    }
}
