# The model of a request, the warning about a retired model, and the advice in an error about one.
BeforeDiscovery {
    # Each cmdlet with a default model: its name in the connection and the environment, and the module's own default.
    $kinds = @(
        @{ Cmdlet = 'Invoke-OpenAIChatCompletion'; Given = @{ Message = 'hi' }; Connect = 'Model'; Property = 'DefaultModel'; Variable = 'OPENAI_MODEL'; Own = 'gpt-6-luna' }
        @{ Cmdlet = 'Invoke-OpenAIResponse'; Given = @{ Message = 'hi' }; Connect = 'Model'; Property = 'DefaultModel'; Variable = 'OPENAI_MODEL'; Own = 'gpt-6-luna' }
        @{ Cmdlet = 'Invoke-OpenAIImage'; Given = @{ Prompt = 'hi' }; Connect = 'ImageModel'; Property = 'DefaultImageModel'; Variable = 'OPENAI_IMAGE_MODEL'; Own = 'gpt-image-2.5-flare' }
        @{ Cmdlet = 'Invoke-OpenAISpeech'; Given = @{ Text = 'hi'; Stream = $true }; Connect = 'SpeechModel'; Property = 'DefaultSpeechModel'; Variable = 'OPENAI_SPEECH_MODEL'; Own = 'gpt-4o-mini-tts' }
        @{ Cmdlet = 'Invoke-OpenAITranscription'; Given = @{ Path = 'TestDrive:/a.wav' }; Connect = 'TranscriptionModel'; Property = 'DefaultTranscriptionModel'; Variable = 'OPENAI_TRANSCRIPTION_MODEL'; Own = 'gpt-transcribe' }
    )
    $completion = @{ Cmdlet = 'Invoke-OpenAICompletion'; Given = @{ Prompt = 'hi' }; Connect = 'Model'; Property = 'DefaultModel'; Variable = 'OPENAI_COMPLETION_MODEL'; Own = $null }
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
    $address = "$($server.http1)v1"
    Set-Content TestDrive:/a.wav 'not really audio'
    $refusal = '{"error":{"message":"The model `{0}` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}'

    # The model in the request; the answer does not matter.
    function Get-AskedModel([string] $Cmdlet, [hashtable] $Given) {
        Add-JsonReply 404 '{"error":{"message":"no"}}'
        try { $null = & $Cmdlet @Given } catch { $refused = $_ }
        if (-not $refused) { throw 'The request was not refused.' }
        $request = @(Get-SentRequest)[-1]
        if ($request.Json) { return $request.Json.model }
        if ($request.body -match 'name="?model"?\s+(\S+)') { $Matches[1] }
    }

    function Get-Day([int] $Days) {
        [DateTime]::UtcNow.Date.AddDays($Days).ToString('yyyy-MM-dd')
    }

    # The connection remembers this list.
    function Add-KnownModel([hashtable] $ShutdownDate) {
        $list = $ShutdownDate.GetEnumerator() | ForEach-Object { @{ id = $_.Key; shutdown_date = $_.Value } }
        Add-JsonReply 200 (@{ data = @($list) } | ConvertTo-Json -Depth 3 -Compress)
        $null = Get-OpenAIModel
    }

    function Get-Warning([scriptblock] $Call) {
        (& $Call 3>&1 | Where-Object { $_ -is [Management.Automation.WarningRecord] }).Message
    }

    function Get-Refusal([scriptblock] $Call) {
        try { $null = & $Call } catch { return $_ }
        throw 'It was not refused.'
    }
}
AfterAll { Stop-TestServer }

