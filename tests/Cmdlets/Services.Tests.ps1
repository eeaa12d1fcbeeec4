# Answers of popular services, through the cmdlets: docs/services.md has the rules, tests/Core.Tests/Services tests the client.

BeforeDiscovery {
    Import-Module $PSScriptRoot/Services.psm1 -Force
    $cases = Get-ServiceCase | ForEach-Object { @{ Name = $_.name; Case = $_ } }
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    Import-Module $PSScriptRoot/Services.psm1 -Force
    $null = Start-TestServer

    function Get-Weather([Parameter(Mandatory)] [string] $City) { $script:calls.Add("Get-Weather $City"); 'noted' }
    function Get-Note([string] $City) { $script:calls.Add("Get-Note $City".TrimEnd()); 'noted' }

    # The answer arrived without an error, and equals this.
    function Test-Answer($Outcome, [string] $Text, [string] $FinishReason) {
        Get-FailureText $Outcome | Should -BeExactly ''
        $Outcome.Joined.Text | Should -BeExactly $Text
        -join $Outcome.Chunks.Text | Should -BeExactly $Text
        if ($FinishReason) { $Outcome.Joined.FinishReason | Should -BeExactly $FinishReason }
    }

    # These tools ran, each once and in this order, and the model got the results.
    function Test-Run($Outcome, [string[]] $Call) {
        Get-FailureText $Outcome | Should -BeExactly ''
        $script:calls | Should -BeExactly $Call
        $Outcome.Requests | Should -HaveCount 2
        $Outcome.Joined.Text | Should -BeExactly 'All done'
    }

    # The id of the error, its code and the partial text; the message contains this.
    function Test-Failure($Outcome, [string] $Id, [string] $Message, [string] $Code, [string] $PartialText) {
        Get-FailureText $Outcome | Should -BeLike "$Id | $Code | $PartialText | *$Message*"
    }

    function Get-Assistant($Outcome) { $Outcome.Requests[1].Json.messages | Where-Object role -EQ assistant }

    function Test-Call($Outcome, [string] $Id) {
        Test-Run $Outcome 'Get-Weather Oslo'
        $call = (Get-Assistant $Outcome).tool_calls
        $call | Should -HaveCount 1
        $call[0].id, $call[0].type, $call[0].function.name | Should -BeExactly $Id, 'function', 'Get-Weather'
        ($Outcome.Requests[1].Json.messages | Where-Object role -EQ tool).tool_call_id | Should -BeExactly $Id
    }

    function Test-Response($Outcome, [string] $Text, [int] $Tokens) {
        Test-Answer $Outcome $Text
        $Outcome.Joined.Status | Should -BeExactly completed
        if ($Tokens) { $Outcome.Joined.Usage.TotalTokens | Should -Be $Tokens }
    }

    function Test-Shown($Outcome, [string] $Text) {
        Get-FailureText $Outcome | Should -BeExactly ''
        $Outcome.Joined.Text | Should -BeExactly $Text
        $Outcome.Shown | Should -BeExactly "$Text`n"
    }

    function Test-NoFile($Outcome, [string] $Id, [string] $Message = '') {
        Get-FailureText $Outcome | Should -BeLike "$Id |*$Message*"
        $Outcome.Path | Should -BeNullOrEmpty
    }

    function Test-Usage($Outcome, [int[]] $Tokens) {
        $Outcome.Joined.Usage.PromptTokens, $Outcome.Joined.Usage.CompletionTokens, $Outcome.Joined.Usage.TotalTokens | Should -Be $Tokens
    }

    $expected = @{
        # Absent is absent
        'chat-empty-id-on-continuation' = { Test-Call $o call_a }
        'chat-empty-type-on-continuation' = { Test-Call $o call_a }
        'chat-empty-role-later' = { Test-Answer $o 'Good day' stop; $o.Joined.Choices[0].Message.Role | Should -BeExactly assistant }
        'chat-empty-model-and-id-in-last-chunk' = { Test-Answer $o 'Yes' stop; $o.Joined.Model, $o.Joined.Id | Should -BeExactly demo, cmp-1; Test-Usage $o 1, 1, 2 }
        'chat-empty-finish-reason-never-finished' = { Test-Failure $o StreamEndedEarly '' '' 'One two'; $o.Chunks | Should -HaveCount 2 }
        'chat-empty-finish-reason-after-stop' = { Test-Answer $o 'One two' stop; Test-Usage $o 1, 2, 3 }
        'chat-empty-reasoning-content-beside-reasoning' = { Test-Answer $o 'Yes' stop; $o.Joined.Choices[0].Message.ReasoningContent | Should -BeExactly abc }
        'chat-empty-array-as-delta' = { Test-Answer $o 'Fine' stop }
        'guard-null-choices-and-deltas' = { Test-Answer $o 'A' stop }

        # Tool calls
        'chat-two-calls-at-index-0' = {
            Test-Run $o 'Get-Weather Oslo', 'Get-Weather Rome'
            (Get-Assistant $o).tool_calls.id | Should -BeExactly call_1, call_2
            ($o.Requests[1].Json.messages | Where-Object role -EQ tool).tool_call_id | Should -BeExactly call_1, call_2
        }
        'chat-two-names-at-index-0' = { Test-Run $o 'Get-Weather Oslo', 'Get-Note Rome' }
        'chat-fragments-without-index' = { Test-Run $o 'Get-Weather Oslo'; (Get-Assistant $o).tool_calls | Should -HaveCount 1 }
        'chat-fragments-without-index-optional-parameter' = { Test-Run $o 'Get-Note Oslo' }
        'chat-arguments-as-object' = { Test-Run $o 'Get-Weather Oslo' }
        'chat-whole-arguments-as-object' = { Test-Run $o 'Get-Note Oslo' }
        'chat-whole-arguments-repeated' = { Test-Run $o 'Get-Weather Oslo'; (Get-Assistant $o).tool_calls.function.arguments | Should -BeExactly '{"City": "Oslo"}' }
        'guard-whole-calls-without-index' = { Test-Run $o 'Get-Weather Oslo', 'Get-Weather Rome'; (Get-Assistant $o).tool_calls[0].extra_content.vendor.signature | Should -BeExactly 'SIG==' }
        'guard-arguments-after-name' = { Test-Run $o 'Get-Weather Oslo' }
        'guard-finish-stop-with-calls' = { Test-Run $o 'Get-Weather Oslo' }
        'guard-index-gap-and-order' = { Test-Run $o 'Get-Weather Oslo', 'Get-Weather Rome' }

        # Only text grows
        'chat-reasoning-details-in-pieces' = {
            Test-Run $o 'Get-Weather Oslo'
            $details = (Get-Assistant $o).reasoning_details
            $details | Should -HaveCount 1
            $details[0].text, $details[0].format, $details[0].signature | Should -BeExactly 'We look', 'demo-v1', 'S1'
        }
        'chat-reasoning-text-and-encrypted-same-index' = {
            Test-Run $o 'Get-Weather Oslo'
            $text, $encrypted = (Get-Assistant $o).reasoning_details
            "$($text.type) $($text.text) $($text.data)" | Should -BeExactly 'reasoning.text Hmm '
            "$($encrypted.type) $($encrypted.text) $($encrypted.data)" | Should -BeExactly 'reasoning.encrypted  ENC=='
        }
        'chat-thinking-parts-in-content' = { Test-Answer $o 'It is 42' stop; $o.Joined.Choices[0].Message.ReasoningContent | Should -BeExactly 'First, next' }
        'chat-message-in-place-of-delta' = { Test-Answer $o 'Hello' stop }
        'guard-cumulative-message' = { Test-Answer $o 'Hello' stop }

        # Responses
        'response-completed-with-empty-output' = { Test-Response $o 'Good day' 3 }
        'response-tool-call-with-empty-output' = { Test-Run $o 'Get-Weather Oslo' }
        'response-text-done-event-alone' = { Test-Shown $o 'Hello' }
        'response-item-done-event-alone' = { Test-Shown $o 'Hello' }
        'response-deltas-without-item' = { Test-Response $o 'Hello' }
        'response-done-as-terminal-event' = { Test-Response $o 'Hello' 3 }
        'response-keepalive-is-no-end' = { Test-Failure $o StreamEndedEarly '' '' 'Hel' }
        'response-incomplete-max-output-tokens' = {
            Test-Answer $o 'One two'
            $o.Chunks | Should -HaveCount 7
            $o.Joined.Status, $o.Joined.IncompleteDetails.reason | Should -BeExactly incomplete, max_output_tokens
            $o.Joined.Usage.TotalTokens | Should -Be 3
            $o.Shown | Should -BeLike "*``[stopped: max_output_tokens``]`n"
        }
        'response-completed-with-status-failed' = { Test-Failure $o StreamError 'the engine stopped' server_error 'Hel' }
        'response-error-event-without-error-field' = { Test-Failure $o StreamError 'the relay broke' }
        'response-whole-json-though-stream-asked' = { Test-Response $o 'Hello' 3; $o.Shown | Should -BeExactly "Hello`n" }
        'response-no-store-tool-loop' = {
            Test-Run $o 'Get-Weather Oslo'
            $o.Requests[0].Json.store | Should -BeFalse
            $o.Requests[0].Json.include | Should -Contain 'reasoning.encrypted_content'
            ($o.Requests[1].Json.input | Where-Object type -EQ reasoning).encrypted_content | Should -BeExactly ENC1
        }
        'response-commentary-is-no-answer' = { Test-Answer $o '{"n":1}'; ($o.Joined.Text | ConvertFrom-Json).n | Should -Be 1 }
        'guard-unknown-response-events' = { Test-Response $o 'Hello' }
        'guard-text-after-text-done' = { Test-Response $o '123' }
        'guard-response-failed' = { Test-Failure $o StreamError 'it broke' '*' 'Hel' }

        # Any form of answer
        'image-json-though-stream-asked' = { Get-FailureText $o | Should -BeExactly ''; $o.Bytes | Should -HaveCount 28 }
        'chat-sse-though-no-stream-asked' = { Test-Answer $o 'Hello' stop; $o.Requests[0].Json.stream | Should -BeExactly $false }
        'chat-sse-under-text-html' = { Test-Answer $o 'Hello' stop; $o.Chunks | Should -HaveCount 3 }
        'guard-no-content-type' = { Test-Answer $o 'Hello' stop }
        'guard-sse-under-json-type' = { Test-Answer $o 'Hello' stop }
        'chat-done-with-trailing-blank' = { Test-Answer $o 'A' stop; $o.Chunks | Should -HaveCount 1 }
        'guard-done-without-newline' = { Test-Answer $o 'A' stop; $o.Chunks | Should -HaveCount 1 }
        'guard-comments-and-empty-events' = { Test-Answer $o 'Hello' stop }
        'chat-ping-event-with-text' = { Test-Answer $o 'Hello' stop }
        'guard-stream-cut-in-order' = { Test-Failure $o StreamEndedEarly '' '' 'Hel' }
        'guard-reset-after-chunk' = { Test-Failure $o StreamEndedEarly '' '' 'Hel' }

        # Errors
        'chat-error-field-line' = { Test-Failure $o StreamError 'decoding broke' 500 'Hel'; $o.Chunks | Should -HaveCount 1 }
        'chat-bare-json-error-line' = { Test-Failure $o StreamError 'upstream is busy' 429 'Hel'; $o.Chunks | Should -HaveCount 1 }
        'chat-object-error-in-stream' = { Test-Failure $o StreamError 'memory used up' 500 'Hel'; $o.Chunks | Should -HaveCount 1 }
        'chat-code-and-message-in-stream' = { Test-Failure $o StreamError 'the output was refused' InspectionFailed; $o.Chunks | Should -HaveCount 0 }
        'chat-error-inside-choice' = { Test-Failure $o StreamError 'the provider hung up' 502 'Hel' }
        'guard-error-beside-choices' = { Test-Failure $o StreamError 'the host left' 502 'Hel' }
        'chat-finish-reason-error-alone' = { Test-Failure $o StreamError 'finish_reason error' '' 'Hello' }
        'chat-malformed-call-finish-reason' = { Test-Answer $o '' MALFORMED_FUNCTION_CALL; $o.Shown | Should -BeExactly "[stopped: MALFORMED_FUNCTION_CALL]`n" }
        'chat-array-around-error-400' = { Test-Failure $o BadRequest 'The service returned 400: the key is not valid' 400 }
        'chat-array-around-error-200' = { Test-Failure $o StreamError 'the model is full' 503 }
        'chat-reason-in-metadata-raw' = { Test-Failure $o RateLimit 'demo/model is limited at its host' 429 }
        'chat-error-status-with-sse-body' = { Test-Failure $o BadRequest 'The service returned 400: no parameter zed (unknown_parameter)' unknown_parameter }
        'chat-insufficient-quota-is-not-retried' = { Test-Failure $o RateLimit 'the credit is used up' insufficient_quota; $o.Requests | Should -HaveCount 1 }
        'resume-refused-as-too-old' = {
            Test-Failure $o BadRequest 'too old to be streamed' '' 'Hel'
            $o.Failure.Exception.ResponseId | Should -BeExactly resp_1
            $o.Failure.ErrorDetails.RecommendedAction | Should -BeLike '*-ResumeFrom*resp_1*'
        }

        # Usage and media
        'chat-usage-inside-choice' = { Test-Answer $o 'A' stop; Test-Usage $o 5, 3, 8 }
        'transcription-chunk-objects' = { Test-Answer $o ' Good day' }
        'speech-audio-though-events-asked' = { Get-FailureText $o | Should -BeExactly ''; [Convert]::FromBase64String($o.Joined.AudioBase64) | Should -HaveCount 603 }
        'speech-empty-body' = { Test-NoFile $o NoAudio }
        'speech-text-in-place-of-audio' = { Test-NoFile $o NoAudio 'the speech model is not loaded' }
        'image-empty-b64-beside-url' = { Test-NoFile $o NoImage }
        'image-empty-data' = { Test-NoFile $o NoImage }
    }
}
AfterAll { Stop-TestServer }

Describe 'A service in the field' {
    It 'is supported: <Name>' -ForEach $cases {
        if (-not $Case.replies) { Set-ItResult -Skipped -Because 'the inputs of services are not here (../shared/cases)' }
        $expected.ContainsKey($Name) | Should -BeTrue -Because "something must say what comes of '$Name'"
        $script:calls = [Collections.Generic.List[string]]::new()
        $o = Invoke-ServiceCase $Case $TestDrive (Get-Command Get-Weather, Get-Note)
        & $expected[$Name]
    }
}
