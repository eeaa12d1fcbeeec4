# What a response continues: -History, -Conversation, or the response in the pipeline.
BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer

    function Add-Answer([string] $Id, [string] $Text, [string] $More = '', [string] $Before = '') {
        Add-JsonReply 200 "{`"id`":`"$Id`",`"object`":`"response`",`"status`":`"completed`",`"output`":[$Before{`"id`":`"msg_$Id`",`"type`":`"message`",`"role`":`"assistant`",`"content`":[{`"type`":`"output_text`",`"text`":`"$Text`"}]}]$More}"
    }

    $lost = '{"error":{"type":"invalid_request_error","code":"previous_response_not_found","message":"Previous response not found.","param":"previous_response_id"}}'

    # The last request: each item's role or type, and its text.
    function Get-LastInput {
        $sent = @(Get-SentRequest)[-1].Json
        foreach ($item in $sent.input) {
            if ($item -is [string]) { $item; continue }
            $text = if ($item.content -is [string]) { $item.content } else { -join $item.content.text }
            "$($item.role ?? $item.type):$text"
        }
    }
}
AfterAll { Stop-TestServer }

Describe 'Invoke-OpenAIResponse -History' {
    BeforeEach { Reset-TestServer }

    It 'sends the whole conversation of an earlier response again, round after round' {
        1..3 | ForEach-Object { Add-Answer "resp_$_" "A$_" }
        $first = Invoke-OpenAIResponse 'one'
        $second = Invoke-OpenAIResponse 'two' -History $first
        Get-LastInput | Should -Be 'user:one', 'assistant:A1', 'user:two'
        $null = Invoke-OpenAIResponse 'three' -History $first, $second
        Get-LastInput | Should -Be 'user:one', 'assistant:A1', 'user:two', 'assistant:A2', 'user:three'
        (Get-SentRequest).Json.previous_response_id | Should -BeNullOrEmpty
    }

    It 'continues from a response that was <What>' -ForEach @(
        @{ What = 'joined of its events'; Make = { Add-StreamReply '{"type":"response.created","response":{"id":"resp_1","status":"in_progress","output":[]}}', '{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"A1"}]}]}}' -Then @(); Invoke-OpenAIResponse 'one' -Stream | Join-OpenAIChunk } }
        @{ What = 'saved to a file'; Make = { Add-Answer resp_1 A1; Invoke-OpenAIResponse 'one' | Export-Clixml TestDrive:/r.xml; Import-Clixml TestDrive:/r.xml } }
        @{ What = 'made by a job'; Make = { Add-Answer resp_1 A1; Start-Job { Import-Module $args[0]; Connect-OpenAI -BaseUri $args[1]; Invoke-OpenAIResponse 'one' } -ArgumentList (Get-BuiltModule), "$($server.http1)v1" | Receive-Job -Wait -AutoRemoveJob } }
    ) {
        $first = & $Make
        Add-Answer resp_2 A2
        $null = Invoke-OpenAIResponse 'two' -History $first
        Get-LastInput | Should -Be 'user:one', 'assistant:A1', 'user:two'
    }

    It 'continues by its id from a response whose beginning only the service knows' {
        Add-Answer resp_2 A2
        $null = Invoke-OpenAIResponse 'two' -History ([OpenAIStream.Response] '{"id":"resp_1","status":"completed","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"A1"}]}]}')
        (Get-SentRequest).Json.previous_response_id, (Get-SentRequest).Json.input | Should -Be 'resp_1', 'two'
    }

    It 'continues by an id if the history began with one' {
        Add-Answer resp_1 A1
        Add-Answer resp_2 A2
        $first = Invoke-OpenAIResponse 'one' -PreviousResponseId resp_0
        $null = Invoke-OpenAIResponse 'two' -History $first
        @(Get-SentRequest)[1].Json.previous_response_id | Should -Be 'resp_0'
        Get-LastInput | Should -Be 'user:one', 'assistant:A1', 'user:two'
    }

    It 'accepts messages, hashtables, text, completions and items together' {
        Add-JsonReply 200 (ConvertTo-Answer 'chat')
        $chat = Invoke-OpenAIChatCompletion 'asked' -Model m
        Add-Answer resp_1 A1
        $item = [OpenAIStream.ResponseItem] '{"type":"function_call_output","call_id":"c","output":"7"}'
        $null = Invoke-OpenAIResponse 'now' -History $chat, (New-OpenAIMessage 'a'), @{ role = 'assistant'; content = 'b' }, 'c', $item, ([pscustomobject]@{ role = 'user'; content = 'd' })
        Get-LastInput | Should -Be 'user:asked', 'assistant:chat', 'user:a', 'assistant:b', 'user:c', 'function_call_output:', 'user:d', 'user:now'
    }

    It 'is stateless with -NoStore: reasoning is sent encrypted, or omitted if nobody could read it' {
        $reasoning = '{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"E=="},{"id":"rs_2","type":"reasoning","summary":[]},'
        Add-Answer resp_1 A1 ',"store":false' $reasoning
        Add-Answer resp_2 A2
        $first = Invoke-OpenAIResponse 'one' -NoStore
        $null = Invoke-OpenAIResponse 'two' -History $first -NoStore
        $one, $two = (Get-SentRequest).Json
        $one.store, $two.store | Should -Be $false, $false
        $one.include, $two.include | Should -Be 'reasoning.encrypted_content', 'reasoning.encrypted_content'
        Get-LastInput | Should -Be 'user:one', 'reasoning:', 'assistant:A1', 'user:two'
        $two.input[1].encrypted_content | Should -Be 'E=='
    }

    It 'keeps tool calls and their results' {
        function Get-Weather([Parameter(Mandatory)] [string] $City) { "sunny in $City" }
        Add-JsonReply 200 '{"id":"resp_1","status":"completed","store":false,"output":[{"id":"fc_1","type":"function_call","call_id":"call_1","name":"Get-Weather","arguments":"{\"City\":\"Oslo\"}"}]}'
        Add-Answer resp_2 A2 ',"store":false'
        $answer = Invoke-OpenAIResponse 'Weather?' -Tools Get-Weather -InvokeTools -NoStore -Confirm:$false
        Add-Answer resp_3 A3
        $null = Invoke-OpenAIResponse 'Thanks.' -History $answer -NoStore
        Get-LastInput | Should -Be 'user:Weather?', 'function_call:', 'function_call_output:', 'assistant:A2', 'user:Thanks.'
    }

    It 'refuses <What>' -ForEach @(
        @{ What = 'chunks'; Value = { [OpenAIStream.ResponseEvent] '{"type":"response.output_text.delta","delta":"x"}' }; Says = '*Join-OpenAIChunk*' }
        @{ What = 'a response of a conversation'; Value = { [OpenAIStream.Response] '{"id":"resp_1","conversation":{"id":"conv_1"}}' }; Says = '*-Conversation*' }
        @{ What = 'what only the service knows behind something else'; Value = { 'a', ([OpenAIStream.Response] '{"id":"resp_1","status":"completed"}') }; Says = '*resp_1*only the last*' }
        @{ What = 'a file'; Value = { Get-Item $PSCommandPath }; Says = '*is a file or folder*' }
    ) {
        { Invoke-OpenAIResponse 'x' -History (& $Value) } | Should -Throw $Says -ErrorId 'BadArgument,*'
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'cannot be combined with an equivalent: <Call>' -ForEach @(
        @{ Call = { Invoke-OpenAIResponse x -History 'a' -PreviousResponseId r }; Says = '*-History and -PreviousResponseId*' }
        @{ Call = { Invoke-OpenAIResponse x -Conversation c -PreviousResponseId r }; Says = '*-Conversation and -PreviousResponseId*' }
        @{ Call = { Invoke-OpenAIResponse x -Conversation c -History ([OpenAIStream.Response] '{"id":"resp_1"}') }; Says = '*resp_1*-Conversation*' }
        @{ Call = { Invoke-OpenAIResponse x -Options @{ Conversation = 'c' } }; Says = '*-Conversation*' }
    ) {
        $Call | Should -Throw $Says
        Get-SentRequest | Should -BeNullOrEmpty
    }
}

Describe 'A response in the pipeline with new input' {
    BeforeEach {
        Reset-TestServer
        1..2 | ForEach-Object { Add-Answer "resp_$_" "A$_" }
    }

    It 'continues from a stored response by its id' {
        $null = Invoke-OpenAIResponse 'one' | Invoke-OpenAIResponse 'and then?'
        (Get-SentRequest)[1].Json.previous_response_id | Should -Be 'resp_1'
        Get-LastInput | Should -Be 'and then?'
    }

    It 'continues from one that is not stored, with the whole conversation' {
        $first = Invoke-OpenAIResponse 'one' -NoStore
        $null = $first | Invoke-OpenAIResponse 'and then?' -NoStore
        (Get-SentRequest)[1].Json.Keys | Should -Not -Contain 'previous_response_id'
        Get-LastInput | Should -Be 'user:one', 'assistant:A1', 'user:and then?'
    }

    It 'stays in the conversation of one' {
        $null = [OpenAIStream.Response] '{"id":"resp_0","conversation":{"id":"conv_1"}}' | Invoke-OpenAIResponse 'and then?'
        (Get-SentRequest).Json.conversation | Should -Be 'conv_1'
        (Get-SentRequest).Json.Keys | Should -Not -Contain 'previous_response_id'
    }

    It 'sends the whole conversation where the service has lost the response<What>' -ForEach @(
        @{ What = ''; Switch = @{} }
        @{ What = ', in a stream'; Switch = @{ Stream = $true } }
    ) {
        Reset-TestServer
        Add-Answer resp_1 A1
        $first = Invoke-OpenAIResponse one
        Add-JsonReply 400 $lost
        if ($Switch.Stream) { Add-StreamReply '{"type":"response.completed","response":{"id":"resp_2","status":"completed","output":[]}}' } else { Add-Answer resp_2 A2 }
        $second = $first | Invoke-OpenAIResponse 'and then?' @Switch
        ($second.Response ?? $second).Id | Should -Be 'resp_2'
        (Get-SentRequest)[1].Json.previous_response_id | Should -Be 'resp_1'
        (Get-SentRequest)[2].Json.Keys | Should -Not -Contain 'previous_response_id'
        Get-LastInput | Should -Be 'user:one', 'assistant:A1', 'user:and then?'
    }

    It 'knows the conversation through several responses that were gone on from by id' {
        $second = Invoke-OpenAIResponse one | Invoke-OpenAIResponse two
        Add-JsonReply 400 $lost
        Add-Answer resp_3 A3
        $null = $second | Invoke-OpenAIResponse three
        Get-LastInput | Should -Be 'user:one', 'assistant:A1', 'user:two', 'assistant:A2', 'user:three'
    }

    It 'says what to do where what was said is not at hand: <What>' -ForEach @(
        @{ What = 'an id'; Call = { Invoke-OpenAIResponse x -PreviousResponseId resp_0 } }
        @{ What = 'a response that was fetched'; Call = { [OpenAIStream.Response] '{"id":"resp_0","output":[{"type":"message","role":"assistant","content":[]}]}' | Invoke-OpenAIResponse x -ErrorAction Stop } }
    ) {
        Reset-TestServer
        Add-JsonReply 400 $lost
        $problem = try { & $Call } catch { $_ }
        $problem.Exception.Code | Should -Be 'previous_response_not_found'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*-History*'
        @(Get-SentRequest).Count | Should -Be 1
    }
}
