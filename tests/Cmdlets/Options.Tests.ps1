# Rarely used options in one parameter: each key as it is sent, and the invalid ones.
BeforeDiscovery {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    Import-BuiltModule

    $chat = @(
        @{ Key = 'PromptCacheKey'; Value = 'nightly'; Sent = '"prompt_cache_key":"nightly"' }
        @{ Key = 'PromptCacheOptions'; Value = [ordered]@{ Mode = 'explicit'; Ttl = '30m' }; Sent = '"prompt_cache_options":{"mode":"explicit","ttl":"30m"}' }
        @{ Key = 'SafetyIdentifier'; Value = 'u1'; Sent = '"safety_identifier":"u1"' }
        @{ Key = 'ParallelToolCalls'; Value = $false; Sent = '"parallel_tool_calls":false' }
        @{ Key = 'Store'; Value = $true; Sent = '"store":true' }
        @{ Key = 'LogitBias'; Value = @{ 50256 = -100 }; Sent = '"logit_bias":{"50256":-100}' }
        @{ Key = 'Modalities'; Value = 'text', 'audio'; Sent = '"modalities":["text","audio"]' }
        @{ Key = 'Modalities'; Value = 'text'; Sent = '"modalities":["text"]' }
        @{ Key = 'Audio'; Value = [ordered]@{ Voice = 'alloy'; format = 'wav' }; Sent = '"audio":{"voice":"alloy","format":"wav"}' }
        @{ Key = 'Prediction'; Value = 'as before'; Sent = '"prediction":{"type":"content","content":"as before"}' }
        @{ Key = 'Prediction'; Value = [ordered]@{ Type = 'content'; Content = 'as before' }; Sent = '"prediction":{"type":"content","content":"as before"}' }
        @{ Key = 'WebSearchOptions'; Value = @{ SearchContextSize = 'low' }; Sent = '"web_search_options":{"search_context_size":"low"}' }
        @{ Key = 'WebSearchOptions'; Value = @{ UserLocation = [ordered]@{ Type = 'approximate'; Approximate = @{ City = 'Oslo' } } }; Sent = '"web_search_options":{"user_location":{"type":"approximate","approximate":{"city":"Oslo"}}}' }
        @{ Key = 'Moderation'; Value = [ordered]@{ Model = 'm'; Policy = @{ Input = @{ Mode = 'block' } } }; Sent = '"moderation":{"model":"m","policy":{"input":{"mode":"block"}}}' }
        @{ Key = 'IncludeObfuscation'; Value = $false; Sent = '"stream_options":{"include_obfuscation":false}' }
    ) | ForEach-Object { $_ + @{ Command = 'Invoke-OpenAIChatCompletion' } }
    $response = @(
        @{ Key = 'PromptCacheKey'; Value = 'nightly'; Sent = '"prompt_cache_key":"nightly"' }
        @{ Key = 'PromptCacheOptions'; Value = [ordered]@{ Prewarm = $true; ComparisonResponseId = 'r' }; Sent = '"prompt_cache_options":{"prewarm":true,"comparison_response_id":"r"}' }
        @{ Key = 'SafetyIdentifier'; Value = 'u1'; Sent = '"safety_identifier":"u1"' }
        @{ Key = 'ParallelToolCalls'; Value = $true; Sent = '"parallel_tool_calls":true' }
        @{ Key = 'MaxToolCalls'; Value = 3; Sent = '"max_tool_calls":3' }
        @{ Key = 'TopLogprobs'; Value = [long] 5; Sent = '"top_logprobs":5' }
        @{ Key = 'ContextManagement'; Value = [ordered]@{ Type = 'compaction'; CompactThreshold = 1000 }; Sent = '"context_management":[{"type":"compaction","compact_threshold":1000}]' }
        @{ Key = 'BackgroundOptions'; Value = @{ CompletionWindow = '8h' }; Sent = '"background_options":{"completion_window":"8h"}' }
        @{ Key = 'ReasoningContext'; Value = 'all_turns'; Sent = '"reasoning":{"context":"all_turns"}' }
        @{ Key = 'ReasoningMode'; Value = 'pro'; Sent = '"reasoning":{"mode":"pro"}' }
        @{ Key = 'Moderation'; Value = @{ Model = 'm' }; Sent = '"moderation":{"model":"m"}' }
        @{ Key = 'IncludeObfuscation'; Value = $false; Sent = '"stream_options":{"include_obfuscation":false}' }
    ) | ForEach-Object { $_ + @{ Command = 'Invoke-OpenAIResponse' } }
    $completion = @(
        @{ Key = 'BestOf'; Value = 3; Sent = '"best_of":3' }
        @{ Key = 'LogitBias'; Value = [ordered]@{ '1' = 0.5; '2' = -1 }; Sent = '"logit_bias":{"1":0.5,"2":-1}' }
        @{ Key = 'IncludeObfuscation'; Value = $false; Sent = '"stream_options":{"include_obfuscation":false}' }
    ) | ForEach-Object { $_ + @{ Command = 'Invoke-OpenAICompletion' } }
    $image = @(
        @{ Key = 'Complexity'; Value = 'high'; Sent = '"complexity":"high"' }
        @{ Key = 'FrameCount'; Value = 12; Sent = '"frame_count":12' }
        @{ Key = 'FrameDurationMs'; Value = 100; Sent = '"frame_duration_ms":100' }
        @{ Key = 'Svg'; Value = [ordered]@{ Model = 'm'; Reasoning = @{ Effort = 'low' } }; Sent = '"svg":{"model":"m","reasoning":{"effort":"low"}}' }
        @{ Key = 'SafetyIdentifier'; Value = 'u1'; Sent = '"safety_identifier":"u1"' }
    ) | ForEach-Object { $_ + @{ Command = 'Invoke-OpenAIImage' } }
    $keys = @($chat) + @($image) + @($response) + @($completion)
    $types = @(
        @{ Command = 'Invoke-OpenAIChatCompletion'; Type = [OpenAIStream.ChatCompletionOptions]; Request = [OpenAIStream.ChatCompletionRequest]; Tested = @($chat.Key) }
        @{ Command = 'Invoke-OpenAIResponse'; Type = [OpenAIStream.ResponseOptions]; Request = [OpenAIStream.ResponseRequest]; Tested = @($response.Key) }
        @{ Command = 'Invoke-OpenAIImage'; Type = [OpenAIStream.ImageOptions]; Request = [OpenAIStream.ImageRequest]; Tested = @($image.Key) }
        @{ Command = 'Invoke-OpenAICompletion'; Type = [OpenAIStream.CompletionOptions]; Request = [OpenAIStream.CompletionRequest]; Tested = @($completion.Key) }
    )
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer
}
AfterAll { Stop-TestServer }

