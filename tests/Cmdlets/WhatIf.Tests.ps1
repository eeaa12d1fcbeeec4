# Checks before a request is sent: -WhatIf, parameters that exclude each other, and what a response continues.
BeforeDiscovery {
    $dry = @(
        @{ Call = "Invoke-OpenAIChatCompletion 'hi'"; Says = 'POST of 81 bytes, model gpt-6-luna'; Path = 'v1/chat/completions' }
        @{ Call = "Invoke-OpenAIChatCompletion 'hi' -Stream"; Says = 'POST of 80 bytes, model gpt-6-luna'; Path = 'v1/chat/completions' }
        @{ Call = "Invoke-OpenAIChatCompletion 'hi' -Stream -NoEnumerate -Model m"; Says = 'POST of 71 bytes, model m'; Path = 'v1/chat/completions' }
        @{ Call = "Invoke-OpenAIChatCompletion 'hi' -Tools Get-Date -InvokeTools"; Says = 'POST of * bytes, model gpt-6-luna'; Path = 'v1/chat/completions' }
        @{ Call = "'a', 'b' | Invoke-OpenAIChatCompletion 'hi'"; Says = 'POST of 89 bytes, model gpt-6-luna'; Path = 'v1/chat/completions' }
        @{ Call = "'a' | Invoke-OpenAIChatCompletion -ThrottleLimit 4"; Says = 'POST of 80 bytes, model gpt-6-luna'; Path = 'v1/chat/completions' }
        @{ Call = "Invoke-OpenAICompletion 'hi' -AdditionalBody @{ model = 'mine' }"; Says = 'POST of 45 bytes, model mine'; Path = 'v1/completions' }
        @{ Call = "Invoke-OpenAIResponse 'hi' -AdditionalQuery @{ a = 'b'; api_key = 'never-seen' }"; Says = 'POST of 50 bytes, model gpt-6-luna'; Path = 'v1/responses[?]*a=b*' }
        @{ Call = 'Invoke-OpenAIResponse -ResumeFrom resp_1 -Stream'; Says = 'GET'; Path = 'v1/responses/resp_1[?]stream=true' }
        @{ Call = "Invoke-OpenAIImage 'a cat' -OutFile `$folder/cat.png"; Says = "POST of 63 bytes, model gpt-image-2.5-flare, into '*cat.png'"; Path = 'v1/images/generations' }
        @{ Call = "Invoke-OpenAIImage 'night' -ImagePath `$folder/a.wav -Model m"; Says = 'POST of * bytes, model m'; Path = 'v1/images/edits' }
        @{ Call = "Invoke-OpenAISpeech 'hi' -OutFile `$folder/hi.mp3"; Says = "POST of 56 bytes, model gpt-4o-mini-tts, into '*hi.mp3'"; Path = 'v1/audio/speech' }
        @{ Call = "Invoke-OpenAISpeech 'hi' -Stream"; Says = 'POST of 78 bytes, model gpt-4o-mini-tts'; Path = 'v1/audio/speech' }
        @{ Call = "Invoke-OpenAITranscription `$folder/a.wav"; Says = 'POST of * bytes, model gpt-transcribe'; Path = 'v1/audio/transcriptions' }
        @{ Call = "Invoke-OpenAIThreadRun asst_1 'hi'"; Says = 'POST of 95 bytes'; Path = 'v1/threads/runs' }
        @{ Call = 'Invoke-OpenAIThreadRun -ThreadId t -RunId r -ToolOutput @{ a = 1 }'; Says = 'POST of 67 bytes'; Path = 'v1/threads/t/runs/r/submit_tool_outputs' }
        @{ Call = 'Invoke-OpenAIRequest GET files -Query @{ limit = 2 } -All'; Says = 'GET'; Path = 'v1/files[?]limit=2' }
        @{ Call = 'Invoke-OpenAIRequest DELETE vector_stores/vs_1'; Says = 'DELETE'; Path = 'v1/vector_stores/vs_1' }
        @{ Call = "Invoke-OpenAIRequest POST files -InFile `$folder/a.wav -Form @{ purpose = 'evals' }"; Says = 'POST of * bytes'; Path = 'v1/files' }
        @{ Call = "'a', 'b' | Invoke-OpenAIEmbedding -Model m"; Says = 'POST of 58 bytes, model m'; Path = 'v1/embeddings' }
        @{ Call = "'a', 'b' | Invoke-OpenAIModeration"; Says = 'POST of 19 bytes'; Path = 'v1/moderations' }
        @{ Call = "'a', 'b' | Invoke-OpenAIChatCompletion -Model m -AsBatch"; Says = 'POST a batch of 2 requests, * bytes, model m'; Path = 'v1/batches' }
        @{ Call = 'Get-OpenAIBatch'; Says = 'GET'; Path = 'v1/batches[?]limit=100' }
        @{ Call = 'Wait-OpenAIBatch batch_1'; Says = 'GET'; Path = 'v1/batches/batch_1' }
        @{ Call = 'Stop-OpenAIBatch batch_1'; Says = 'POST'; Path = 'v1/batches/batch_1/cancel' }
        @{ Call = 'Receive-OpenAIBatch batch_1'; Says = 'GET'; Path = 'v1/batches/batch_1' }
        @{ Call = "Send-OpenAIFile `$folder/a.wav"; Says = 'POST of * bytes'; Path = 'v1/files' }
        @{ Call = 'Get-OpenAIFile'; Says = 'GET'; Path = 'v1/files' }
        @{ Call = "Save-OpenAIFile file-1 `$folder/saved.txt"; Says = "GET, into '*saved.txt'"; Path = 'v1/files/file-1/content' }
        @{ Call = 'Remove-OpenAIFile file-1'; Says = 'DELETE'; Path = 'v1/files/file-1' }
        @{ Call = 'Get-OpenAIModel'; Says = 'GET'; Path = 'v1/models' }
        @{ Call = 'Get-OpenAIResponse resp_1'; Says = 'GET'; Path = 'v1/responses/resp_1' }
        @{ Call = 'Get-OpenAIResponse resp_1 -Wait'; Says = 'GET'; Path = 'v1/responses/resp_1' }
        @{ Call = 'Get-OpenAIResponseInput resp_1'; Says = 'GET'; Path = 'v1/responses/resp_1/input_items[?]limit=100&order=asc' }
        @{ Call = 'Stop-OpenAIResponse resp_1'; Says = 'POST'; Path = 'v1/responses/resp_1/cancel' }
        @{ Call = 'Remove-OpenAIResponse resp_1'; Says = 'DELETE'; Path = 'v1/responses/resp_1' }
        @{ Call = 'Compress-OpenAIResponse resp_1 -Model m'; Says = 'POST of 45 bytes, model m'; Path = 'v1/responses/compact' }
        @{ Call = "Measure-OpenAIInput 'hi' -Model m"; Says = 'POST of 26 bytes, model m'; Path = 'v1/responses/input_tokens' }
        @{ Call = "New-OpenAIConversation 'hi'"; Says = 'POST of 42 bytes'; Path = 'v1/conversations' }
        @{ Call = 'Get-OpenAIConversation conv_1'; Says = 'GET'; Path = 'v1/conversations/conv_1' }
        @{ Call = 'Set-OpenAIConversation conv_1 @{ a = 1 }'; Says = 'POST of 20 bytes'; Path = 'v1/conversations/conv_1' }
        @{ Call = 'Remove-OpenAIConversation conv_1'; Says = 'DELETE'; Path = 'v1/conversations/conv_1' }
        @{ Call = 'Get-OpenAIConversationItem conv_1'; Says = 'GET'; Path = 'v1/conversations/conv_1/items[?]limit=100&order=asc' }
        @{ Call = 'Remove-OpenAIConversationItem conv_1 msg_1'; Says = 'DELETE'; Path = 'v1/conversations/conv_1/items/msg_1' }
        @{ Call = "Add-OpenAIConversationItem conv_1 'hi'"; Says = 'POST of 42 bytes'; Path = 'v1/conversations/conv_1/items' }
    )
    for ($i = 0; $i -lt $dry.Count; $i++) { $dry[$i].Number = $i }
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $module = Import-Module (Get-BuiltModule) -Force -PassThru
    $asking = $module.ExportedCmdlets.Values.Where({ $_.ImplementingType.BaseType.Name -ne 'PSCmdlet' }) | ForEach-Object { @{ Name = $_.Name; Tried = $dry.Call -match "\b$($_.Name)\b" } }
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
}
AfterAll { Stop-TestServer }

