BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer

    function Get-Completion([string] $Line) {
        (TabExpansion2 $Line).CompletionMatches | Where-Object ResultType -In ParameterValue, Command | ForEach-Object CompletionText
    }
}
AfterAll { Stop-TestServer }

Describe 'Tab after' {
    BeforeEach { Reset-TestServer }

    It '<Line> returns <Words>' -ForEach @(
        @{ Line = 'Connect-OpenAI -ApiVersion 2024-1'; Words = '2024-10-21' }
        @{ Line = 'Connect-OpenAI -Name De'; Words = 'Default' }
        @{ Line = 'Connect-OpenAI -HttpVersion '; Words = '1.1', '2.0' }
        @{ Line = 'Disconnect-OpenAI '; Words = 'Default' }
        @{ Line = 'Get-OpenAIConnection '; Words = 'Default' }
        @{ Line = 'Invoke-OpenAICompletion hi -Connection '; Words = 'Default' }
        @{ Line = 'Invoke-OpenAIChatCompletion hi -ReasoningEffort mi'; Words = 'minimal' }
        @{ Line = 'Invoke-OpenAIChatCompletion hi -Verbosity '; Words = 'low', 'medium', 'high' }
        @{ Line = 'Invoke-OpenAIChatCompletion hi -ResponseFormat '; Words = "@{ type = 'json_object' }", "@{ type = 'text' }" }
        @{ Line = 'Invoke-OpenAIChatCompletion hi -Tools Get-PSDr'; Words = 'Get-PSDrive' }
        @{ Line = 'Invoke-OpenAIChatCompletion hi -ToolChoice '; Words = 'auto', 'none', 'required' }
        @{ Line = 'Invoke-OpenAIChatCompletion hi -Tools Get-Date, Get-PSDrive -ToolChoice Get'; Words = 'Get-Date', 'Get-PSDrive' }
        @{ Line = 'Invoke-OpenAIChatCompletion hi -ServiceTier f'; Words = 'flex', 'fast' }
        @{ Line = 'Invoke-OpenAIResponse hi -ServiceTier u'; Words = 'ultrafast' }
        @{ Line = 'Invoke-OpenAIChatCompletion hi -Options Pr'; Words = '@{ PromptCacheKey = ', '@{ PromptCacheOptions = ', '@{ Prediction = ' }
        @{ Line = 'Invoke-OpenAIResponse hi -ReasoningSummary '; Words = 'auto', 'concise', 'detailed' }
        @{ Line = 'Invoke-OpenAIResponse hi -Include reas'; Words = 'reasoning.encrypted_content' }
        @{ Line = 'Invoke-OpenAIThreadRun asst_1 -Tools Get-PSDr'; Words = 'Get-PSDrive' }
        @{ Line = 'Invoke-OpenAIImage hi -Size 1024x10'; Words = '1024x1024' }
        @{ Line = 'Invoke-OpenAIImage hi -Quality '; Words = 'auto', 'low', 'medium', 'high', 'xhigh', 'max' }
        @{ Line = 'Invoke-OpenAIImage hi -Background '; Words = 'auto', 'transparent', 'opaque' }
        @{ Line = 'Invoke-OpenAIImage hi -OutputFormat '; Words = 'png', 'webp', 'jpeg', 'gif', 'svg' }
        @{ Line = 'Invoke-OpenAIImage hi -Size 3'; Words = '3840x2160' }
        @{ Line = 'Invoke-OpenAIImage hi -Moderation '; Words = 'auto', 'low' }
        @{ Line = 'Invoke-OpenAIImage hi -InputFidelity '; Words = 'low', 'high' }
        @{ Line = 'Invoke-OpenAISpeech hi -Voice s'; Words = 'sage', 'shimmer' }
        @{ Line = 'Invoke-OpenAISpeech hi -ResponseFormat '; Words = 'mp3', 'opus', 'aac', 'flac', 'wav', 'pcm' }
        @{ Line = 'Invoke-OpenAITranscription x -ResponseFormat '; Words = 'diarized_json', 'json', 'srt', 'text', 'verbose_json', 'vtt' }
        @{ Line = 'Invoke-OpenAITranscription x -TimestampGranularity '; Words = 'word', 'segment' }
        @{ Line = 'Invoke-OpenAITranscription x -ChunkingStrategy '; Words = 'auto', "@{ type = 'server_vad'; threshold = 0.5 }" }
        @{ Line = 'Invoke-OpenAITranscription x -Include '; Words = 'logprobs' }
        @{ Line = 'Invoke-OpenAITranscription x -Language de'; Words = 'de' }
        @{ Line = 'New-OpenAIMessage hi -Role '; Words = 'user', 'assistant', 'system', 'developer' }
        @{ Line = 'New-OpenAIMessage hi -Detail '; Words = 'auto', 'low', 'high' }
        @{ Line = 'Invoke-OpenAIRequest '; Words = 'GET', 'POST', 'DELETE', 'PATCH', 'PUT', 'HEAD' }
        @{ Line = 'Invoke-OpenAIRequest GET vec'; Words = 'vector_stores' }
        @{ Line = 'Invoke-OpenAIRequest POST files -ContentType text/'; Words = 'text/jsonl', 'text/plain' }
        @{ Line = 'Send-OpenAIFile x -Purpose '; Words = 'user_data', 'batch', 'assistants', 'fine-tune', 'vision', 'evals' }
        @{ Line = 'Send-OpenAIFile x -ExpiresAfter '; Words = '01:00:00', '1.00:00:00', '7.00:00:00', '30.00:00:00' }
        @{ Line = 'Get-OpenAIBatch -Status c'; Words = 'completed', 'cancelling', 'cancelled' }
        @{ Line = 'Get-OpenAIFile -Purpose batch'; Words = 'batch', 'batch_output' }
        @{ Line = 'ConvertTo-OpenAITool Get-PSDr'; Words = 'Get-PSDrive' }
        @{ Line = 'ConvertTo-OpenAITool Get-PSDrive -ParameterName '; Words = 'Name', 'Scope', 'PSProvider', 'LiteralName' }
    ) {
        Get-Completion $Line | Sort-Object | Should -Be ($Words | Sort-Object)
        $Error | Should -BeNullOrEmpty
    }

    It 'an opening quote returns the same' {
        Get-Completion "Invoke-OpenAISpeech hi -Voice 's" | Should -Be 'sage', 'shimmer'
    }

    It '<Cmdlet> -Model returns <Models>' -ForEach @(
        @{ Cmdlet = 'Invoke-OpenAIImage'; Models = 'dall-e-3', 'gpt-image-1' }
        @{ Cmdlet = 'Invoke-OpenAISpeech'; Models = 'gpt-4o-mini-tts', 'tts-1' }
        @{ Cmdlet = 'Invoke-OpenAITranscription'; Models = 'gpt-4o-transcribe', 'whisper-1' }
        @{ Cmdlet = 'Invoke-OpenAIEmbedding'; Models = 'text-embedding-3-small' }
        @{ Cmdlet = 'Invoke-OpenAIModeration'; Models = 'omni-moderation-latest' }
        @{ Cmdlet = 'Invoke-OpenAIChatCompletion'; Models = 'of-the-connection', 'gpt-4o', 'dall-e-3', 'gpt-image-1', 'gpt-4o-mini-tts', 'tts-1', 'gpt-4o-transcribe', 'whisper-1', 'text-embedding-3-small', 'omni-moderation-latest' }
    ) {
        Connect-OpenAI -BaseUri (Get-OpenAIConnection Default).BaseUri -Model of-the-connection
        $list = 'gpt-4o', 'dall-e-3', 'gpt-image-1', 'gpt-4o-mini-tts', 'tts-1', 'gpt-4o-transcribe', 'whisper-1', 'text-embedding-3-small', 'omni-moderation-latest' | ForEach-Object { @{ id = $_ } }
        Add-JsonReply 200 (@{ data = @($list) } | ConvertTo-Json -Depth 3 -Compress)
        $null = Get-OpenAIModel
        Get-Completion "$Cmdlet -Model " | Should -Be $Models
    }

    It 'Invoke-OpenAIImage -Model returns all if no name shows the kind' {
        Add-JsonReply 200 '{"data":[{"id":"flux"},{"id":"llama"}]}'
        $null = Get-OpenAIModel
        Get-Completion 'Invoke-OpenAIImage -Model ' | Should -Be 'flux', 'llama'
    }

    It 'a language shows its name' {
        (TabExpansion2 'Invoke-OpenAITranscription x -Language nb').CompletionMatches[0].ToolTip | Should -Match 'Norwegian'
    }
}
