# The values that parameters accept, how names are read, and answers to a schema as objects.
BeforeDiscovery {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $module = Import-Module (Get-BuiltModule) -Force -PassThru

    # A call of each cmdlet that sends a request, with each of its parameters that accept null.
    $calls = @(
        @{ Cmdlet = 'Invoke-OpenAIChatCompletion'; Fixed = @{ Message = 'hi' } }
        @{ Cmdlet = 'Invoke-OpenAICompletion'; Fixed = @{ Prompt = 'hi' } }
        @{ Cmdlet = 'Invoke-OpenAIResponse'; Fixed = @{ Message = 'hi' } }
        @{ Cmdlet = 'Invoke-OpenAIImage'; Fixed = @{ Prompt = 'hi' } }
        @{ Cmdlet = 'Invoke-OpenAISpeech'; Fixed = @{ Text = 'hi'; Stream = $true } }
        @{ Cmdlet = 'Invoke-OpenAIThreadRun'; Fixed = @{ AssistantId = 'asst_1' } }
        @{ Cmdlet = 'Invoke-OpenAITranscription'; Fixed = @{ Path = 'TestDrive:/a.wav' } }
        @{ Cmdlet = 'Get-OpenAIModel'; Fixed = @{} }
    )
    $common = [Management.Automation.PSCmdlet]::CommonParameters + [Management.Automation.PSCmdlet]::OptionalCommonParameters
    $nullable = foreach ($call in $calls) {
        foreach ($parameter in $module.ExportedCmdlets[$call.Cmdlet].Parameters.Values) {
            $type = $parameter.ParameterType
            $isValue = $type.IsValueType -and -not [Nullable]::GetUnderlyingType($type)
            $isSet = $parameter.Attributes.Where({ $_ -is [ValidateSet] })
            $isElsewhere = $parameter.ParameterSets.Values.Where({ $_.IsMandatory }) -or $parameter.ParameterSets.Keys.Where({ $_ -in 'Resume', 'Submit' })
            $isRefused = $parameter.Name -eq 'ImagePath' # without its images, an edit would be another request, which costs as much
            if (-not $isValue -and -not $isSet -and -not $isRefused -and -not $isElsewhere -and $parameter.Name -notin $common -and -not $call.Fixed.ContainsKey($parameter.Name)) {
                $call + @{ Parameter = $parameter.Name }
            }
        }
    }

    $words = @(
        @{ Call = 'Invoke-OpenAIChatCompletion hi -ReasoningEffort HIGH'; Field = { $_.reasoning_effort }; Sent = 'high' }
        @{ Call = 'Invoke-OpenAIChatCompletion hi -ReasoningEffort MINIMAL'; Field = { $_.reasoning_effort }; Sent = 'minimal' }
        @{ Call = 'Invoke-OpenAIChatCompletion hi -ReasoningEffort SomethingNew'; Field = { $_.reasoning_effort }; Sent = 'SomethingNew' }
        @{ Call = 'Invoke-OpenAIChatCompletion hi -Verbosity Low'; Field = { $_.verbosity }; Sent = 'low' }
        @{ Call = 'Invoke-OpenAIChatCompletion hi -Tools Get-Date -ToolChoice AUTO'; Field = { $_.tool_choice }; Sent = 'auto' }
        @{ Call = 'Invoke-OpenAIChatCompletion hi -Tools Get-Item -ToolChoice GET-ITEM'; Field = { $_.tool_choice.function.name }; Sent = 'Get-Item' }
        @{ Call = 'Invoke-OpenAIChatCompletion @{ ROLE = "user"; CONTENT = "hi" }'; Field = { $_.messages[0].content }; Sent = 'hi' }
        @{ Call = 'Invoke-OpenAIChatCompletion (New-OpenAIMessage hi -Role ASSISTANT)'; Field = { $_.messages[0].role }; Sent = 'assistant' }
        @{ Call = 'Invoke-OpenAIChatCompletion (New-OpenAIMessage hi -ImageUrl https://example.com/a.png -Detail HIGH)'; Field = { $_.messages[0].content[1].image_url.detail }; Sent = 'high' }
        @{ Call = 'Invoke-OpenAIResponse hi -ReasoningEffort XHIGH'; Field = { $_.reasoning.effort }; Sent = 'xhigh' }
        @{ Call = 'Invoke-OpenAIResponse hi -ReasoningSummary CONCISE'; Field = { $_.reasoning.summary }; Sent = 'concise' }
        @{ Call = 'Invoke-OpenAIChatCompletion hi -ServiceTier FLEX'; Field = { $_.service_tier }; Sent = 'flex' }
        @{ Call = 'Invoke-OpenAIResponse hi -ServiceTier ULTRAFAST'; Field = { $_.service_tier }; Sent = 'ultrafast' }
        @{ Call = 'Invoke-OpenAIResponse hi -Verbosity MEDIUM'; Field = { $_.text.verbosity }; Sent = 'medium' }
        @{ Call = 'Invoke-OpenAIResponse hi -Include REASONING.ENCRYPTED_CONTENT, other'; Field = { $_.include }; Sent = 'reasoning.encrypted_content', 'other' }
        @{ Call = 'Invoke-OpenAIImage hi -Size AUTO'; Field = { $_.size }; Sent = 'auto' }
        @{ Call = 'Invoke-OpenAIImage hi -Quality HIGH'; Field = { $_.quality }; Sent = 'high' }
        @{ Call = 'Invoke-OpenAIImage hi -Background OPAQUE'; Field = { $_.background }; Sent = 'opaque' }
        @{ Call = 'Invoke-OpenAIImage hi -OutputFormat PNG'; Field = { $_.output_format }; Sent = 'png' }
        @{ Call = 'Invoke-OpenAISpeech hi -Stream -Voice SHIMMER'; Field = { $_.voice }; Sent = 'shimmer' }
        @{ Call = 'Invoke-OpenAISpeech hi -Stream -ResponseFormat FLAC'; Field = { $_.response_format }; Sent = 'flac' }
    )
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
    Set-Content TestDrive:/a.wav 'not really audio'

    # The received requests, including forms.
    function Get-RawRequest { (Invoke-RestMethod "$($server.control)requests") | Write-Output }

    # An answer that all the APIs accept, streamed or whole.
    function Add-AnyAnswer([switch] $Stream) {
        if ($Stream) { Add-StreamReply '{"type":"speech.audio.delta","audio":"AQID"}', '{"type":"speech.audio.done"}' }
        else { Add-JsonReply 200 '{"id":"x","text":"x","status":"completed","data":[{"id":"m","b64_json":"AQID"}],"output":[],"choices":[{"index":0,"message":{"role":"assistant","content":"x"},"text":"x"}]}' }
    }
}
AfterAll { Stop-TestServer }