Describe 'The model of <Cmdlet>' -ForEach ($kinds + $completion) {
    BeforeEach {
        Reset-TestServer
        Get-ChildItem Env:OPENAI_*MODEL | Remove-Item
    }

    It 'is that of -Model, otherwise of the connection, otherwise of the variable' {
        Set-Item "Env:$Variable" of-variable
        $default = @{ $Connect = 'of-connection' }
        Get-AskedModel $Cmdlet $Given | Should -Be 'of-variable'
        Connect-OpenAI -BaseUri $address -MaximumRetryCount 0 @default
        (Get-OpenAIConnection Default).$Property | Should -Be 'of-connection'
        Get-AskedModel $Cmdlet $Given | Should -Be 'of-connection'
        Get-AskedModel $Cmdlet ($Given + @{ Model = 'given' }) | Should -Be 'given'
    }

    It 'is the default of the module if none is specified, and blanks are ignored' -Skip:(-not $Own) {
        Set-Item "Env:$Variable" '  '
        $blank = @{ $Connect = ' ' }
        Connect-OpenAI -BaseUri $address -MaximumRetryCount 0 @blank
        Get-AskedModel $Cmdlet $Given | Should -Be $Own
        Set-Item "Env:$Variable" ' of-variable '
        Get-AskedModel $Cmdlet $Given | Should -Be 'of-variable'
    }

    It 'is never one for another kind of request' {
        $others = @{ Model = 'text'; ImageModel = 'image'; SpeechModel = 'speech'; TranscriptionModel = 'transcription' }
        $others[$Connect] = 'right'
        Connect-OpenAI -BaseUri $address -MaximumRetryCount 0 @others
        Get-AskedModel $Cmdlet $Given | Should -Be 'right'
        $others.Remove($Connect)
        'OPENAI_MODEL', 'OPENAI_COMPLETION_MODEL', 'OPENAI_IMAGE_MODEL', 'OPENAI_SPEECH_MODEL', 'OPENAI_TRANSCRIPTION_MODEL' | ForEach-Object { Set-Item "Env:$_" 'wrong' }
        Set-Item "Env:$Variable" 'right'
        Connect-OpenAI -BaseUri $address -MaximumRetryCount 0 @others
        Get-AskedModel $Cmdlet $Given | Should -Be 'right'
    }

    It 'is completed on Connect-OpenAI, and the default comes first' {
        $default = @{ $Connect = 'of-connection' }
        Connect-OpenAI -BaseUri $address @default
        Add-JsonReply 200 '{"data":[{"id":"m"}]}'
        $null = Get-OpenAIModel
        (TabExpansion2 "Connect-OpenAI -$Connect ").CompletionMatches.CompletionText | Should -Be 'of-connection', 'm'
        (TabExpansion2 "Connect-OpenAI -BaseUri http://localhost:1/v1 -$Connect ").CompletionMatches.CompletionText | Should -Not -Contain 'm' -Because 'that is another service'
    }
}

