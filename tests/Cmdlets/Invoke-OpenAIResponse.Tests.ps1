BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer

    $events = @(
        '{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","status":"in_progress","output":[]}}'
        '{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"id":"m","type":"message","role":"assistant","content":[]}}'
        '{"type":"response.output_text.delta","sequence_number":2,"output_index":0,"content_index":0,"item_id":"m","delta":"One"}'
        '{"type":"response.output_text.delta","sequence_number":3,"output_index":0,"content_index":0,"item_id":"m","delta":" two"}'
        '{"type":"response.completed","sequence_number":4,"response":{"id":"resp_1","status":"completed","output":[{"id":"m","type":"message","role":"assistant","content":[{"type":"output_text","text":"One two"}]}],"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}}'
    )

    function Add-EventReply([string[]] $Events, [string] $Method = 'POST', [hashtable[]] $Then = @()) {
        $steps = @($Events | ForEach-Object { @{ send = "event: $(($_ | ConvertFrom-Json).type)`ndata: $_`n`n" } }) + $Then
        Add-Reply @{ method = $Method; headers = @{ 'content-type' = 'text/event-stream' }; steps = $steps }
    }
}
AfterAll { Stop-TestServer }

Describe 'Invoke-OpenAIResponse over <Transport>' -ForEach @{ Transport = 'Http' }, @{ Transport = 'WebSocket' } {
    BeforeEach { Reset-TestServer $Transport }

    It 'writes each event as its own type, and their text makes up the answer' {
        Add-EventReply $events
        $chunks = @(Invoke-OpenAIResponse 'hi' -Stream)

        $chunks.ForEach({ $_.GetType().Name }) | Should -Be @(
            'ResponseLifecycleEvent', 'ResponseOutputItemEvent', 'ResponseTextDeltaEvent', 'ResponseTextDeltaEvent', 'ResponseLifecycleEvent')
        -join $chunks.Text | Should -Be 'One two'
        (Get-SentRequest).path | Should -Be '/v1/responses'
        (Get-SentRequest).Json.stream | Should -Be $(if ($Transport -eq 'Http') { $true })
        (Get-SentRequest).Json.type | Should -Be $(if ($Transport -eq 'WebSocket') { 'response.create' })
    }

    It 'joins to the response that the service sends at the end' {
        Add-EventReply $events
        $whole = Invoke-OpenAIResponse 'hi' -Stream | Join-OpenAIChunk
        $whole | Should -BeOfType OpenAIStream.Response
        $whole.Text | Should -Be 'One two'
        $whole.Usage.TotalTokens | Should -Be 3
        $whole.Timing.ChunkCount | Should -Be 5
    }

    It 'returns the whole response without -Stream' {
        Add-JsonReply 200 (($events[4] | ConvertFrom-Json).response | ConvertTo-Json -Depth 9 -Compress)
        (Invoke-OpenAIResponse 'hi').Text | Should -Be 'One two'
    }

    It 'sends -<Parameter> as <Field>' -ForEach @(
        @{ Parameter = 'Model'; Value = 'gpt-x'; Field = 'model'; Sent = '"gpt-x"' }
        @{ Parameter = 'Instructions'; Value = 'Be brief.'; Field = 'instructions'; Sent = '"Be brief."' }
        @{ Parameter = 'PreviousResponseId'; Value = 'resp_0'; Field = 'previous_response_id'; Sent = '"resp_0"' }
        @{ Parameter = 'MaxOutputTokens'; Value = 9; Field = 'max_output_tokens'; Sent = '9' }
        @{ Parameter = 'Temperature'; Value = 0; Field = 'temperature'; Sent = '0' }
        @{ Parameter = 'TopP'; Value = 0.5; Field = 'top_p'; Sent = '0.5' }
        @{ Parameter = 'ReasoningEffort'; Value = 'low'; Field = 'reasoning'; Sent = '{"effort":"low"}' }
        @{ Parameter = 'ReasoningSummary'; Value = 'auto'; Field = 'reasoning'; Sent = '{"summary":"auto"}' }
        @{ Parameter = 'Verbosity'; Value = 'low'; Field = 'text'; Sent = '{"verbosity":"low"}' }
        @{ Parameter = 'Include'; Value = 'reasoning.encrypted_content'; Field = 'include'; Sent = '["reasoning.encrypted_content"]' }
        @{ Parameter = 'service_tier'; Value = 'flex'; Field = 'service_tier'; Sent = '"flex"' }
        @{ Parameter = 'Background'; Value = $true; Field = 'background'; Sent = 'true' }
        @{ Parameter = 'NoStore'; Value = $true; Field = 'store'; Sent = 'false' }
        @{ Parameter = 'Metadata'; Value = @{ a = 'b' }; Field = 'metadata'; Sent = '{"a":"b"}' }
        @{ Parameter = 'JsonSchema'; Value = '{"title":"t","type":"object"}'; Field = 'text'; Sent = '{"format":{"type":"json_schema","name":"t","schema":{"title":"t","type":"object"},"strict":true}}' }
        @{ Parameter = 'AdditionalBody'; Value = @{ truncation = 'auto' }; Field = 'truncation'; Sent = '"auto"' }
    ) {
        Add-EventReply $events
        $parameters = @{ $Parameter = $Value }
        $null = Invoke-OpenAIResponse 'hi' -Stream @parameters
        $json = (Get-SentRequest).Json
        ConvertTo-Json -InputObject $json[$Field] -Compress -Depth 9 | Should -Be $Sent
        $json.input | Should -Be 'hi'
    }

    It 'accepts a chat message with an image as input items' {
        Add-EventReply $events
        $null = New-OpenAIMessage 'What is this?' -ImageUrl 'https://example.com/a.png' | Invoke-OpenAIResponse -Stream
        $item = (Get-SentRequest).Json.input[0]
        $item.role | Should -Be 'user'
        $item.content.type | Should -Be 'input_text', 'input_image'
    }

    It 'recommends to resume a broken response only if it was sent with -Background' {
        $created = '{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","status":"in_progress","output":[]}}'
        foreach ($background in $false, $true) {
            Reset-TestServer
            Add-StreamReply $created -Then @()
            $failure = { Invoke-OpenAIResponse hi -Stream -Background:$background -NoResume:$background } | Should -Throw -ErrorId 'StreamEndedEarly,*' -PassThru
            $failure.ErrorDetails.RecommendedAction -like "*background response continues*-ResumeFrom 'resp_1'*" | Should -Be $background
            [bool] $failure.Exception.ResponseId | Should -Be $background
        }
    }

    It 'recommends to check what the service has done before a request is repeated that creates something' {
        Add-JsonReply 500 '{"error":{"message":"broken"}}'
        $failure = { Invoke-OpenAIResponse hi -Background } | Should -Throw -ErrorId 'InternalServer,*' -PassThru
        $failure.ErrorDetails.RecommendedAction | Should -BeLike 'The service may have acted on the request, so it was not sent again: check that first. *'
        $failure.Exception.MayHaveActed | Should -BeTrue
        Get-SentRequest | Should -HaveCount 1
    }

    It 'resumes a background response whose stream broke, and reports it' {
        Add-EventReply $events[0..2] -Then @{ cut = $true }
        Add-EventReply $events[3..4] -Method GET
        $said = Invoke-OpenAIResponse 'hi' -Stream -Background -Verbose 4>&1
        $chunks = $said | Where-Object { $_ -is [OpenAIStream.ResponseEvent] }
        $chunks.SequenceNumber | Should -Be 0, 1, 2, 3, 4
        "$($said | Where-Object { $_ -is [Management.Automation.VerboseRecord] })" | Should -BeLike '*Resuming resp_1 after event 2*'
        (Get-SentRequest)[1].path | Should -Be '/v1/responses/resp_1?stream=true&starting_after=2'
        $Error | Should -BeNullOrEmpty
    }

    It 'breaks with -NoResume, and says where to continue' {
        Add-EventReply $events[0..2] -Then @{ cut = $true }
        $failure = { Invoke-OpenAIResponse 'hi' -Stream -Background -NoResume } | Should -Throw -PassThru -ErrorId 'StreamEndedEarly,*'
        $failure.Exception.ResponseId | Should -Be 'resp_1'
        $failure.Exception.SequenceNumber | Should -Be 2
        $failure.Exception.PartialText | Should -Be 'One'
    }

    It 'continues with -ResumeFrom and -StartingAfter' {
        Add-EventReply $events[3..4] -Method GET
        (Invoke-OpenAIResponse -ResumeFrom resp_1 -StartingAfter 2 -Stream).SequenceNumber | Should -Be 3, 4
        (Get-SentRequest).path | Should -Be '/v1/responses/resp_1?stream=true&starting_after=2'
    }

    It 'reports a failed response after its earlier events' {
        Add-EventReply ($events[0..2] + '{"type":"response.failed","sequence_number":3,"response":{"id":"resp_1","status":"failed","error":{"code":"server_error","message":"It broke."}}}')
        $chunks = [Collections.Generic.List[object]]::new()
        $failure = { Invoke-OpenAIResponse 'hi' -Stream | ForEach-Object { $chunks.Add($_) } } | Should -Throw -PassThru -ErrorId 'StreamError,*'
        $chunks | Should -HaveCount 3
        $failure.Exception.Code | Should -Be 'server_error'
        "$failure" | Should -BeLike '*It broke.*'
    }
}