Describe '-Options' {
    BeforeEach {
        Reset-TestServer
        Add-StreamReply $(if ($Command -eq 'Invoke-OpenAIImage') { '{"type":"image_generation.completed","b64_json":"AA=="}' }
            else { (ConvertTo-Chunk 'x'), '{"type":"response.completed","response":{"id":"r","status":"completed","output":[]}}' })
    }

    It '<Command> sends <Key> as <Sent>' -ForEach $keys {
        $null = & $Command hi -Stream -Options @{ $Key = $Value } -ErrorAction Ignore
        (Get-SentRequest).body | Should -BeLike "*$([WildcardPattern]::Escape($Sent))*"
    }

    It '<Command> accepts <Key> by the service''s name, in any case' -ForEach $keys {
        $wire = [Text.Json.JsonNamingPolicy]::SnakeCaseLower.ConvertName($Key).ToUpperInvariant()
        $null = & $Command hi -Stream -Options @{ $wire = $Value } -ErrorAction Ignore
        (Get-SentRequest).body | Should -BeLike "*$([WildcardPattern]::Escape($Sent))*"
    }

    It 'takes <What>' -ForEach @(
        @{ What = 'an ordered hashtable'; Value = { [ordered]@{ Store = $true; PromptCacheKey = 'k' } } }
        @{ What = 'what ConvertFrom-Json gives'; Value = { '{"store":true,"prompt_cache_key":"k"}' | ConvertFrom-Json } }
        @{ What = 'a hashtable of ConvertFrom-Json'; Value = { '{"store":true,"prompt_cache_key":"k"}' | ConvertFrom-Json -AsHashtable } }
        @{ What = 'options made before'; Value = { [OpenAIStream.ChatCompletionOptions] @{ Store = $true; PromptCacheKey = 'k' } } }
        @{ What = 'options out of a file'; Value = { [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize([OpenAIStream.ChatCompletionOptions] @{ Store = $true; PromptCacheKey = 'k' })) } }
        @{ What = 'values out of a pipeline'; Value = { @{ Store = ($true | Write-Output); PromptCacheKey = ('k' | Write-Output); SafetyIdentifier = $null } } }
    ) {
        $options = & $Value
        $null = Invoke-OpenAIChatCompletion hi -Stream -Options $options
        $body = (Get-SentRequest).Json
        $body.store, $body.prompt_cache_key | Should -Be $true, 'k'
        $body.Keys | Sort-Object | Should -Be 'messages', 'model', 'prompt_cache_key', 'store', 'stream'
    }

    It 'can be splatted, and counts as not specified if null' {
        $splat = @{ Message = 'hi'; Stream = $true; Options = $null }
        $null = Invoke-OpenAIChatCompletion @splat
        (Get-SentRequest).Json.Keys | Sort-Object | Should -Be 'messages', 'model', 'stream'
    }

    It 'is combined with parameters for the same object' {
        $null = Invoke-OpenAIResponse hi -Stream -ReasoningEffort low -Options @{ ReasoningMode = 'pro' }
        (Get-SentRequest).body | Should -BeLike '*"reasoning":{"effort":"low","mode":"pro"}*'
    }

    It 'is overridden by -AdditionalBody' {
        $null = Invoke-OpenAIChatCompletion hi -Stream -IncludeUsage -Options @{ PromptCacheKey = 'a'; IncludeObfuscation = $false } -AdditionalBody @{ prompt_cache_key = 'b' }
        (Get-SentRequest).Json.prompt_cache_key | Should -Be 'b'
        (Get-SentRequest).body | Should -BeLike '*"stream_options":{"include_usage":true,"include_obfuscation":false}*'
    }

    It 'is sent with each request of a tool conversation' {
        Reset-TestServer
        function Get-Two { 2 }
        Add-JsonReply 200 '{"id":"a","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"Get-Two","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}'
        Add-JsonReply 200 (ConvertTo-Answer 'two')
        (Invoke-OpenAIChatCompletion hi -Tools Get-Two -InvokeTools -Options @{ ParallelToolCalls = $false }).Text | Should -Be 'two'
        (Get-SentRequest).Json.parallel_tool_calls | Should -Be $false, $false
    }

    It 'refuses <Command> -Options <Options>' -ForEach @(
        @{ Command = 'Invoke-OpenAIChatCompletion'; Options = @{ PromptCachKey = 'a' }; Says = "'PromptCachKey' is not a key of -Options. Did you mean PromptCacheKey? -AdditionalBody sends any field by the name that the service uses." }
        @{ Command = 'Invoke-OpenAIChatCompletion'; Options = @{ parallel_tool_call = $true }; Says = '*Did you mean ParallelToolCalls`?*' }
        @{ Command = 'Invoke-OpenAIChatCompletion'; Options = @{ something_else = 1 }; Says = '*The keys are PromptCacheKey, *, IncludeObfuscation. -AdditionalBody *' }
        @{ Command = 'Invoke-OpenAIChatCompletion'; Options = @{ Model = 'm' }; Says = "'Model' is not a key of -Options: use -Model." }
        @{ Command = 'Invoke-OpenAIChatCompletion'; Options = @{ messages = 'm' }; Says = '*: use -Message.' }
        @{ Command = 'Invoke-OpenAIChatCompletion'; Options = @{ tools = 'm' }; Says = '*: use -Tools.' }
        @{ Command = 'Invoke-OpenAIChatCompletion'; Options = @{ stream = $true }; Says = '*: use -Stream.' }
        @{ Command = 'Invoke-OpenAIChatCompletion'; Options = @{ stop = 'x' }; Says = '*: use -StopSequence.' }
        @{ Command = 'Invoke-OpenAIChatCompletion'; Options = @{ service_tier = 'flex' }; Says = '*: use -ServiceTier.' }
        @{ Command = 'Invoke-OpenAIChatCompletion'; Options = @{ Metadata = @{} }; Says = '*: use -Metadata.' }
        @{ Command = 'Invoke-OpenAIChatCompletion'; Options = @{ max_tokens = 1 }; Says = '*: use -MaxTokens.' }
        @{ Command = 'Invoke-OpenAIResponse'; Options = @{ input = 'x' }; Says = '*: use -Message.' }
        @{ Command = 'Invoke-OpenAIResponse'; Options = @{ store = $false }; Says = '*: use -NoStore.' }
        @{ Command = 'Invoke-OpenAIResponse'; Options = @{ text = @{} }; Says = '*: use -JsonSchema or -Verbosity.' }
        @{ Command = 'Invoke-OpenAICompletion'; Options = @{ logprobs = 1 }; Says = '*: use -Logprobs.' }
        @{ Command = 'Invoke-OpenAIImage'; Options = @{ mask = 'a.png' }; Says = '*: use -MaskPath.' }
        @{ Command = 'Invoke-OpenAIImage'; Options = @{ Svg = 'm' }; Says = '*a hashtable for Svg*' }
        @{ Command = 'Invoke-OpenAIChatCompletion'; Options = @{ PromptCacheKey = 'a'; prompt_cache_key = 'b' }; Says = '-Options contains the key PromptCacheKey twice. Specify it once.' }
        @{ Command = 'Invoke-OpenAIChatCompletion'; Options = @{ PromptCacheKey = 5 }; Says = '-Options requires text for PromptCacheKey, not a value of type System.Int32.' }
        @{ Command = 'Invoke-OpenAIChatCompletion'; Options = @{ store = 'yes' }; Says = '-Options requires `$true or `$false for Store, not a value of type System.String.' }
        @{ Command = 'Invoke-OpenAIChatCompletion'; Options = @{ LogitBias = @{ 5 = 'x' } }; Says = '-Options requires token numbers and their biases, *' }
        @{ Command = 'Invoke-OpenAIChatCompletion'; Options = @{ Modalities = 'text', 5 }; Says = '*text, or a list of texts for Modalities*' }
        @{ Command = 'Invoke-OpenAIChatCompletion'; Options = @{ Audio = 'alloy' }; Says = '*a hashtable for Audio*' }
        @{ Command = 'Invoke-OpenAIChatCompletion'; Options = @{ Prediction = 5 }; Says = '*a hashtable for Prediction*' }
        @{ Command = 'Invoke-OpenAIResponse'; Options = @{ MaxToolCalls = '3' }; Says = '*a whole number for MaxToolCalls*' }
        @{ Command = 'Invoke-OpenAIResponse'; Options = @{ MaxToolCalls = 1.5 }; Says = '*a whole number for MaxToolCalls*' }
        @{ Command = 'Invoke-OpenAIResponse'; Options = @{ Conversation = 'conv_1' }; Says = '*: use -Conversation.' }
        @{ Command = 'Invoke-OpenAIResponse'; Options = @{ ContextManagement = 'x' }; Says = '*a hashtable, or a list of them for ContextManagement*' }
        @{ Command = 'Invoke-OpenAIChatCompletion'; Options = 'text'; Says = "-Options requires names and values, such as @{ PromptCacheKey = 'nightly' }, not a value of type System.String." }
    ) {
        { & $Command hi -Options $Options } | Should -Throw -ErrorId 'CannotConvertArgumentNoMessage*' -PassThru |
            ForEach-Object { $_.Exception.GetBaseException().Message } | Should -BeLike $Says
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'refuses <What>' -ForEach @(
        @{ What = 'padding of chunks without chunks (chat)'; Call = { Invoke-OpenAIChatCompletion hi -Options @{ IncludeObfuscation = $false } }; Says = '*Add -Stream.' }
        @{ What = 'padding of chunks without chunks (response)'; Call = { Invoke-OpenAIResponse hi -Options @{ IncludeObfuscation = $false } }; Says = '*Add -Stream.' }
        @{ What = 'padding of chunks without chunks (completion)'; Call = { Invoke-OpenAICompletion hi -Options @{ IncludeObfuscation = $false } }; Says = '*Add -Stream.' }
    ) {
        $Call | Should -Throw $Says -ErrorId 'BadArgument*'
        Get-SentRequest | Should -BeNullOrEmpty
    }
}

Describe 'The keys of <Command> -Options' -ForEach $types {
    It 'are properties of the request' {
        foreach ($key in $Type.GetProperties()) {
            $Request.GetProperty($key.Name).CanWrite | Should -BeTrue -Because $key.Name
            $Request.GetProperty($key.Name).PropertyType.IsAssignableFrom($key.PropertyType) | Should -BeTrue -Because $key.Name
        }
    }

    It 'and the parameters cover every property of a request' {
        $said = @{ Messages = 'Message'; Logprobs = 'TopLogprobs'; Stop = 'StopSequence'; Input = 'Message'; Images = 'ImagePath'; Mask = 'MaskPath'; Markup = 'MarkupPath'; Store = 'NoStore'; Reasoning = 'ReasoningEffort'; TextOptions = 'Verbosity'; WholeInput = 'History' }
        $parameters = (Get-Command $Command).Parameters.Keys
        $Request.GetProperties().Where({ $_.CanWrite -and -not $_.GetIndexParameters() }).Name |
            Where-Object { $_ -notin $parameters -and $_ -notin $Type.GetProperties().Name -and $said[$_] -notin $parameters } |
            Where-Object { $Command -ne 'Invoke-OpenAIResponse' -or $_ -ne 'User' } | # SafetyIdentifier has taken its place
            Should -BeNullOrEmpty
    }

    It 'are tested one by one' {
        $Type.GetProperties().Name | Where-Object { $_ -notin $Tested } | Should -BeNullOrEmpty
    }

    It 'are in its help' {
        $text = (Get-Help $Command -Parameter Options).description.Text -join "`n"
        $Type.GetProperties().Name | Where-Object { $text -notmatch "\b$_\b" } | Should -BeNullOrEmpty
    }

    It 'are completed with Tab' {
        (TabExpansion2 "$Command hi -Options @{ ").CompletionMatches.CompletionText | Should -Be ($Type.GetProperties().Name | Sort-Object)
        $one = $Type.GetProperties().Name[-1]
        (TabExpansion2 "$Command hi -Options @{ $($one.Substring(0, $one.Length - 2))").CompletionMatches.CompletionText | Should -Be $one
        (TabExpansion2 "$Command hi -Options ").CompletionMatches.ListItemText | Sort-Object | Should -Be ($Type.GetProperties().Name | Sort-Object)
    }
}

Describe 'Audio out' {
    BeforeEach { Reset-TestServer }

    It 'is joined from a stream, shown as its transcript, and referred to by its id in the next request' {
        $pieces = '{"id":"audio_1","transcript":"Good "}', '{"data":"AA=="}', '{"transcript":"morning."}', '{"data":"AQI="}', '{"expires_at":4000000000}'
        Add-StreamReply ($pieces.ForEach({ "{`"id`":`"c`",`"choices`":[{`"index`":0,`"delta`":{`"audio`":$_}}]}" }) + '{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}')
        $answer = Invoke-OpenAIChatCompletion hi -Stream -Options @{ Modalities = 'text', 'audio'; Audio = @{ Voice = 'alloy'; Format = 'pcm16' } } |
            Show-OpenAIStream -PassThru -InformationVariable shown 6>$null
        $shown -join '' | Should -BeLike '*Good morning.*'
        $answer.Text | Should -Be 'Good morning.'
        $answer.Choices[0].Message.Audio | Should -BeOfType OpenAIStream.ChatAudio
        $answer.Choices[0].Message.Audio.ToBytes() | Should -Be 0, 1, 2

        Add-JsonReply 200 (ConvertTo-Answer 'x')
        $null = Invoke-OpenAIChatCompletion again -History $answer
        (Get-SentRequest)[1].body | Should -BeLike '*"audio":{"id":"audio_1"}*'
    }
}
