# Runs every example in help: in a new runspace, in a folder with the files that it names, against the loopback server.
BeforeDiscovery {
    Import-Module $PSScriptRoot/HelpPages.psm1 -Force
    $examples = foreach ($page in Get-CmdletPage) {
        foreach ($code in $page.Code) { @{ Where = "$($page.Name), $($code.Title)"; Place = "$($page.Path)($($code.Line))"; Code = $code.Text } }
    }

    # The examples in about_OpenAIStream_Testing run in a session with Pester; its own tests run them. Those of examples/testing run the
    # script that tasks.md records.
    $topics = Get-TopicCode | Where-Object { $_.Name -ne 'about_OpenAIStream_Testing' -and $_.Text -notmatch 'Write-ReleaseNote|^Install-PSResource' } | ForEach-Object { @{ Where = "$($_.Name), line $($_.Line)"; Place = "$($_.Path)($($_.Line))"; Code = $_.Text } }
    $all = @($examples) + @($topics)
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1, $PSScriptRoot/Screen.psm1 -Force
    $server = Start-TestServer
    $base64 = [Convert]::ToBase64String([byte[]] (1..9))

    function Add-Answer([string] $Path, [string] $Body, [string] $Type = 'application/json', [int] $Status = 200, [string] $Method = 'POST') {
        Add-Reply @{ method = $Method; path = $Path; times = 9; status = $Status; headers = @{ 'content-type' = $Type; 'retry-after' = '120'; 'x-should-retry' = 'false' }; steps = @(@{ send = $Body }) }
    }

    function Add-EventAnswer([string] $Path, [string[]] $Payload, [string] $Method = 'POST') {
        Add-Answer $Path (-join $Payload) text/event-stream -Method $Method
    }

    # The answer for each address, streamed or whole.
    function Add-Chat([string] $Text = 'One two', [bool] $IsStream) {
        $chunks = @($Text | ConvertTo-Chunk), (ConvertTo-Chunk '' -FinishReason stop), '{"id":"id-1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}' | ForEach-Object { "data: $_`n`n" }
        foreach ($path in '/v1/chat/completions', '/openai/v1/chat/completions', '/v1/completions') {
            if ($IsStream) { Add-EventAnswer $path ($chunks + "data: [DONE]`n`n") } else { Add-Answer $path (ConvertTo-Answer $Text) }
        }
    }

    function Add-Response([string] $Text = 'One two', [bool] $IsStream) {
        $response = '{"id":"resp_1","status":"completed","output":[{"id":"m","type":"message","role":"assistant","content":[{"type":"output_text","text":"' + $Text + '"}]}],"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}'
        $events = @(
            '{"type":"response.created","sequence_number":42,"response":{"id":"resp_1","status":"in_progress","output":[]}}'
            '{"type":"response.output_text.delta","sequence_number":43,"output_index":0,"content_index":0,"item_id":"m","delta":"' + $Text + '"}'
            '{"type":"response.completed","sequence_number":44,"response":' + $response + '}'
        ) | ForEach-Object { "data: $_`n`n" }
        if ($IsStream) { Add-EventAnswer /v1/responses $events; Add-EventAnswer /v1/responses/resp_123 $events -Method GET } else { Add-Answer /v1/responses $response }
    }

    # Later requests for responses, and conversations.
    function Add-Kept {
        $response = '{"id":"resp_1","object":"response","status":"completed","output":[{"id":"m","type":"message","role":"assistant","content":[{"type":"output_text","text":"One two"}]}]}'
        $page = '{"has_more":false,"data":[{"id":"msg_1","type":"message","role":"user","content":[{"type":"input_text","text":"one"}]},{"id":"msg_2","type":"message","role":"assistant","content":[{"type":"output_text","text":"two"}]}]}'
        foreach ($id in 'resp_1', 'resp_2') {
            Add-Answer "/v1/responses/$id" $response -Method GET
            Add-Answer "/v1/responses/$id" '{"deleted":true}' -Method DELETE
            Add-Answer "/v1/responses/$id/cancel" ($response -replace 'completed', 'cancelled')
            Add-Answer "/v1/responses/$id/input_items" $page -Method GET
        }
        Add-Answer /v1/responses/compact '{"id":"cmp_1","object":"response.compaction","output":[{"type":"compaction","encrypted_content":"abc"}]}'
        Add-Answer /v1/responses/input_tokens '{"object":"response.input_tokens","input_tokens":11}'
        '/v1/conversations', '/v1/conversations/conv_1' | ForEach-Object { Add-Answer $_ '{"id":"conv_1","object":"conversation","created_at":1700000000,"metadata":{"topic":"colors"}}' }
        Add-Answer /v1/conversations/conv_1 '{"id":"conv_1","object":"conversation","created_at":1700000000,"metadata":{"topic":"colors"}}' -Method GET
        Add-Answer /v1/conversations/conv_1 '{"deleted":true}' -Method DELETE
        Add-Answer /v1/conversations/conv_1/items $page
        Add-Answer /v1/conversations/conv_1/items $page -Method GET
        'msg_1', 'msg_2' | ForEach-Object { Add-Answer "/v1/conversations/conv_1/items/$_" '{"id":"conv_1","object":"conversation"}' -Method DELETE }
    }

    function Add-Run {
        $events = @(
            "event: thread.run.created`ndata: {`"id`":`"run_1`",`"thread_id`":`"thread_1`",`"status`":`"queued`"}`n`n"
            "event: thread.message.delta`ndata: {`"id`":`"msg_1`",`"delta`":{`"content`":[{`"index`":0,`"type`":`"text`",`"text`":{`"value`":`"Hello`"}}]}}`n`n"
            "event: thread.run.completed`ndata: {`"id`":`"run_1`",`"thread_id`":`"thread_1`",`"status`":`"completed`"}`n`n"
            "event: done`ndata: [DONE]`n`n"
        )
        '/v1/threads/runs', '/v1/threads/thread_1/runs', '/v1/threads/thread_1/runs/run_1/submit_tool_outputs' | ForEach-Object { Add-EventAnswer $_ $events }
    }

    function Add-Media([bool] $IsStream) {
        if ($IsStream) {
            Add-EventAnswer /v1/images/generations @(
                0, 1 | ForEach-Object { "data: {`"type`":`"image_generation.partial_image`",`"b64_json`":`"$base64`",`"partial_image_index`":$_}`n`n" }
                "data: {`"type`":`"image_generation.completed`",`"b64_json`":`"$base64`"}`n`n"
            )
            Add-EventAnswer /v1/audio/speech "data: {`"type`":`"speech.audio.delta`",`"audio`":`"$base64`"}`n`n", "data: {`"type`":`"speech.audio.done`"}`n`n"
            Add-EventAnswer /v1/audio/transcriptions "data: {`"type`":`"transcript.text.delta`",`"delta`":`"Hello`"}`n`n", "data: {`"type`":`"transcript.text.done`",`"text`":`"Hello`"}`n`n"
        }
        else {
            '/v1/images/generations', '/v1/images/edits' | ForEach-Object { Add-Answer $_ "{`"data`":[{`"b64_json`":`"$base64`"}]}" }
            Add-Answer /v1/audio/speech 'some sound' audio/mpeg
            Add-Answer /v1/audio/transcriptions '{"text":"Hello.","words":[{"word":"Hello","start":0.5,"end":1}],"segments":[{"start":0.5,"end":1,"text":"Hello.","speaker":"agent"}]}'
        }
    }

    # The requests of the cmdlets for files, embeddings and any request.
    function Add-Others {
        $file = '{"id":"file-1","object":"file","bytes":7,"created_at":1700000000,"filename":"in.txt","purpose":"batch"}'
        Add-Answer /v1/files ($file -replace '"bytes":7,') # what is sent differs in size
        Add-Answer /v1/files "{`"data`":[$file],`"has_more`":false}" -Method GET
        Add-Answer /v1/files/file-1 $file -Method GET
        Add-Answer /v1/files/file-1 '{"deleted":true}' -Method DELETE
        Add-Answer /v1/files/file-1/content 'content' application/octet-stream -Method GET
        Add-Answer /v1/containers/cntr_1/files/cfile_1/content 'content' application/octet-stream -Method GET
        Add-Answer /v1/models/gpt-6-luna '{"id":"gpt-6-luna"}' -Method GET
        Add-Answer /v1/fine_tuning/jobs '{"data":[{"id":"ftjob-1","status":"failed"}],"has_more":false}' -Method GET
        Add-Answer /v1/vector_stores '{"id":"vs_1"}'
        Add-Answer /v1/vector_stores/vs_1 '{"deleted":true}' -Method DELETE
        Add-Answer /v1/responses/input_tokens '{"input_tokens":3}'
        Add-Answer /v1/audio/translations '{"text":"Hello."}'
        Add-Answer /v1/moderations '{"results":[{"flagged":false},{"flagged":false}]}'
    }

    function Add-Vector([int] $Count) {
        $data = for ($i = 0; $i -lt $Count; $i++) { @{ index = $i; embedding = @(0.6, 0.8) } }
        Add-Answer /v1/embeddings (@{ data = @($data); model = 'm'; usage = @{ prompt_tokens = 1; total_tokens = 1 } } | ConvertTo-Json -Depth 4 -Compress)
    }

    function Add-ToolCall([string] $Name, [string] $Arguments, [bool] $IsStream, [switch] $Response) {
        if ($Response) {
            $item = @{ type = 'function_call'; id = 'f'; call_id = 'c1'; name = $Name; arguments = $Arguments }
            return Add-Reply @{ path = '/v1/responses'; headers = @{ 'content-type' = 'application/json' }; steps = @(@{ send = @{ id = 'resp_0'; status = 'completed'; output = @($item) } | ConvertTo-Json -Depth 9 -Compress }) }
        }

        $call = @{ id = 'c1'; type = 'function'; index = 0; function = @{ name = $Name; arguments = $Arguments } }
        $choice = @{ index = 0; finish_reason = 'tool_calls' }
        $choice[$IsStream ? 'delta' : 'message'] = @{ role = 'assistant'; content = $null; tool_calls = @($call) }
        $json = @{ id = 'a'; choices = @($choice) } | ConvertTo-Json -Depth 9 -Compress
        $type, $body = $IsStream ? ('text/event-stream', "data: $json`n`ndata: [DONE]`n`n") : ('application/json', $json)
        Add-Reply @{ path = '/v1/chat/completions'; headers = @{ 'content-type' = $type }; steps = @(@{ send = $body }) }
    }

    # Examples that need more than one answer, or show what happens without one; with their expected output.
    $special = @{
        'Invoke-OpenAIResponse, Example 6: Continue a conversation that the service does not store' = @{ Sends = '"role":"assistant","content":*And a third?' }
        'Invoke-OpenAIResponse, Example 7: Use a conversation that the service stores' = @{ Sends = '"conversation":"conv_1"' }
        'Invoke-OpenAIResponse, Example 12: Pay less for a response overnight' = @{ Gives = 'One two' }
        'Get-OpenAIResponse, Example 2: Start a long answer and wait for it later' = @{ Gives = '@{Status=completed; Text=One two}' }
        'Stop-OpenAIResponse, Example 2: Change your mind' = @{ Gives = '@{Id=resp_1; Status=cancelled}' }
        'Get-OpenAIResponseInput, Example 3: Continue with some of the items at another service' = @{ Sends = '"text":"one"*And then?' }
        'Compress-OpenAIResponse, Example 1: Continue with a shorter context' = @{ Sends = '"compaction","encrypted_content":"abc"*And what is a pipeline?' }
        'Compress-OpenAIResponse, Example 2: Shorten a conversation that is not stored' = @{ Sends = '"compaction","encrypted_content":"abc"*And what is a pipeline?' }
        'Enter-OpenAIChat, Example 2: Work with the chat afterwards' = @{ Sends = '"content":"Hello"*"content":"One two*"role":"user"' }
        'Enter-OpenAIChat, Example 3: Talk about an answer' = @{ Sends = '"system"*How do I find large files?*One two*Hello' }
        'Measure-OpenAIInput, Example 3: Count several inputs' = @{ Gives = '@{Input=What is streaming?; InputTokens=11}', '@{Input=And a pipeline?; InputTokens=11}' }
        'Measure-OpenAIInput, Example 4: Count the tokens of tools' = @{ Gives = '0' }
        'Get-OpenAIConversation, Example 2: Check whether a conversation exists' = @{ Gives = 'It is.' }
        'Set-OpenAIConversation, Example 2: Add metadata' = @{ Sends = '"reviewed":"yes"' }
        'Get-OpenAIConversationItem, Example 1: Read a conversation' = @{ Gives = 'user: one', 'assistant: two' }
        'Get-OpenAIConversationItem, Example 3: Continue without the stored conversation' = @{ Sends = '"text":"one"*And then?' }
        'Add-OpenAIConversationItem, Example 2: Add a whole chat' = @{ Sends = '"role":"assistant","content":"One two"' }
        'Invoke-OpenAIChatCompletion, Example 10: Data instead of prose' = @{ Before = { Add-Chat '{"name":"Grace Hopper","year":1952}' $false }; Gives = '@{name=Grace Hopper; year=1952}' }
        'Invoke-OpenAIChatCompletion, Example 11: Let the model call a command' = @{ Before = { Add-ToolCall Get-Temperature '{"City":"Oslo"}' $true }; Sends = '"content":"4"' }
        'Invoke-OpenAIChatCompletion, Example 12: Handle a busy service' = @{ Before = { Add-Answer /v1/chat/completions '{"error":{"message":"slow down"}}' -Status 429 }; Gives = 'Busy. Try again in 00:02:00; request .' }
        'Invoke-OpenAIChatCompletion, Example 13: Hear the answer' = @{ Before = { Add-Answer /v1/chat/completions '{"choices":[{"index":0,"message":{"role":"assistant","content":null,"audio":{"id":"a","data":"UklGRg==","transcript":"Good morning."}},"finish_reason":"stop"}]}' }; Gives = 'Good morning.' }
        'Invoke-OpenAIChatCompletion, Example 14: Use less common settings' = @{ Sends = '"prediction":{"type":"content","content":"10:00 It began.' }
        'Invoke-OpenAIResponse, Example 11: Let the model call a command' = @{ Before = { Add-ToolCall Get-Temperature '{"City":"Oslo"}' $false -Response }; Sends = '"output":"4"' }
        'Invoke-OpenAIChatCompletion, Example 3: Combine an instruction with piped text' = @{ Sends = 'Translate into French.\n\nAnd a pipeline?' }
        'Invoke-OpenAIChatCompletion, Example 8: A table of prompts' = @{ Gives = '@{Id=1; Answer=One two}', '@{Id=2; Answer=One two}' }
        'Invoke-OpenAIChatCompletion, Example 9: The text of files' = @{ Gives = '@{File=log.txt; Text=One two}', '@{File=prompts.txt; Text=One two}' }
        'ConvertTo-OpenAITool, Example 2: A command under another name' = @{ Before = { Add-ToolCall list_files '{"Path":["."]}' $false -Response }; Sends = 'prompts.txt' }
        'ConvertTo-OpenAITool, Example 3: A script block' = @{ Before = { Add-ToolCall get_temperature '{"City":"Oslo"}' $false -Response }; Sends = '"output":"4"' }
        'Get-OpenAIModel, Example 3: Is the key right?' = @{ Gives = 'It works.' }
        'ConvertFrom-ServerSentEvent, Example 2: The text of a recorded answer' = @{ Gives = 'One two' }
        'Join-OpenAIChunk, Example 1: Get the whole answer of a stream' = @{ Gives = 'One two', '7' }
        'Invoke-OpenAIImage, Example 8: Change part of a photo' = @{ Sends = 'name="mask"; filename="mask.png"' }
        'Invoke-OpenAITranscription, Example 5: Subtitles' = @{ Before = { Add-Answer /v1/audio/transcriptions "1`n00:00:00,500 --> 00:00:01,000`nHello.`n" text/plain } }
        'Invoke-OpenAITranscription, Example 6: Identify speakers' = @{ Gives = 'agent: Hello.' }
        'New-OpenAIMessage, Example 2: Several images, cheaply' = @{ Sends = '"detail":"low"' }
        'Invoke-OpenAIModeration, Example 1: Check a text' = @{ Before = { Add-Answer /v1/moderations '{"results":[{"flagged":false}]}' }; Gives = 'False' }
        'Invoke-OpenAIModeration, Example 3: Check an image' = @{ Before = { Add-Answer /v1/moderations '{"results":[{"flagged":false}]}' }; Sends = 'data:image/jpeg' }
        'Invoke-OpenAIEmbedding, Example 3: Compare two texts' = @{ Sends = '"a kitten"' }
        'Invoke-OpenAIRequest, Example 3: Create something' = @{ Gives = '{"deleted":true}' }
        'Invoke-OpenAIRequest, Example 6: Read events as they arrive' = @{ Gives = 'One two' }
        'Send-OpenAIFile, Example 1: Ask about a document' = @{ Sends = '"file_id":"file-1"' }
        'Remove-OpenAIFile, Example 2: Delete old files' = @{ }
        'Measure-OpenAIUsage, Example 1: Add up tokens' = @{ Gives = 'm: 14 tokens (6 input, 8 output)' }
        'Connect-OpenAI, Example 6: Azure OpenAI with your signed-in identity' = @{ Sends = '"model":"my-deployment"' }
    }

    # Replacements for commands that test machines do not have.
    $standIns = {
        function Read-Host([string] $Prompt, [switch] $AsSecureString, [switch] $MaskInput) { if ($AsSecureString) { ConvertTo-SecureString 'test-key' -AsPlainText -Force } else { 'test-key' } }
        function Get-Secret([string] $Name, [string] $Vault) { ConvertTo-SecureString 'test-key' -AsPlainText -Force }
        function Get-Credential { [pscredential]::new('someone', (ConvertTo-SecureString 'word' -AsPlainText -Force)) }
        function Get-AzAccessToken([string] $ResourceUrl, [switch] $AsSecureString) {
            [pscustomobject]@{ Token = ConvertTo-SecureString 'test-token' -AsPlainText -Force; ExpiresOn = [DateTimeOffset]::UtcNow.AddHours(1) }
        }
    }

    function New-ExampleFolder {
        $folder = (New-Item (Join-Path TestDrive: ([guid]::NewGuid())) -ItemType Directory).FullName
        Set-Content "$folder/prompts.txt" 'What is streaming?', 'And a pipeline?'
        Set-Content "$folder/prompts.csv" 'Id,Prompt,Model', '1,What is streaming?,gpt-6-sol', '2,And a pipeline?,'
        Set-Content "$folder/prices.csv" 'Model,Input,Output,Currency', 'm,1,4,USD'
        Set-Content "$folder/log.txt" '10:00 It began.', '', '10:05 It ended.'
        Set-Content "$folder/recording.sse" (@(@('One two' | ConvertTo-Chunk | ForEach-Object { "data: $_`n" }) + "data: [DONE]`n") -join "`n")
        'photo.jpg', 'other.jpg' | ForEach-Object { [IO.File]::WriteAllBytes("$folder/$_", [byte[]] (0xFF, 0xD8, 0xFF, 0xE0 + 1..20)) }
        [IO.File]::WriteAllBytes("$folder/mask.png", [byte[]] (0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A + 1..20))
        'talk.mp3', 'other.mp3' | ForEach-Object { [IO.File]::WriteAllText("$folder/$_", 'ID3 sound') }
        [IO.File]::WriteAllText("$folder/report.pdf", '%PDF-1.7')
        $folder
    }

    # Runs in its own runspace, with the example's addresses redirected to the server.
    function Invoke-Code([string] $Code) {
        $here = $Code -replace 'http://localhost:11434/', $server.http1 -replace 'https://name\.openai\.azure\.com', $server.http1
        $state = [initialsessionstate]::CreateDefault()
        $state.ImportPSModule((Get-BuiltModule))
        $screen = [OpenAIStream.Tests.ScreenHost]::new() # somebody who says hello in each chat, and leaves
        $screen.Screen.Lines = [System.Collections.Generic.Queue[string]]::new([string[]] ('Hello', '/exit', 'Hello', '/exit'))
        $shell = [powershell]::Create()
        $shell.Runspace = if ($Code -match 'Enter-OpenAIChat') { [runspacefactory]::CreateRunspace($screen, $state) } else { [runspacefactory]::CreateRunspace($state) }
        $shell.Runspace.Open()
        try {
            $null = $shell.AddScript("$standIns; Set-Location -LiteralPath '$(New-ExampleFolder)'", $false).Invoke()
            $shell.Commands.Clear()
            $output = $shell.AddScript($here, $false).Invoke()
            $result = @{ Output = @($output); Errors = @($shell.Streams.Error); Warnings = @($shell.Streams.Warning) }
            $shell.Commands.Clear()
            $result.Connections = @($shell.AddScript('Get-OpenAIConnection').Invoke())
            $result
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }
    }
}

AfterAll { Stop-TestServer }

Describe 'The example in <Where>' -ForEach $all {
    BeforeAll {
        Reset-TestServer
        Get-OpenAIConnection | Disconnect-OpenAI
        $env:OPENAI_BASE_URL = "$($server.http1)v1" # used by Connect-OpenAI without an address too
        $isOfBatch = $Code -match 'OpenAIBatch|-AsBatch'
        if ($isOfBatch) {
            Set-BatchService
            $null = 'What is streaming?', 'And a pipeline?' | Invoke-OpenAIChatCompletion -AsBatch | Wait-OpenAIBatch
        }
        if ($special[$Where].Before) { & $special[$Where].Before }
        $isStream = $Code -match '-Stream\b|Enter-OpenAIChat'
        Add-Chat -IsStream $isStream
        Add-Response -IsStream $isStream
        Add-Kept
        Add-Run
        Add-Media $isStream
        if (-not $isOfBatch) { Add-Others } # files are the batches'
        Add-Vector (($Code -match "embedding '[^']*'$|embedding '[^']*'\)") ? 1 : 2)
        Add-Answer /v1/models '{"data":[{"id":"gpt-6-luna","created":1715367049},{"id":"gpt-ends","created":1721172741,"shutdown_date":"2027-01-14"}]}' -Method GET
        Add-Answer /openai/deployments/my-deployment/chat/completions (ConvertTo-Answer 'One two')
        $result = Invoke-Code $Code
        $sent = @(Invoke-RestMethod "$($server.control)requests" | ForEach-Object { $_ })
    }

    AfterAll {
        Get-OpenAIConnection | Disconnect-OpenAI
        'OPENAI_BASE_URL', 'OPENAI_API_KEY' | ForEach-Object { Remove-Item "Env:$_" -ErrorAction Ignore }
    }

    It 'runs without an error' {
        $result.Errors | ForEach-Object { "$_" } | Should -BeNullOrEmpty -Because $Place
        $result.Warnings | Should -BeNullOrEmpty -Because $Place
    }

    It 'does something' {
        ($result.Output.Count + $sent.Count + $result.Connections.Count -gt 0 -or $Code -match 'Disconnect-OpenAI') | Should -BeTrue -Because $Place
    }

    It 'writes the types that its cmdlets declare' {
        $names = [System.Management.Automation.Language.Parser]::ParseInput($Code, [ref] $null, [ref] $null).FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true) | ForEach-Object GetCommandName
        $ours = $names | Where-Object { $_ -match 'OpenAI|ServerSent' }
        $types = $ours | ForEach-Object { Get-Command $_ } | ForEach-Object { $_.OutputType.Type } | Where-Object { $_ }
        foreach ($item in $result.Output | Where-Object { $_.PSObject.BaseObject.GetType().Namespace -eq 'OpenAIStream' }) {
            $types.Where({ $_.IsInstanceOfType($item.PSObject.BaseObject) }) | Should -Not -BeNullOrEmpty -Because "$Place gives a $($item.PSObject.BaseObject.GetType())"
        }
    }

    It 'shows what it should show' {
        if ($special[$Where].Gives) { $result.Output | ForEach-Object { "$_" } | Should -Be $special[$Where].Gives }
        if ($special[$Where].Sends) { $sent[-1].body | Should -BeLike "*$($special[$Where].Sends)*" }
    }
}

Describe 'The examples' {
    It 'include those with additional checks' {
        $special.Keys | Where-Object { $_ -notin $Names } | Should -BeNullOrEmpty -Because 'an example was renamed: rename it here'
    } -ForEach @{ Names = $all.Where }
}