Describe '-WhatIf' -ForEach @{ Calls = $dry } {
    BeforeAll {
        $folder = (New-Item TestDrive:/files -ItemType Directory).FullName
        Set-Content $folder/a.wav 'not really audio'
        Reset-TestServer
        # -WhatIf writes only to the host. One session makes all calls, and writes the number of each first.
        $script = $Calls | ForEach-Object { "'#$($_.Number)'; try { $($_.Call) -WhatIf } catch { `"failed: `$_`" }" }
        $lines = Invoke-ChildProcess "`$folder = '$folder'; Connect-OpenAI -BaseUri '$($server.http1)v1' -RecordTo '$folder/recorded' -TokenProvider { throw 'A token was asked for.' }; $($script -join "`n")"
        $said = @{}
        foreach ($line in $lines) { if ($line -match '^#(\d+)$') { $number = [int] $Matches[1] } else { $said[$number] += @($line) } }
    }

    It '<Call> shows what would be sent where' -ForEach $dry {
        $said[$Number] | Should -HaveCount 1
        $said[$Number] | Should -BeLike "What if: Performing the operation `"$Says`" on target `"$($server.http1)$Path`"."
        $said[$Number] | Should -Not -Match 'never-seen'
    }

    It 'sends nothing, opens nothing and writes nothing' {
        Get-SentRequest | Should -BeNullOrEmpty
        (Get-ChildItem $folder -Recurse -File).Name | Should -Be 'a.wav'
    }

    It 'exists for every cmdlet that sends requests: <Name>' -ForEach $asking {
        (Get-Command $Name).Parameters.Keys | Should -Contain 'WhatIf'
        $Tried | Should -Not -BeNullOrEmpty -Because 'a call of it is in the table above'
    }

    It 'reports an error that the request would have' {
        Connect-OpenAI -AzureEndpoint $server.http1 -ApiVersion 2024-10-21
        { Invoke-OpenAIChatCompletion 'hi' -JsonSchema 'nonsense' -WhatIf } | Should -Throw
        { Invoke-OpenAIChatCompletion ' ' -WhatIf } | Should -Throw -ErrorId 'EmptyPrompt,*'
    }

    It 'follows the preference, and -WhatIf:$false overrides it' {
        Reset-TestServer
        Add-JsonReply 200 (ConvertTo-Answer 'x')
        $WhatIfPreference = $true
        Invoke-OpenAIChatCompletion 'hi' | Should -BeNullOrEmpty
        Get-SentRequest | Should -BeNullOrEmpty
        (Invoke-OpenAIChatCompletion 'hi' -WhatIf:$false).Text | Should -Be 'x'
    }

    It 'does not apply to Connect-OpenAI, which sends nothing' {
        $WhatIfPreference = $true
        Connect-OpenAI -BaseUri 'http://localhost:1/v1' -Name dry
        (Get-OpenAIConnection dry).BaseUri | Should -Be 'http://localhost:1/v1'
        Disconnect-OpenAI dry
        Get-OpenAIConnection dr* | Should -BeNullOrEmpty
    }
}