Describe 'A null argument' {
    BeforeEach { Reset-TestServer }

    It 'counts as not specified: <Cmdlet> -<Parameter>' -ForEach $nullable {
        1..2 | ForEach-Object { Add-AnyAnswer -Stream:([bool] $Fixed.Stream) }
        $given = @{ $Parameter = $null }
        $null = & $Cmdlet @Fixed
        $null = & $Cmdlet @Fixed @given
        $plain, $withNull = Get-RawRequest
        $withNull.path | Should -Be $plain.path
        $withNull.body -replace 'OpenAIStream[0-9a-f]{32}' | Should -BeExactly ($plain.body -replace 'OpenAIStream[0-9a-f]{32}')
        $Error | Should -BeNullOrEmpty
    }

    It 'cannot bypass a range' {
        { Invoke-OpenAIChatCompletion hi -Temperature 2.1 } | Should -Throw '*2.1*0 to 2*' -ErrorId 'ParameterArgumentValidationError*'
        { Invoke-OpenAIChatCompletion hi -Temperature ([double]::NaN) } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'does not change a connection: <_>' -ForEach 'Model', 'ApiKey', 'OperationTimeoutSeconds', 'MaximumRetryCount', 'Proxy', 'Headers', 'HttpVersion', 'Organization' {
        $given = @{ $_ = $null }
        $plain = Connect-OpenAI -BaseUri http://localhost:1/v1 -Name plain -PassThru
        $other = Connect-OpenAI -BaseUri http://localhost:1/v1 -Name plain -PassThru @given
        Compare-Object $plain $other -Property ($plain.PSObject.Properties.Name) | Should -BeNullOrEmpty
    }
}

Describe 'A known word of a parameter' {
    BeforeEach { Reset-TestServer }

    It 'is sent in the spelling of the service, in <Culture>: <Call>' -ForEach $(foreach ($culture in 'en-US', 'tr-TR') { $words | ForEach-Object { $_ + @{ Culture = $culture } } }) {
        Add-AnyAnswer -Stream:($Call -like '* -Stream*')
        $before = [cultureinfo]::CurrentCulture
        [cultureinfo]::CurrentCulture = $Culture
        try { $null = & ([scriptblock]::Create($Call)) } finally { [cultureinfo]::CurrentCulture = $before }
        $request = Get-SentRequest
        $request.Json | ForEach-Object $Field | Should -BeExactly $Sent
    }

    It 'is spelled correctly in a form' {
        Add-AnyAnswer
        $null = Invoke-OpenAITranscription TestDrive:/a.wav -ResponseFormat JSON -Language EN -Include LOGPROBS
        $body = (Get-RawRequest).body
        $body | Should -MatchExactly '\njson\r'
        $body | Should -MatchExactly '\nen\r'
        $body | Should -MatchExactly '\nlogprobs\r'
    }
}

Describe 'Names' {
    It 'are found in any culture' {
        Reset-TestServer
        $before = [cultureinfo]::CurrentCulture
        [cultureinfo]::CurrentCulture = 'tr-TR'
        try {
            'i'.ToUpper() | Should -BeExactly ([string] [char] 0x130) -Because 'this system has to know the culture for the test to mean anything'
            Connect-OpenAI -BaseUri "$($server.http1)v1" -Name lighting
            (Get-OpenAIConnection LIGHTING).Name | Should -Be 'lighting'
            (Get-OpenAIConnection 'LI*ING').Name | Should -Be 'lighting'
            Add-JsonReply 200 '{"data":[{"id":"gpt-4o-mini"}]}'
            (Get-OpenAIModel 'GPT-4O-MINI' -Connection LIGHTING).Id | Should -Be 'gpt-4o-mini'
            Add-JsonReply 200 '{"data":[{"id":"gpt-4o-mini"}]}'
            (Get-OpenAIModel '*MINI' -Connection LIGHTING).Id | Should -Be 'gpt-4o-mini'

            Add-JsonReply 200 (ConvertTo-Answer '{"id":1}')
            $answer = [pscustomobject]@{ PROMPT = 'hi'; MODEL = 'm' } | Invoke-OpenAIChatCompletion -JsonSchema @{ TITLE = 't'; type = 'object' }
            $answer.FINISHREASON, $answer.PARSED.ID, $answer.INPUT.PROMPT | Should -Be 'stop', 1, 'hi'
            Disconnect-OpenAI LIGHTING
            Get-OpenAIConnection li* | Should -BeNullOrEmpty
        }
        finally {
            [cultureinfo]::CurrentCulture = $before
        }
    }
}

Describe 'The output of ConvertFrom-Json' {
    BeforeEach { Reset-TestServer; Add-AnyAnswer }

    It 'is accepted by <Call>' -ForEach @(
        @{ Call = { Invoke-OpenAIChatCompletion hi -ResponseFormat $given }; Field = 'response_format' }
        @{ Call = { Invoke-OpenAIChatCompletion hi -AdditionalBody ([pscustomobject]@{ field = $given }) }; Field = 'field' }
        @{ Call = { Invoke-OpenAIChatCompletion hi -JsonSchema ([pscustomobject]@{ name = 'n'; schema = $given }) -ErrorAction Ignore }; Field = 'response_format' }
        @{ Call = { Invoke-OpenAIResponse hi -Metadata $given }; Field = 'metadata' }
        @{ Call = { Invoke-OpenAIThreadRun a -Metadata $given }; Field = 'metadata' }
        @{ Call = { Invoke-OpenAIImage hi -AdditionalBody ([pscustomobject]@{ field = $given }) }; Field = 'field' }
    ) {
        $json = '{"type":"x","b":[1,null,{"c":1.5}],"a":true}'
        $given = $json | ConvertFrom-Json
        $null = & $Call
        $body = (Get-SentRequest).body
        $body | Should -BeLike "*$([WildcardPattern]::Escape($json))*"
        (Get-SentRequest).Json.Keys | Should -Contain $Field
    }

    It 'is accepted for headers, query and tool output' {
        $null = Invoke-OpenAIThreadRun -ThreadId t -RunId r -ToolOutput ('{"call_1":"4"}' | ConvertFrom-Json) -AdditionalHeaders ('{"X-A":"1"}' | ConvertFrom-Json) -AdditionalQuery ('{"q":"2"}' | ConvertFrom-Json)
        $request = Get-SentRequest
        $request.Json.tool_outputs[0].output, $request.headers.'X-A' | Should -Be '4', '1'
        $request.path | Should -BeLike '*[?]q=2'
    }

    It 'is accepted from a model too' {
        $null = Invoke-OpenAIChatCompletion hi -AdditionalBody ([OpenAIStream.JsonMap]::new(@{ service_tier = 'flex' }))
        (Get-SentRequest).Json.service_tier | Should -Be 'flex'
    }
}

Describe '.Parsed' {
    BeforeAll {
        $schema = [ordered]@{
            title = 'person'; type = 'object'; additionalProperties = $false; required = 'name', 'year'
            properties = [ordered]@{ name = @{ type = 'string' }; year = @{ type = 'integer' }; tags = @{ type = 'array'; items = @{ type = 'string' } } }
        }

        function Add-Text([string] $Text, [string] $Api, [switch] $Stream, [string] $Reason = 'stop') {
            if ($Api -eq 'Invoke-OpenAIChatCompletion') {
                if ($Stream) { Add-StreamReply ($Text | ConvertTo-Chunk), (ConvertTo-Chunk '' -FinishReason $Reason) }
                else { Add-JsonReply 200 (@{ choices = @(@{ index = 0; finish_reason = $Reason; message = @{ role = 'assistant'; content = $Text } }) } | ConvertTo-Json -Depth 6) }
                return
            }

            $response = @{ id = 'r'; status = 'completed'; output = @(@{ id = 'm'; type = 'message'; role = 'assistant'; content = @(@{ type = 'output_text'; text = $Text }) }) }
            if ($Stream) { Add-StreamReply (@{ type = 'response.completed'; response = $response } | ConvertTo-Json -Depth 9 -Compress) }
            else { Add-JsonReply 200 ($response | ConvertTo-Json -Depth 9) }
        }
    }
    BeforeEach { Reset-TestServer }

    It 'is the object: <Api>, stream <Stream>' -ForEach $(foreach ($api in 'Invoke-OpenAIChatCompletion', 'Invoke-OpenAIResponse') { foreach ($stream in $true, $false) { @{ Api = $api; Stream = $stream } } }) {
        Add-Text '{"name":"Ada","year":1843,"tags":["a","b"]}' $Api -Stream:$Stream
        $answer = & $Api hi -JsonSchema $schema -Stream:$Stream | Join-OpenAIChunk
        $answer.Parsed | Should -BeOfType pscustomobject
        $answer.Parsed.PSObject.Properties.Name | Should -Be 'name', 'year', 'tags'
        $answer.Parsed.name, $answer.Parsed.year | Should -Be 'Ada', 1843
        $answer.Parsed.tags | Should -Be 'a', 'b'
        $Error | Should -BeNullOrEmpty
    }

    It 'is replaced by an error if the text is <What>: <Api>, stream <Stream>' -ForEach $(
        foreach ($api in 'Invoke-OpenAIChatCompletion', 'Invoke-OpenAIResponse') {
            foreach ($stream in $true, $false) {
                @{ Api = $api; Stream = $stream; What = 'not JSON'; Text = 'I would rather not.'; Says = '*not JSON*' }
                @{ Api = $api; Stream = $stream; What = 'of a wrong type'; Text = '{"name":"Ada","year":"1843"}'; Says = '*$.year is a string, not an integer*' }
                @{ Api = $api; Stream = $stream; What = 'without what is required'; Text = '{"name":"Ada"}'; Says = "*`$ has no 'year'*" }
            }
        }
    ) {
        Add-Text $Text $Api -Stream:$Stream
        $answer = & $Api hi -JsonSchema $schema -Stream:$Stream -ErrorVariable failed -ErrorAction SilentlyContinue |
            Join-OpenAIChunk -ErrorVariable +failed -ErrorAction SilentlyContinue
        $answer.Text | Should -Be $Text -Because 'the answer was paid for'
        $answer.Parsed | Should -BeNullOrEmpty
        $failed | Should -HaveCount 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'SchemaMismatch,*'
        $failed[0].TargetObject | Should -Be 'hi'
        "$($failed[0])" | Should -BeLike $Says
    }

    It 'says why it is missing if the answer was <What>' -ForEach @(
        @{ What = 'cut'; Reason = 'length'; Message = @{ role = 'assistant'; content = '{"name":"A' }; Says = '*not complete*' }
        @{ What = 'refused'; Reason = 'stop'; Message = @{ role = 'assistant'; refusal = 'I will not.' }; Says = '*refused: I will not.*' }
        @{ What = 'a call of a tool'; Reason = 'tool_calls'; Message = @{ role = 'assistant'; tool_calls = @() }; Says = '*requested tools*' }
    ) {
        Add-JsonReply 200 (@{ choices = @(@{ index = 0; finish_reason = $Reason; message = $Message }) } | ConvertTo-Json -Depth 6)
        $null = Invoke-OpenAIChatCompletion hi -JsonSchema $schema -ErrorVariable failed -ErrorAction SilentlyContinue
        "$failed" | Should -BeLike $Says
    }

    It 'reports each of many answers that does not match, and continues' {
        foreach ($text in '{"name":"Ada","year":1}', 'no', '{"name":"Bob","year":2}') { Add-Text $text Invoke-OpenAIChatCompletion }
        $answers = 'a', 'b', 'c' | Invoke-OpenAIChatCompletion -JsonSchema $schema -ErrorVariable failed -ErrorAction SilentlyContinue
        $answers.Where({ $_.Parsed }).Parsed.name | Should -Be 'Ada', 'Bob'
        $failed.TargetObject | Should -Be 'b'
    }

    It 'exists for JSON without a schema, and is null for prose' {
        Add-Text '[1, {"a": null}]' Invoke-OpenAIChatCompletion
        $parsed = (Invoke-OpenAIChatCompletion hi -ResponseFormat @{ type = 'json_object' }).Parsed
        $parsed[0], $parsed[1].a | Should -Be 1, $null
        Add-Text 'prose' Invoke-OpenAIChatCompletion
        (Invoke-OpenAIChatCompletion hi).Parsed | Should -BeNullOrEmpty
        $Error | Should -BeNullOrEmpty
    }

    It 'is not listed as an error' {
        Add-Text 'no' Invoke-OpenAIChatCompletion
        $answer = Invoke-OpenAIChatCompletion hi -JsonSchema $schema -ErrorAction Ignore
        $Error.Clear()
        $null = $answer | Format-List * | Out-String
        $null = $answer | Select-Object *
        $null = $answer | ConvertTo-Csv
        $null = $answer | ConvertTo-Json -WarningAction Ignore
        $Error | Should -BeNullOrEmpty
    }
}

Describe 'Get-OpenAIConnection' {
    BeforeEach { Reset-TestServer }

    It 'shows the proxy without its credentials, and whether certificates are checked' {
        Connect-OpenAI -BaseUri https://example.com/v1 -ApiKey x -Name seen -Proxy http://user:never-seen@proxy.example:8080 -SkipCertificateCheck
        $shown = Get-OpenAIConnection seen | Format-List * | Out-String
        $shown | Should -Match 'Proxy\s+: http://proxy.example:8080/'
        $shown | Should -Match 'SkipCertificateCheck\s+: True'
        $shown | Should -Not -Match 'never-seen'
        (Get-OpenAIConnection Default).Proxy | Should -BeNullOrEmpty
        (Get-OpenAIConnection Default).SkipCertificateCheck | Should -BeFalse
    }

    It 'shows the proxy of the environment' {
        $env:HTTPS_PROXY = 'http://user:never-seen@proxy.example:3128'
        try { $connection = Connect-OpenAI -BaseUri https://example.com/v1 -ApiKey x -Name seen -PassThru } finally { Remove-Item Env:HTTPS_PROXY }
        "$($connection.Proxy)" | Should -Be 'http://proxy.example:3128/'
    }
}