Describe 'Invoke-OpenAIResponse -InvokeTools over <Transport>' -ForEach @{ Transport = 'Http' }, @{ Transport = 'WebSocket' } {
    BeforeAll {
        function Get-Weather([Parameter(Mandatory)] [string] $City) { "sunny in $City" }

        $call = '{"id":"fc_1","type":"function_call","call_id":"call_1","name":"Get-Weather","arguments":"{\"City\":\"Oslo\"}"}'
        $asking = @(
            '{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","status":"in_progress","output":[]}}'
            '{"type":"response.function_call_arguments.delta","sequence_number":1,"output_index":0,"item_id":"fc_1","delta":"{\"City\":\"Oslo\"}"}'
            "{`"type`":`"response.completed`",`"sequence_number`":2,`"response`":{`"id`":`"resp_1`",`"status`":`"completed`",`"output`":[$call]}}"
        )
    }
    BeforeEach { Reset-TestServer $Transport }

    It 'runs the tool and continues in the same pipeline, with the earlier part at the service' {
        Add-EventReply $asking
        Add-EventReply $events
        $chunks = Invoke-OpenAIResponse 'Weather?' -Tools Get-Weather, @{ type = 'web_search' } -ToolChoice Get-Weather -InvokeTools -Stream
        -join $chunks.Text | Should -Be 'One two'

        $first, $second = (Get-SentRequest).Json
        $first.tools[0].name | Should -Be 'Get-Weather'
        $first.tools[0].parameters.properties.Keys | Should -Be 'City'
        $first.tools[1].type | Should -Be 'web_search'
        $first.tool_choice.name | Should -Be 'Get-Weather'
        $second.previous_response_id | Should -Be 'resp_1'
        $second.tool_choice | Should -Be 'auto'
        $second.input | Should -HaveCount 1
        $second.input[0].type, $second.input[0].call_id, $second.input[0].output | Should -Be 'function_call_output', 'call_1', 'sunny in Oslo'
    }

    It 'sends the earlier part only if it is not known, if the service stores nothing' {
        Add-EventReply $asking
        Add-EventReply $events
        $whole = Invoke-OpenAIResponse 'Weather?' -Tools Get-Weather -InvokeTools -NoStore -Stream | Join-OpenAIChunk
        $whole.Text | Should -Be 'One two'
        $sent = @(Get-SentRequest)[1].Json
        if ($Transport -eq 'Http') {
            $sent.ContainsKey('previous_response_id') | Should -BeFalse
            $sent.input.ForEach({ $_.type ?? $_.role }) | Should -Be 'user', 'function_call', 'function_call_output'
        } else {
            $sent.previous_response_id | Should -Be 'resp_1' -Because 'the socket knows what was before'
            $sent.input.ForEach({ $_.type ?? $_.role }) | Should -Be 'function_call_output'
        }
    }

    It 'limits the number of rounds' {
        1..2 | ForEach-Object { Add-EventReply $asking }
        { Invoke-OpenAIResponse 'Weather?' -Tools Get-Weather -InvokeTools -MaximumToolRounds 1 -Stream } | Should -Throw -ErrorId 'ToolRoundLimit,*'
    }
}