Describe 'A completion without a model' {
    BeforeEach {
        Reset-TestServer
        Remove-Item Env:OPENAI_COMPLETION_MODEL
    }
    AfterEach { Remove-Item Env:OPENAI_MODEL -ErrorAction Ignore }

    It 'is an error that says what to do, before anything is sent' {
        $refused = Get-Refusal { Invoke-OpenAICompletion 'hi' -Stream }
        $refused.FullyQualifiedErrorId | Should -Be 'ModelMissing,OpenAIStream.InvokeOpenAICompletionCommand'
        $refused.CategoryInfo.Category | Should -Be 'InvalidArgument'
        $refused.Exception.Message | Should -BeLike '*OpenAI has retired its models for this endpoint.*-Model, Connect-OpenAI -Model or the variable OPENAI_COMPLETION_MODEL*Invoke-OpenAIChatCompletion.'
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'ends the pipeline, because it is missing for all prompts' {
        { 'a', 'b' | Invoke-OpenAICompletion -ErrorAction SilentlyContinue } | Should -Throw -ErrorId 'ModelMissing,*'
        { 'a', 'b' | Invoke-OpenAICompletion -ThrottleLimit 2 -ErrorAction SilentlyContinue } | Should -Throw -ErrorId 'ModelMissing,*'
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'is not an error if -AdditionalBody specifies the model' {
        Get-AskedModel Invoke-OpenAICompletion @{ Prompt = 'hi'; AdditionalBody = @{ model = 'of-body' } } | Should -Be 'of-body'
    }

    It 'uses OPENAI_MODEL if its own variable is not set' {
        $env:OPENAI_MODEL = 'for-text'
        Get-AskedModel Invoke-OpenAICompletion @{ Prompt = 'hi' } | Should -Be 'for-text'
    }
}

Describe 'A model that ends' {
    BeforeEach {
        Reset-TestServer
        Set-DefaultReply @{ headers = @{ 'content-type' = 'application/json' }; steps = @(@{ send = '{"status":"completed","output":[],"choices":[{"index":0,"message":{"role":"assistant","content":"x"},"text":"x","finish_reason":"stop"}]}' }) } # for any API
    }

    It 'has a ShutdownDate, if the service sends a valid one' {
        Add-JsonReply 200 '{"data":[{"id":"a","shutdown_date":"2027-01-14"},{"id":"b","shutdown_date":null},{"id":"c"},{"id":"d","shutdown_date":"soon"},{"id":"e","shutdown_date":7}]}'
        $models = Get-OpenAIModel
        $models[0].ShutdownDate | Should -Be ([DateTime]::new(2027, 1, 14))
        $models[0].ShutdownDate.Kind | Should -Be 'Unspecified'
        $models[1..4].ShutdownDate | ForEach-Object { $_ | Should -BeNullOrEmpty }
        $again = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($models[0]))
        $again.ShutdownDate | Should -Be $models[0].ShutdownDate
        ($models | Where-Object ShutdownDate).Id | Should -Be 'a'
    }

    It 'warns once, before the request: <Days> days' -ForEach @(
        @{ Days = 60; Says = "The service shuts down model 'm' on {0} (in 60 days). *" }
        @{ Days = 1; Says = "The service shuts down model 'm' on {0} (tomorrow). *" }
        @{ Days = 0; Says = "The service shuts down model 'm' on {0} (today). *" }
        @{ Days = -3; Says = "The service shut down model 'm' on {0}. Get-OpenAIModel *" }
    ) {
        $day = Get-Day $Days
        Add-KnownModel @{ m = $day; n = Get-Day 0 }
        Get-Warning { Invoke-OpenAIChatCompletion 'hi' -Model m } | Should -BeLike ($Says -f $day)
        Get-Warning { Invoke-OpenAIChatCompletion 'hi' -Model m; Invoke-OpenAIResponse 'hi' -Model m } | Should -BeNullOrEmpty
        Get-Warning { Invoke-OpenAIChatCompletion 'hi' -Model n } | Should -HaveCount 1
    }

    It 'causes no warning if it ends later, has no date, or is not in the list' {
        Add-KnownModel @{ m = Get-Day 61; n = $null }
        Get-Warning { 'm', 'n', 'o' | ForEach-Object { Invoke-OpenAIChatCompletion 'hi' -Model $_ } } | Should -BeNullOrEmpty
    }

    It 'is reported by every cmdlet: <Cmdlet>' -ForEach ($kinds + $completion + @{ Cmdlet = 'Invoke-OpenAIThreadRun'; Given = @{ AssistantId = 'asst_1' } }) {
        Add-KnownModel @{ m = Get-Day 9 }
        Get-Warning { try { & $Cmdlet @Given -Model m } catch { $null = $_ } } | Should -BeLike '*(in 9 days)*'
    }

    It 'is reported if speech is written to a file' {
        Add-KnownModel @{ m = Get-Day 9 }
        Add-Reply @{ headers = @{ 'content-type' = 'audio/mpeg' }; steps = @(@{ send = 'sound' }) }
        Get-Warning { Invoke-OpenAISpeech 'hi' -OutFile TestDrive:/hi.mp3 -Model m } | Should -HaveCount 1
    }

    It 'is reported once for many prompts at once, and with -Stream' {
        Add-KnownModel @{ m = Get-Day 9; n = Get-Day 9 }
        Get-Warning { 'a', 'b', 'c' | Invoke-OpenAIChatCompletion -Model m -ThrottleLimit 2 } | Should -HaveCount 1
        Add-StreamReply (ConvertTo-Chunk 'x' -FinishReason stop)
        Get-Warning { Invoke-OpenAIChatCompletion 'hi' -Model n -Stream } | Should -HaveCount 1
    }

    It 'is reported for the default model, and again for another connection' {
        $day = Get-Day 9
        Connect-OpenAI -BaseUri $address -Model m
        Add-KnownModel @{ m = $day }
        Get-Warning { Invoke-OpenAIChatCompletion 'hi' } | Should -HaveCount 1
        Connect-OpenAI -BaseUri $address -Model m
        Get-Warning { Invoke-OpenAIChatCompletion 'hi' } | Should -BeNullOrEmpty -Because 'this connection does not know the list yet'
        Add-KnownModel @{ m = $day }
        Get-Warning { Invoke-OpenAIChatCompletion 'hi' } | Should -HaveCount 1
    }

    It 'is not reported with -WhatIf, nor for a resumed response' {
        Connect-OpenAI -BaseUri $address -Model m
        Add-KnownModel @{ m = Get-Day 9 }
        Get-Warning { Invoke-OpenAIChatCompletion 'hi' -WhatIf; Invoke-OpenAIResponse -ResumeFrom resp_1 } | Should -BeNullOrEmpty
        Get-Warning { Invoke-OpenAIChatCompletion 'hi' } | Should -HaveCount 1
    }

    It 'causes no additional request' {
        Get-Warning { Invoke-OpenAIChatCompletion 'hi' -Model m } | Should -BeNullOrEmpty
        Get-SentRequest | Should -HaveCount 1
    }
}

Describe 'A model that the service does not have' {
    BeforeEach { Reset-TestServer }

    It 'is an error that says where to find the names: <Status> <Body>' -ForEach @(
        @{ Status = 404; Body = '{"error":{"message":"The model `m` has been deprecated, learn more here.","code":"model_not_found"}}' }
        @{ Status = 400; Body = '{"error":{"message":"The requested model ''m'' does not exist.","type":"invalid_request_error","param":"model","code":"model_not_found"}}' }
        @{ Status = 400; Body = '{"error":{"message":"Invalid value: ''m''. Supported values are: ''n''.","param":"model","code":"invalid_value"}}' }
        @{ Status = 400; Body = '{"error":{"message":"The model `m` has been decommissioned.","code":"model_decommissioned"}}' }
        @{ Status = 403; Body = '{"error":{"message":"Project `p` does not have access to model `m`","code":"model_not_found"}}' }
        @{ Status = 404; Body = '{"error":{"message":"model \"m\" not found, try pulling it first","type":"api_error"}}' }
        @{ Status = 410; Body = '{"error":{"code":"ModelDeprecated","message":"The model associated with the deployment is deprecated."}}' }
    ) {
        Add-JsonReply $Status $Body
        $refused = Get-Refusal { Invoke-OpenAIChatCompletion 'hi' -Model m }
        $refused.ErrorDetails.RecommendedAction | Should -Be 'Get-OpenAIModel lists the models that the service offers. Specify one with -Model.'
    }

    It 'says where to find Azure deployments' {
        Add-JsonReply 404 '{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}'
        (Get-Refusal { Invoke-OpenAIChatCompletion 'hi' -Model m }).ErrorDetails.RecommendedAction | Should -BeLike 'On Azure, *deployment*'
    }

    It 'does not change other errors' {
        Add-JsonReply 404 '{"error":{"message":"Not here."}}'
        (Get-Refusal { Invoke-OpenAIChatCompletion 'hi' -Model m }).ErrorDetails.RecommendedAction | Should -BeLike "Check the name of the model and the address*"
        Add-JsonReply 400 '{"error":{"message":"Wrong.","param":"temperature"}}'
        (Get-Refusal { Invoke-OpenAIChatCompletion 'hi' -Model m }).ErrorDetails.RecommendedAction | Should -BeLike 'Correct the parameter*'
    }

    It 'says that it was the default of <Cmdlet>, and how to set another' -ForEach $kinds {
        Add-JsonReply 404 ($refusal.Replace('{0}', $Own))
        $action = (Get-Refusal { & $Cmdlet @Given }).ErrorDetails.RecommendedAction
        $action | Should -BeLike "'$Own' is the default of the module. *Get-OpenAIModel*-Model, Connect-OpenAI -$Connect or the variable $Variable."
        $action -match '2027-01-06' | Should -Be ($Cmdlet -eq 'Invoke-OpenAISpeech')
    }

    It 'does not call a model the default if the user specified it' {
        $env:OPENAI_MODEL = 'gpt-6-luna'
        try {
            1..2 | ForEach-Object { Add-JsonReply 404 ($refusal.Replace('{0}', 'gpt-6-luna')) }
            (Get-Refusal { Invoke-OpenAIChatCompletion 'hi' }).ErrorDetails.RecommendedAction | Should -Not -BeLike '*default*'
        }
        finally { Remove-Item Env:OPENAI_MODEL }
        (Get-Refusal { Invoke-OpenAIChatCompletion 'hi' -Model gpt-6-luna }).ErrorDetails.RecommendedAction | Should -Not -BeLike '*default*'
    }

    It 'is reported for the right prompt among several at once' {
        1..2 | ForEach-Object { Add-JsonReply 404 ($refusal.Replace('{0}', 'gpt-6-luna')) }
        'a', 'b' | Invoke-OpenAIChatCompletion -ThrottleLimit 2 -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed.ErrorDetails.RecommendedAction | ForEach-Object { $_ | Should -BeLike "'gpt-6-luna' is the default of the module.*" }
        $failed | Should -HaveCount 2
    }
}

Describe 'Tools in a chat that a reasoning model refuses' {
    BeforeEach { Reset-TestServer }

    It 'cause an error with advice: <Message>' -ForEach @(
        @{ Message = 'Function tools with reasoning_effort are not supported for gpt-5.4 in /v1/chat/completions. Please use /v1/responses instead.' }
        @{ Message = "Function tools with reasoning_effort are not supported for gpt-6-luna in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'." }
    ) {
        Add-JsonReply 400 (@{ error = @{ message = $Message; type = 'invalid_request_error'; param = 'reasoning_effort'; code = $null } } | ConvertTo-Json)
        $refused = Get-Refusal { Invoke-OpenAIChatCompletion 'hi' -Tools Get-Date -InvokeTools }
        $refused.FullyQualifiedErrorId | Should -BeLike 'BadRequest,*'
        $refused.ErrorDetails.RecommendedAction | Should -BeLike '*Invoke-OpenAIResponse*-ReasoningEffort none*'
    }

    It 'are not the advice for other wrong values' {
        Add-JsonReply 400 '{"error":{"message":"Unsupported value: ''reasoning_effort'' does not support ''high'' with this model.","param":"reasoning_effort","code":"unsupported_value"}}'
        (Get-Refusal { Invoke-OpenAIChatCompletion 'hi' -ReasoningEffort high }).ErrorDetails.RecommendedAction | Should -BeLike 'Correct the parameter*'
    }
}
