# Stored responses: Get, Wait, Stop and Remove; and input before there is a response.
BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer

    function Add-Kept([string] $Status, [string] $Id = 'resp_1', [string] $More = '', [hashtable] $Headers = @{}) {
        Add-JsonReply 200 "{`"id`":`"$Id`",`"object`":`"response`",`"status`":`"$Status`",`"model`":`"m`",`"output`":[{`"id`":`"msg_1`",`"type`":`"message`",`"role`":`"assistant`",`"content`":[{`"type`":`"output_text`",`"text`":`"Hello`"}]}]$More}" $Headers
    }

    function Get-Path { @(Get-SentRequest | ForEach-Object { "$($_.method) $($_.path)" }) }
}
AfterAll { Stop-TestServer }

Describe 'Get-OpenAIResponse' {
    BeforeEach { Reset-TestServer }

    It 'gets a response by its id, and any number of them' {
        'resp_1', 'resp_2' | ForEach-Object { Add-Kept completed $_ }
        $responses = Get-OpenAIResponse resp_1, resp_2
        $responses | Should -BeOfType OpenAIStream.Response
        $responses.Id | Should -Be 'resp_1', 'resp_2'
        Get-Path | Should -Be 'GET /v1/responses/resp_1', 'GET /v1/responses/resp_2'
    }

    It 'accepts <What> as the response' -ForEach @(
        @{ What = 'the response'; Value = { [OpenAIStream.Response] '{"id":"resp_1","status":"queued"}' } }
        @{ What = 'its id'; Value = { 'resp_1' } }
        @{ What = 'an object with an Id'; Value = { [pscustomobject]@{ Id = 'resp_1'; Text = 'x' } } }
        @{ What = 'an event of it'; Value = { [OpenAIStream.ResponseEvent] '{"type":"response.created","response":{"id":"resp_1"}}' } }
        @{ What = 'a response from a file'; Value = { [OpenAIStream.Response] '{"id":"resp_1","status":"queued"}' | Export-Clixml TestDrive:/r.xml; Import-Clixml TestDrive:/r.xml } }
    ) {
        1..2 | ForEach-Object { Add-Kept completed }
        (& $Value | Get-OpenAIResponse).Text | Should -Be 'Hello'
        if ($What -notlike 'an object*') { (Get-OpenAIResponse (& $Value)).Text | Should -Be 'Hello' }
        Get-Path | Select-Object -Unique | Should -Be 'GET /v1/responses/resp_1'
    }

    It 'accepts the error of a broken stream' {
        Add-StreamReply '{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","status":"in_progress"}}' -Then @{ cut = $true }
        $failure = { Invoke-OpenAIResponse hi -Background -Stream -NoResume } | Should -Throw -PassThru
        Add-Kept completed
        ($failure | Get-OpenAIResponse).Id | Should -Be 'resp_1'
    }

    It 'refuses a part of an answer, which has no id' {
        { [OpenAIStream.ResponseEvent] '{"type":"response.output_text.delta","delta":"x"}' | Get-OpenAIResponse -ErrorAction Stop } | Should -Throw '*does not contain the id*'
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'writes a failed response unchanged, and an error with -Wait' {
        1..2 | ForEach-Object { Add-Kept failed -More ',"error":{"code":"server_error","message":"It broke."}' }
        $response = Get-OpenAIResponse resp_1
        $response.Status, $response.Error.message | Should -Be 'failed', 'It broke.'
        { Get-OpenAIResponse resp_1 -Wait } | Should -Throw '*It broke.*'
    }

    It 'waits with -Wait until it has ended, and shows its status' {
        Add-Kept queued -Headers @{ 'retry-after-ms' = '1' }
        Add-Kept in_progress -Headers @{ 'retry-after-ms' = '1' }
        Add-Kept completed
        $said = Get-OpenAIResponse resp_1 -Wait -Verbose 4>&1
        $said.Where({ $_ -is [OpenAIStream.Response] }).Status | Should -Be completed
        "$($said.Where({ $_ -is [Management.Automation.VerboseRecord] }))" | Should -BeLike '*resp_1 is queued; checking again*resp_1 is in_progress*'
        Get-SentRequest | Should -HaveCount 3
    }

    It 'warns after -Wait if it cannot know whether the response has ended: <Status>' -ForEach @(
        @{ Status = 'an unknown one'; Reply = '{"id":"resp_1","object":"response","status":"paused"}'; Says = "*resp_1 has the unknown status 'paused'*" }
        @{ Status = 'none'; Reply = '{"id":"resp_1","object":"response","output":[]}'; Says = '*resp_1 has no status*' }
    ) {
        1..2 | ForEach-Object { Add-JsonReply 200 $Reply }
        (Get-OpenAIResponse resp_1 -Wait -WarningVariable told -WarningAction SilentlyContinue).Id | Should -Be resp_1
        "$told" | Should -BeLike $Says
        $null = Get-OpenAIResponse resp_1 -WarningVariable told -WarningAction SilentlyContinue
        $told | Should -BeNullOrEmpty
    }

    It 'continues after an id that cannot be one: <Name>' -ForEach @(
        @{ Name = 'Get-OpenAIResponse'; Call = { param($Id) $Id | Get-OpenAIResponse @quiet } }
        @{ Name = 'Stop-OpenAIResponse'; Call = { param($Id) $Id | Stop-OpenAIResponse -PassThru @quiet } }
        @{ Name = 'Get-OpenAIResponseInput'; Call = { param($Id) $Id | Get-OpenAIResponseInput @quiet } }
        @{ Name = 'Get-OpenAIConversation'; Call = { param($Id) $Id | Get-OpenAIConversation @quiet } }
        @{ Name = 'Get-OpenAIFile'; Call = { param($Id) $Id | Get-OpenAIFile @quiet } }
        @{ Name = 'Remove-OpenAIFile'; Call = { param($Id) $Id | Remove-OpenAIFile @quiet } }
        @{ Name = 'Save-OpenAIFile'; Call = { param($Id) $Id | Save-OpenAIFile -OutFile $TestDrive -Force @quiet } }
    ) {
        $quiet = @{ ErrorAction = 'SilentlyContinue'; ErrorVariable = 'failed' }
        Set-DefaultReply @{ headers = @{ 'content-type' = 'application/json' }; steps = @(@{ send = '{"id":"x","object":"response","status":"completed","data":[],"filename":"x"}' }) }
        $null = . $Call 'resp_a', '..', 'resp_b' # dot-sourced, for the variable of the errors
        $failed | Should -HaveCount 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'InvalidConfiguration,*'
        Get-Path | Where-Object { $_ -match 'resp_a' } | Should -Not -BeNullOrEmpty
        Get-Path | Where-Object { $_ -match 'resp_b' } | Should -Not -BeNullOrEmpty
    }

    It 'shows a progress bar while it waits' {
        Add-Kept queued -Headers @{ 'retry-after-ms' = '1300' }
        Add-Kept completed
        $shell = [powershell]::Create()
        $null = $shell.AddScript("Import-Module '$(Get-BuiltModule)'; Connect-OpenAI -BaseUri '$($server.http1)v1'; Get-OpenAIResponse resp_1 -Wait").Invoke()
        $bars = @($shell.Streams.Progress | Where-Object Activity -EQ 'Waiting for the response')
        $bars[0].StatusDescription | Should -Match '^\d+ s, queued, checking again in 1\.3 s$'
        $bars[0].CurrentOperation | Should -Be 'resp_1'
        $bars[-1].RecordType | Should -Be 'Completed'
        $shell.Dispose()
    }

    It 'leaves the response running when the wait is stopped' {
        Set-DefaultReply @{ headers = @{ 'content-type' = 'application/json'; 'retry-after' = '60' }; steps = @(@{ send = '{"id":"resp_1","object":"response","status":"queued"}' }) }
        $shell = [powershell]::Create()
        $null = $shell.AddScript("Import-Module '$(Get-BuiltModule)'; Connect-OpenAI -BaseUri '$($server.http1)v1'; Get-OpenAIResponse resp_1 -Wait")
        $null = $shell.BeginInvoke()
        Wait-Request
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()
        $watch.ElapsedMilliseconds | Should -BeLessThan 1500
        $shell.Dispose()
        Get-Path | Should -Be 'GET /v1/responses/resp_1'
    }

    It 'requests more with -Include' {
        Add-Kept completed
        $null = Get-OpenAIResponse resp_1 -Include REASONING.encrypted_content
        Get-Path | Should -Be 'GET /v1/responses/resp_1?include%5B%5D=reasoning.encrypted_content'
    }

    It 'continues after one of several that does not exist, and says what to do' {
        Add-JsonReply 404 '{"error":{"message":"No such response."}}'
        Add-Kept completed resp_2
        (Get-OpenAIResponse resp_1, resp_2 -ErrorVariable missing -ErrorAction SilentlyContinue).Id | Should -Be 'resp_2'
        $missing.FullyQualifiedErrorId | Should -Be 'NotFound,OpenAIStream.GetOpenAIResponseCommand'
        $missing[0].TargetObject, $missing[0].InputIndex | Should -Be 'resp_1', 0
        $missing[0].ErrorDetails.RecommendedAction | Should -BeLike '*-NoStore*'
    }
}

Describe 'Stop-OpenAIResponse' {
    BeforeEach { Reset-TestServer }

    It 'cancels a response at the service, and returns it if requested' {
        1..2 | ForEach-Object { Add-Kept cancelled }
        Stop-OpenAIResponse resp_1 | Should -BeNullOrEmpty
        ([OpenAIStream.Response] '{"id":"resp_1"}' | Stop-OpenAIResponse -PassThru).Status | Should -Be cancelled
        Get-Path | Should -Be 'POST /v1/responses/resp_1/cancel', 'POST /v1/responses/resp_1/cancel'
    }
}

Describe 'Remove-OpenAIResponse' {
    BeforeEach { Reset-TestServer }

    It 'deletes responses' {
        1..2 | ForEach-Object { Add-JsonReply 200 '{"deleted":true}' }
        'resp_1', 'resp_2' | Remove-OpenAIResponse | Should -BeNullOrEmpty
        Get-Path | Should -Be 'DELETE /v1/responses/resp_1', 'DELETE /v1/responses/resp_2'
        $Error | Should -BeNullOrEmpty
    }

    It 'reports what the service has not done' {
        Add-JsonReply 200 '{"deleted":false}'
        { Remove-OpenAIResponse resp_1 } | Should -Throw '*deleted nothing*'
    }
}

Describe 'Get-OpenAIResponseInput' {
    BeforeEach {
        Reset-TestServer
        function Add-Page([int[]] $Number, [bool] $HasMore) {
            $items = $Number | ForEach-Object { @{ id = "msg_$_"; type = 'message'; role = 'user'; content = @(@{ type = 'input_text'; text = "text $_" }) } }
            Add-JsonReply 200 (@{ object = 'list'; data = @($items); first_id = "msg_$($Number[0])"; last_id = "msg_$($Number[-1])"; has_more = $HasMore } | ConvertTo-Json -Depth 6 -Compress)
        }
    }

    It 'gets all pages, the oldest item first' {
        Add-Page 1, 2 $true
        Add-Page 3 $false
        $items = Get-OpenAIResponseInput resp_1
        $items | Should -BeOfType OpenAIStream.ResponseMessageItem
        "$items" | Should -Be 'text 1 text 2 text 3'
        Get-Path | Should -Be 'GET /v1/responses/resp_1/input_items?limit=100&order=asc', 'GET /v1/responses/resp_1/input_items?limit=100&order=asc&after=msg_2'
    }

    It 'requests no more than -First, and in reverse order with -Descending' {
        Add-Page 9, 8 $true
        Add-Page 7, 6 $true
        (Get-OpenAIResponseInput resp_1 -First 3 -Descending -Include message.input_image.image_url).Id | Should -Be 'msg_9', 'msg_8', 'msg_7'
        (Get-Path)[1] | Should -Be 'GET /v1/responses/resp_1/input_items?limit=1&order=desc&include%5B%5D=message.input_image.image_url&after=msg_8'
    }

    It 'writes each page as it arrives: Select-Object -First ends the requests' {
        Add-Page 1, 2 $true
        (Get-OpenAIResponseInput resp_1 | Select-Object -First 1).Id | Should -Be 'msg_1'
        Get-SentRequest | Should -HaveCount 1
        $Error | Should -BeNullOrEmpty
    }

    It 'is an error if the pages refer to each other in a circle' {
        Add-Page 1 $true
        Add-Page 1 $true
        { Get-OpenAIResponseInput resp_1 } | Should -Throw '*refer to each other in a circle*'
    }
}

Describe 'Measure-OpenAIInput' {
    BeforeEach {
        Reset-TestServer
        1..3 | ForEach-Object { Add-JsonReply 200 "{`"object`":`"response.input_tokens`",`"input_tokens`":1$_}" }
    }

    It 'counts what Invoke-OpenAIResponse would send' {
        function Get-Weather([string] $City) { "sunny in $City" }
        $asked = @{ Message = 'Weather?'; Instructions = 'Be brief.'; Model = 'm'; Tools = 'Get-Weather'; ReasoningEffort = 'low'; PreviousResponseId = 'resp_0' }
        $count = Measure-OpenAIInput @asked
        $count | Should -BeOfType OpenAIStream.InputTokenCount
        $count.InputTokens, "$count" | Should -Be 11, '11'
        $measured = Get-SentRequest
        Reset-TestServer
        Add-Kept completed
        $null = Invoke-OpenAIResponse @asked
        $sent = Get-SentRequest
        $measured.path | Should -Be '/v1/responses/input_tokens'
        $measured.body | Should -Be ($sent.body -replace ',"stream":false')
    }

    It 'counts an instruction and piped input together, or each with -ForEachInput' {
        ('a', 'b' | Measure-OpenAIInput 'Sum up.').InputTokens | Should -Be 11
        (Get-SentRequest).Json.input | Should -Be "Sum up.`n`na`nb"
        $counts = 'a', 'b' | Measure-OpenAIInput 'Sum up.' -ForEachInput
        $counts.InputTokens | Should -Be 12, 13
        $counts.Input | Should -Be 'a', 'b'
    }

    It 'has no parameters of a stream' {
        (Get-Command Measure-OpenAIInput).Parameters.Keys | Should -Not -Contain 'Stream'
        (Get-Command Measure-OpenAIInput).Parameters.Keys | Should -Not -Contain 'NoEnumerate'
    }

    It 'does not check its number against a schema' {
        (Measure-OpenAIInput hi -JsonSchema @{ type = 'object'; properties = @{ a = @{ type = 'string' } } }).InputTokens | Should -Be 11
        $Error | Should -BeNullOrEmpty
    }

    It 'reports what is not a count' {
        Reset-TestServer
        Add-JsonReply 200 '{"hello":1}'
        { Measure-OpenAIInput hi } | Should -Throw -ErrorId 'MalformedResponse,*'
    }
}

Describe 'Compress-OpenAIResponse' {
    BeforeEach {
        Reset-TestServer
        Add-JsonReply 200 '{"id":"cmp_1","object":"response.compaction","created_at":1700000000,"output":[{"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]},{"id":"c","type":"compaction","encrypted_content":"abc"}],"usage":{"input_tokens":9,"output_tokens":2,"total_tokens":11}}'
    }

    It 'turns a response into the beginning of the next request' {
        $compacted = [OpenAIStream.Response] '{"id":"resp_1","model":"of-the-response","status":"completed"}' | Compress-OpenAIResponse
        $compacted | Should -BeOfType OpenAIStream.CompactedResponse
        $compacted.Output.Type | Should -Be 'message', 'compaction'
        (Get-SentRequest).path, (Get-SentRequest).body | Should -Be '/v1/responses/compact', '{"model":"of-the-response","previous_response_id":"resp_1"}'

        1..2 | ForEach-Object { Add-Kept completed }
        $null = $compacted | Invoke-OpenAIResponse 'and then?'
        $null = Invoke-OpenAIResponse 'and then?' -History $compacted
        foreach ($sent in @(Get-SentRequest)[1, 2].Json) {
            $sent.Keys | Should -Not -Contain 'previous_response_id'
            $sent.input.ForEach({ $_.type ?? $_.role }) | Should -Be 'message', 'compaction', 'user'
        }
    }

    It 'accepts an id, or a history that is not stored' {
        $null = Compress-OpenAIResponse resp_7 -Model m
        (Get-SentRequest).body | Should -Be '{"model":"m","previous_response_id":"resp_7"}'
        Add-JsonReply 200 '{"id":"cmp_2","output":[]}'
        $null = Compress-OpenAIResponse -History (New-OpenAIMessage 'one'), ([ordered]@{ role = 'assistant'; content = 'two' }) -Model m -Instructions 'Be brief.'
        @(Get-SentRequest)[1].body | Should -Be '{"model":"m","instructions":"Be brief.","input":[{"role":"user","content":"one"},{"role":"assistant","content":"two"}]}'
    }
}

Describe 'Tab after an id' {
    BeforeEach { Reset-TestServer }

    It 'offers the responses of the session, the latest first, with their prompts' {
        Add-Kept completed resp_1
        Add-Kept completed resp_2
        $null = Invoke-OpenAIResponse 'Name a color.'
        $null = Invoke-OpenAIResponse 'Name an animal.'
        foreach ($line in 'Get-OpenAIResponse ', 'Stop-OpenAIResponse -Id ', 'Remove-OpenAIResponse ', 'Get-OpenAIResponseInput ', 'Invoke-OpenAIResponse hi -PreviousResponseId ', 'Invoke-OpenAIResponse -ResumeFrom ', 'Compress-OpenAIResponse ') {
            (TabExpansion2 $line).CompletionMatches.CompletionText | Should -Be 'resp_2', 'resp_1' -Because $line
        }
        (TabExpansion2 'Get-OpenAIResponse resp_1').CompletionMatches.ToolTip | Should -Be 'Name a color.'
        Add-JsonReply 200 '{"deleted":true}'
        Remove-OpenAIResponse resp_2
        (TabExpansion2 'Get-OpenAIResponse ').CompletionMatches.CompletionText | Should -Be 'resp_1'
    }

    It 'knows the response of a stream from its first event, but not those of other connections' {
        Add-StreamReply '{"type":"response.created","response":{"id":"resp_9","status":"in_progress"}}', '{"type":"response.completed","response":{"id":"resp_9","status":"completed"}}' -Then @()
        $null = Invoke-OpenAIResponse 'hi' -Stream | Select-Object -First 1
        (TabExpansion2 'Get-OpenAIResponse ').CompletionMatches.CompletionText | Should -Be 'resp_9'
        Connect-OpenAI -Name other -BaseUri "$($server.http1)v2"
        (TabExpansion2 'Get-OpenAIResponse -Connection other -Id resp').CompletionMatches | Should -BeNullOrEmpty
    }
}