Describe '-Confirm' {
    It 'prompts before a request, and a "no" sends nothing' {
        # A session without a user refuses to prompt, which shows that it would prompt.
        Reset-TestServer
        $shell = [powershell]::Create()
        $null = $shell.AddScript("Import-Module '$(Get-BuiltModule)'; Connect-OpenAI -BaseUri '$($server.http1)v1' -Name confirm; Invoke-OpenAICompletion 'hi' -Confirm -Connection confirm").Invoke()
        "$($shell.Streams.Error) $($shell.InvocationStateInfo.Reason)" | Should -Match 'prompt|interactive|confirm'
        Get-SentRequest | Should -BeNullOrEmpty
        $shell.Dispose()
    }
}

Describe '-Confirm of cmdlets that only read' {
    It 'does not prompt: <_>' -ForEach 'Get-OpenAIModel', 'Get-OpenAIFile file-1', 'Get-OpenAIBatch b', 'Get-OpenAIResponse r', 'Get-OpenAIResponseInput r', 'Get-OpenAIConversation c', 'Get-OpenAIConversationItem c' {
        Reset-TestServer
        Set-DefaultReply @{ headers = @{ 'content-type' = 'application/json' }; steps = @(@{ send = '{"id":"x","object":"x","data":[]}' }) }
        $shell = [powershell]::Create()
        $null = $shell.AddScript("Import-Module '$(Get-BuiltModule)'; Connect-OpenAI -BaseUri '$($server.http1)v1' -Name confirm; $_ -Confirm -Connection confirm").Invoke()
        "$($shell.Streams.Error) $($shell.InvocationStateInfo.Reason)" | Should -Not -Match 'prompt|interactive|confirm'
        Get-SentRequest | Should -HaveCount 1
        $shell.Dispose()
        (Get-Help $_.Split()[0] -Parameter Confirm).Description.Text | Should -BeLike 'Has no effect*'
    }
}

Describe 'Parameters that cannot be combined' {
    BeforeEach { Reset-TestServer }

    It 'are refused before anything is sent: <Call>' -ForEach @(
        foreach ($cmdlet in 'Invoke-OpenAIChatCompletion hi', 'Invoke-OpenAICompletion hi', 'Invoke-OpenAIResponse hi', 'Invoke-OpenAIImage hi', 'Invoke-OpenAIThreadRun a hi', 'Invoke-OpenAITranscription $file') {
            @{ Call = "$cmdlet -NoEnumerate"; Says = '*-Stream*' }
            @{ Call = "$cmdlet -Stream -NoEnumerate -ThrottleLimit 2"; Says = '*-NoEnumerate*-ThrottleLimit*' }
        }
        foreach ($cmdlet in 'Invoke-OpenAIChatCompletion', 'Invoke-OpenAICompletion', 'Invoke-OpenAIResponse', 'Invoke-OpenAIImage') {
            @{ Call = "'a' | $cmdlet hi -ThrottleLimit 2"; Says = '*-ForEachInput*' }
            @{ Call = "$cmdlet hi -ForEachInput"; Says = '*nothing is piped*' }
            @{ Call = "'a' | $cmdlet -InputObject b"; Says = '*-InputObject*instruction*' }
            @{ Call = "'a' | $cmdlet hi -Model { `$_ }"; Says = '*-Model*-ForEachInput*' }
        }
        @{ Call = 'Invoke-OpenAIChatCompletion hi -IncludeUsage'; Says = '*-Stream*' }
        @{ Call = 'Invoke-OpenAICompletion hi -IncludeUsage'; Says = '*-Stream*' }
        @{ Call = 'Invoke-OpenAIChatCompletion hi -MaxTokens 1 -MaxCompletionTokens 1'; Says = '*Use one of them*' }
        @{ Call = 'Invoke-OpenAIChatCompletion hi -JsonSchema @{ type = "object" } -ResponseFormat @{ type = "text" }'; Says = '*Use one of them*' }
        foreach ($cmdlet in 'Invoke-OpenAIChatCompletion hi', 'Invoke-OpenAIResponse hi') {
            @{ Call = "$cmdlet -MaximumToolRounds 3"; Says = '*-InvokeTools*' }
            @{ Call = "$cmdlet -Tools Get-Date -MaximumToolRounds 3"; Says = '*-InvokeTools*' }
            @{ Call = "$cmdlet -InvokeTools"; Says = '*-Tools*' }
            @{ Call = "$cmdlet -InvokeTools -Tools @()"; Says = '*-Tools*' }
            @{ Call = "$cmdlet -ToolChoice auto"; Says = '*-Tools*' }
            @{ Call = "$cmdlet -Tools Get-Date -InvokeTools -Stream -NoEnumerate"; Says = '*-NoEnumerate*' }
            @{ Call = "$cmdlet -Tools Get-Date -InvokeTools -ThrottleLimit 2"; Says = '*-ThrottleLimit*' }
        }
        @{ Call = 'Invoke-OpenAIChatCompletion hi -Tools Get-Date -InvokeTools -N 2'; Says = '*-N*' }
        @{ Call = 'Invoke-OpenAIResponse -ResumeFrom r -StartingAfter 3'; Says = '*-Stream*' }
        @{ Call = 'Invoke-OpenAIResponse -ResumeFrom r -NoResume'; Says = '*-Stream*' }
        @{ Call = 'Invoke-OpenAIResponse -ResumeFrom r -AdditionalBody @{ a = 1 }'; Says = '*-AdditionalBody*' }
        @{ Call = 'Invoke-OpenAIResponse hi -NoResume -Background'; Says = '*-Stream*' }
        @{ Call = 'Invoke-OpenAIResponse hi -NoResume -Stream'; Says = '*-Background*' }
        @{ Call = 'Invoke-OpenAIResponse hi -Background -NoStore'; Says = '*-NoStore*' }
        @{ Call = 'Invoke-OpenAIResponse hi -Background -Tools Get-Date -InvokeTools'; Says = '*-Stream*' }
        @{ Call = 'Invoke-OpenAIImage hi -PartialImages 1'; Says = '*-Stream*' }
        @{ Call = 'Invoke-OpenAIImage hi -Stream -KeepPartial'; Says = '*-OutFile*' }
        @{ Call = 'Invoke-OpenAIImage hi -OutFile TestDrive:/a.png -KeepPartial'; Says = '*-Stream*' }
        @{ Call = 'Invoke-OpenAIImage hi -Force'; Says = '*-OutFile*' }
        @{ Call = 'Invoke-OpenAIImage hi -OutFile TestDrive:/a.png -Stream -NoEnumerate'; Says = '*-OutFile*' }
        @{ Call = 'Invoke-OpenAIImage hi -OutFile TestDrive:/a.png -ThrottleLimit 2'; Says = '*-OutFile*' }
        @{ Call = 'Invoke-OpenAISpeech hi'; Says = '*-OutFile*-Stream*' }
        @{ Call = 'Invoke-OpenAISpeech hi -OutFile TestDrive:/a.mp3 -Stream'; Says = '*-OutFile*-Stream*' }
        @{ Call = 'Invoke-OpenAISpeech hi -OutFile TestDrive:/a.mp3 -NoEnumerate'; Says = '*-Stream*' }
        @{ Call = 'Invoke-OpenAISpeech hi -OutFile TestDrive:/a.mp3 -ThrottleLimit 2'; Says = '*-ThrottleLimit*' }
        @{ Call = 'Invoke-OpenAISpeech hi -Stream -Force'; Says = '*-OutFile*' }
        @{ Call = 'Invoke-OpenAIThreadRun a hi -AdditionalInstructions x'; Says = '*-ThreadId*' }
        @{ Call = 'Invoke-OpenAIThreadRun -ThreadId t -RunId r -ToolOutput @{ a = 1 } -AdditionalBody @{ a = 1 }'; Says = '*-AdditionalBody*' }
        @{ Call = 'Invoke-OpenAIRequest GET a -Body @{ a = 1 }'; Says = '*-Query*' }
        @{ Call = '@{ a = 1 } | Invoke-OpenAIRequest GET a'; Says = '*-Query*' }
        @{ Call = 'Invoke-OpenAIRequest POST a -Body x -InFile $file'; Says = '*-InFile*' }
        @{ Call = 'Invoke-OpenAIRequest POST a -Form @{ a = 1 } -ContentType text/plain'; Says = '*-ContentType*' }
        @{ Call = 'Invoke-OpenAIRequest POST a -All'; Says = '*GET*' }
        @{ Call = 'Invoke-OpenAIRequest GET a -First 2 -Stream'; Says = '*-Stream*' }
        @{ Call = 'Invoke-OpenAIRequest GET a -All -OutFile TestDrive:/a.txt'; Says = '*-OutFile*' }
        @{ Call = '@{ a = 1 } | Invoke-OpenAIRequest POST a -OutFile TestDrive:/a.txt'; Says = '*-OutFile*' }
        @{ Call = 'Invoke-OpenAIRequest GET a -Force'; Says = '*-OutFile*' }
        @{ Call = 'New-OpenAIMessage hi -Detail low'; Says = '*-ImagePath*' }
        @{ Call = 'Connect-OpenAI -BaseUri http://localhost:1 -ProxyCredential ([pscredential]::Empty)'; Says = '*-Proxy*' }
        @{ Call = 'Connect-OpenAI -BaseUri http://localhost:1 -AzureEndpoint http://localhost:1'; Says = '*one of them*' }
        @{ Call = 'Connect-OpenAI -BaseUri http://localhost:1 -ApiVersion 2024-10-21'; Says = '*Azure*' }
    ) {
        $file = Set-Content TestDrive:/a.wav x -PassThru | ForEach-Object { Join-Path $TestDrive a.wav }
        $null = $file
        { & ([scriptblock]::Create($Call)) } | Should -Throw -ExpectedMessage $Says
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'are accepted if they do not conflict: <Call>' -ForEach @(
        @{ Call = 'Invoke-OpenAIChatCompletion hi -NoEnumerate:$false -IncludeUsage:$false' }
        @{ Call = 'Invoke-OpenAIChatCompletion hi -ThrottleLimit 4' }
        @{ Call = "'a' | Invoke-OpenAIChatCompletion hi -ThrottleLimit 4 -ForEachInput" }
        @{ Call = "'a' | Invoke-OpenAIChatCompletion -ForEachInput" }
        @{ Call = 'Invoke-OpenAIChatCompletion hi -ToolChoice auto -AdditionalBody @{ tools = @() }' }
        @{ Call = 'Invoke-OpenAIChatCompletion hi -MaximumToolRounds 3 -Tools Get-Date -InvokeTools' }
    ) {
        Add-JsonReply 200 (ConvertTo-Answer 'x')
        (& ([scriptblock]::Create($Call))).Text | Should -Be 'x'
    }
}

Describe 'A response in the pipeline' {
    BeforeEach {
        Reset-TestServer
        foreach ($i in 1..4) {
            Add-JsonReply 200 (@{
                    id = "resp_$i"; model = 'of-the-response'; instructions = 'of the response'; previous_response_id = 'resp_0'; status = 'completed'
                    output = @(@{ type = 'message'; role = 'assistant'; content = @(@{ type = 'output_text'; text = "text $i" }) })
                } | ConvertTo-Json -Depth 6 -Compress)
        }
    }

    It 'is continued itself, and not the one before it' {
        $next = Invoke-OpenAIResponse 'one' | Invoke-OpenAIResponse 'two'
        $sent = @(Get-SentRequest)[1].Json
        $sent.previous_response_id | Should -Be 'resp_1'
        $sent.input | Should -Be 'two'
        $sent.model | Should -Be 'gpt-6-luna'
        $sent.Keys | Should -Not -Contain 'instructions'
        $next.Input.Id | Should -Be 'resp_1'
    }

    It 'is continued itself, each of several' {
        $null = 'a', 'b' | Invoke-OpenAIResponse | Invoke-OpenAIResponse 'shorter'
        (Get-SentRequest).Json.Where({ $_.input -eq 'shorter' }).previous_response_id | Should -Be 'resp_1', 'resp_3'
    }

    It 'is continued with the output of a script block' {
        $null = 'a' | Invoke-OpenAIResponse | Invoke-OpenAIResponse -Message { "More of $($_.Text)" } -Model { $_.Model }
        $sent = @(Get-SentRequest)[1].Json
        $sent.previous_response_id, $sent.input, $sent.model | Should -Be 'resp_1', 'More of text 1', 'of-the-response'
    }

    It 'is refused without new input' {
        $null = 'a' | Invoke-OpenAIResponse | Invoke-OpenAIResponse -ErrorVariable refused -ErrorAction SilentlyContinue
        "$refused" | Should -BeLike '*-Message*'
        Get-SentRequest | Should -HaveCount 1
    }

    It 'is ignored if -PreviousResponseId is an argument' {
        $null = Invoke-OpenAIResponse 'one' | Invoke-OpenAIResponse 'two' -PreviousResponseId resp_9
        @(Get-SentRequest)[1].Json.previous_response_id | Should -Be 'resp_9'
    }
}
