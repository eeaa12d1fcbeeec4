# Mocks, proxies and functions get the types of parameters, but not the attributes that convert values. So the types convert.
BeforeDiscovery {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    Import-BuiltModule
    $common = [Management.Automation.PSCmdlet]::CommonParameters + [Management.Automation.PSCmdlet]::OptionalCommonParameters

    # The value for a parameter of each type, unless its name is listed below.
    $byType = @{
        'Object[]' = @{ Text = { 'x' }; Message = { New-OpenAIMessage 'x' }; Hashtables = { @{ role = 'user'; content = 'a' }, @{ type = 'item_reference'; id = 'i' } } }
        String = @{ Text = { 'x' } }; 'String[]' = @{ Text = { 'x' }; 'Two texts' = { 'x', 'y' } }; SwitchParameter = @{ Set = { $true } }
        Int32 = @{ Number = { 1 } }; TimeSpan = @{ Text = { '1.00:00:00' } }; Int64 = @{ Number = { 1 } }; Double = @{ Number = { 0.5 }; Text = { '0.5' } }; Object = @{ Text = { 'x' } }
        Uri = @{ Text = { 'http://localhost/v1' } }; 'Uri[]' = @{ Text = { 'http://localhost/a.png' } }; Version = @{ Text = { '2.0' } }
        PSObject = @{ Text = { 'x' }; Number = { 1.5 }; Lines = { 'a', 'b' }; Row = { [pscustomobject]@{ Prompt = 'x'; Other = 'y' } } }; RecordingMatch = @{ Text = { 'Method, Path' } }; 'PSObject[]' = @{ Row = { [pscustomobject]@{ Model = 'x' } } }; TransportKind = @{ Text = { 'WebSocket' } }; ImageProtocol = @{ Text = { 'Kitty' } }
        PSCredential = @{ Credential = { [pscredential]::new('u', (ConvertTo-SecureString 'x' -AsPlainText -Force)) } }; ScriptBlock = @{ 'Script block' = { { 'x' } } }
    }
    $message = @{
        Text = { 'hi' }; 'JSON that is text' = { '{"role":"system"}' }; Number = { 1.5 }; Lines = { 'a', 'b' }; Hashtable = { @{ role = 'user'; content = 'hi' } }
        Ordered = { [ordered]@{ Role = 'user'; Content = 'hi' } }; 'Custom object' = { [pscustomobject]@{ role = 'user'; content = 'hi' } }
        Message = { New-OpenAIMessage 'hi' }; Transcription = { [OpenAIStream.Transcription]'{"text":"hi"}' }
    }
    $tool = @{
        Name = { 'Get-Date' }; Names = { 'Get-Date', 'Get-Item' }; Command = { Get-Command Get-Date }; Hashtable = { @{ type = 'function'; function = @{ name = 'f' } } }
        JSON = { '{"type":"web_search"}' }; Tool = { ConvertTo-OpenAITool Get-Date }; 'Custom object' = { '{"type":"web_search"}' | ConvertFrom-Json }
        Mixed = { 'Get-Date', @{ type = 'web_search' }, (ConvertTo-OpenAITool Get-Item) }
    }
    $chunk = @{ Chunk = { [OpenAIStream.ChatCompletionChunk]'{"choices":[]}' }; Bag = { Get-Bag } }
    $byName = @{
        Message    = $message
        History    = @{
            Text = { 'hi' }; Hashtable = { @{ role = 'user'; content = 'hi' } }; Hashtables = { @{ role = 'user'; content = 'a' }, @{ role = 'assistant'; content = 'b' } }
            Mixed = { 'a', @{ role = 'assistant'; content = 'b' }, (New-OpenAIMessage 'c') }; Completion = { [OpenAIStream.ChatCompletion]'{"choices":[{"message":{"content":"x"}}]}' }
            Messages = { , [System.Collections.Generic.List[OpenAIStream.ChatMessage]] @('a', 'b') }; Nothing = { $null }
            Bag = { Get-Bag OpenAIStream.ChatCompletion '{"choices":[{"message":{"role":"assistant","content":"x"}}]}' }
        }
        Tools      = $tool + @{ Nothing = { $null } }
        Connection = @{ Name = { 'Default' }; Connection = { Get-OpenAIConnection }; Nothing = { $null } }
        JsonSchema = @{
            JSON = { '{"type":"object"}' }; Hashtable = { @{ type = 'object' } }; 'Custom object' = { '{"type":"object"}' | ConvertFrom-Json }
            Path = { './schema.json' }; File = { [IO.FileInfo] "$TestDrive/schema.json" }
        }
        ApiKey     = @{ Text = { 'sk-x' }; SecureString = { ConvertTo-SecureString 'sk-x' -AsPlainText -Force } }
        OutFile    = @{ Path = { './x.png' } }
        ChunkingStrategy = @{ Word = { 'auto' }; Hashtable = { @{ threshold = 0.5 } } }
        KnownSpeaker = @{ Hashtable = { @{ agent = './a.wav' } }; Ordered = { [ordered]@{ agent = './a.wav' } }; 'Custom object' = { [pscustomobject]@{ agent = './a.wav' } }; Nothing = { $null } }
    }
    'AdditionalBody', 'Parameters', 'AdditionalHeaders', 'AdditionalQuery', 'Headers', 'Metadata', 'ToolOutput', 'ResponseFormat' | ForEach-Object {
        $byName[$_] = @{ Hashtable = { @{ a = 1 } }; Ordered = { [ordered]@{ a = 1 } }; 'What ConvertFrom-Json gives' = { '{"a":1}' | ConvertFrom-Json }; Nothing = { $null } }
    }

    $byName.Options = @{ Hashtable = { @{ IncludeObfuscation = $false } }; Ordered = { [ordered]@{ include_obfuscation = $false } }; 'What ConvertFrom-Json gives' = { '{"IncludeObfuscation":false}' | ConvertFrom-Json }; Nothing = { $null } }

    # Parameters with the same name and different types.
    $byCommand = @{
        'Invoke-OpenAIImage' = @{ Options = @{ Hashtable = { @{ FrameCount = 2 } }; Ordered = { [ordered]@{ frame_count = 2 } }; 'What ConvertFrom-Json gives' = { '{"FrameCount":2}' | ConvertFrom-Json }; Nothing = { $null } } }
        'Enter-OpenAIChat' = @{ Api = @{ Word = { 'Response' } } }
        'Join-OpenAIChunk' = @{ InputObject = $chunk }; 'Show-OpenAIStream' = @{ InputObject = $chunk }
        'Invoke-OpenAITranscription' = @{ ResponseFormat = @{ Text = { 'json' } } }; 'Invoke-OpenAISpeech' = @{ ResponseFormat = @{ Text = { 'mp3' } } }
    }

    $models = [OpenAIStream.JsonModel].Assembly.GetExportedTypes() | Where-Object { $_.IsSubclassOf([OpenAIStream.JsonModel]) -and -not $_.IsAbstract } | ForEach-Object { @{ Type = $_; Name = $_.Name } }

    # Each parameter in its first parameter set, with the mandatory parameters there.
    $cases = foreach ($command in (Get-Module OpenAIStream).ExportedCmdlets.Values | Sort-Object Name) {
        $kindsOf = {
            param($parameter)
            $type = [Nullable]::GetUnderlyingType($parameter.ParameterType) ?? $parameter.ParameterType
            ($byCommand[$command.Name] ?? @{})[$parameter.Name] ?? $byName[$parameter.Name] ?? $byType[$type.Name]
        }
        $seen = @{}
        $calls = foreach ($set in $command.ParameterSets) {
            foreach ($parameter in $set.Parameters | Where-Object Name -NotIn $common) {
                $kinds = & $kindsOf $parameter
                if (-not $kinds) { throw "Say in byType or byName what -$($parameter.Name) [$($parameter.ParameterType)] of $($command.Name) is given." }
                foreach ($kind in $kinds.Keys | Sort-Object) {
                    if (($kind -eq 'Nothing' -and $parameter.IsMandatory) -or $seen["$($parameter.Name) $kind"]++) { continue }
                    $others = @{}
                    $set.Parameters | Where-Object { $_.IsMandatory -and $_.Name -ne $parameter.Name } | ForEach-Object { $others[$_.Name] = (& $kindsOf $_).GetEnumerator() | Sort-Object Key | Select-Object -First 1 -ExpandProperty Value }
                    @{ Name = $parameter.Name; Kind = $kind; Set = $set.Name; Values = $others + @{ $parameter.Name = $kinds[$kind] } }
                }
            }
        }
        @{ Command = $command.Name; Calls = @($calls) }
    }
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer

    # A chunk as it arrives from a process without the module.
    function Get-Bag([type] $Type = [OpenAIStream.ChatCompletionChunk], [string] $Json = '{"choices":[{"delta":{"content":"hi"},"finish_reason":"stop"}]}') {
        $xml = [Management.Automation.PSSerializer]::Serialize(($Json -as $Type))
        $bare = [powershell]::Create([initialsessionstate]::CreateDefault2())
        try { $bare.AddScript('[Management.Automation.PSSerializer]::Deserialize($args[0])').AddArgument($xml).Invoke()[0] } finally { $bare.Dispose() }
    }

    function ConvertTo-Splat([hashtable] $Values) {
        $splat = @{}
        $Values.GetEnumerator() | ForEach-Object { $splat[$_.Key] = & $_.Value }
        $splat
    }
}
AfterAll { Stop-TestServer }

Describe 'A mock of <Command>' -ForEach $cases {
    BeforeAll {
        Push-Location $TestDrive
        Set-Content schema.json '{"type":"object"}'
        Mock $Command { 'mocked' }
    }
    AfterAll { Pop-Location }

    It 'accepts -<Name>: <Kind> (<Set>)' -ForEach $Calls {
        $splat = ConvertTo-Splat $Values
        & $Command @splat | Should -Be 'mocked'
    }
}

Describe 'The argument of a mock' {
    BeforeEach { Mock Invoke-OpenAIChatCompletion { [OpenAIStream.ChatCompletion] @{ choices = @(@{ message = @{ role = 'assistant'; content = 'Four.' }; finish_reason = 'stop' }) } } }

    It 'is unchanged, or has the type of the parameter, for filters' {
        $answer = Invoke-OpenAIChatCompletion 'How many?' -History @{ role = 'system'; content = 'Be brief.' } -Tools Get-Date -Connection Default
        $answer.Text | Should -Be 'Four.'
        $answer.FinishReason | Should -Be 'stop'
        Should -Invoke Invoke-OpenAIChatCompletion -Exactly 1 -ParameterFilter {
            $Message -eq 'How many?' -and $History[0].Role -eq 'system' -and $Tools[0].Name -eq 'Get-Date' -and $Connection.Name -eq 'Default'
        }
    }

    It 'also comes from the pipeline' {
        'a', 'b' | Invoke-OpenAIChatCompletion | Should -HaveCount 2
        Should -Invoke Invoke-OpenAIChatCompletion -Exactly 1 -ParameterFilter { $Message -eq 'b' }
    }

    It 'is the whole conversation if a completion is the history' {
        $first = [OpenAIStream.ChatCompletion]'{"choices":[{"message":{"role":"assistant","content":"x"}}]}'
        $null = Invoke-OpenAIChatCompletion 'y' -History $first
        Should -Invoke Invoke-OpenAIChatCompletion -ParameterFilter { $History.Count -eq 1 -and $History[0].Role -eq 'assistant' }
    }

    It 'is refused with advice if a completion is one message of several' {
        $first = [OpenAIStream.ChatCompletion]'{"choices":[]}'
        { Invoke-OpenAIChatCompletion 'y' -History $first, 'z' } | Should -Throw '*Use its Messages*'
    }
}

Describe 'A proxy of <Command>' -ForEach @(
    @{ Command = 'Invoke-OpenAIChatCompletion'; Reply = '{"choices":[{"message":{"content":"{}"}}]}'; Values = @{ Message = 'hi'; History = 'a', 'b'; Tools = 'Get-Date'; JsonSchema = '{"type":"object"}'; Connection = 'Default'; Model = 'm'; Temperature = '0.5'; ToolChoice = 'Get-Date'; ResponseFormat = $null } }
    @{ Command = 'Invoke-OpenAIChatCompletion'; Reply = '{"choices":[{"message":{"content":"{}"}}]}'; Values = @{ Message = @{ role = 'user'; content = 'hi' }; History = @{ role = 'system'; content = 'a' }, 'b'; JsonSchema = './schema.json'; SystemMessage = 's'; Options = @{ prompt_cache_key = 'k'; Audio = @{ Voice = 'v' } } } }
    @{ Command = 'Invoke-OpenAIChatCompletion'; Reply = '{"choices":[{"message":{"content":"{}"}}]}'; Values = @{ Message = '{"role":"system","content":"is text"}' } }
    @{ Command = 'Invoke-OpenAICompletion'; Reply = '{"choices":[{"text":"x"}]}'; Values = @{ Prompt = 'hi'; Connection = 'Default'; StopSequence = 'a'; MaxTokens = '3'; Options = @{ LogitBias = @{ 5 = 1 } } } }
    @{ Command = 'Invoke-OpenAIResponse'; Reply = '{"id":"r","output":[{"type":"message","content":[{"type":"output_text","text":"{}"}]}]}'; Values = @{ Message = 'hi'; Tools = 'Get-Date', @{ type = 'web_search' }; JsonSchema = '{"type":"object"}'; Connection = 'Default'; Include = 'x'; Options = [pscustomobject]@{ MaxToolCalls = 1 } } }
    @{ Command = 'Invoke-OpenAIThreadRun'; Reply = '{"id":"r"}'; Values = @{ AssistantId = 'a'; Message = 'hi'; Tools = 'Get-Date'; Connection = 'Default' } }
    @{ Command = 'Invoke-OpenAIImage'; Reply = '{"data":[{"b64_json":"AQID"}]}'; Values = @{ Prompt = 'hi'; OutFile = './x.png'; Force = $true; Connection = 'Default'; ImagePath = './a.wav'; InputFidelity = 'LOW' } }
    @{ Command = 'Invoke-OpenAISpeech'; Reply = 'sound'; Values = @{ Text = 'hi'; OutFile = './x.mp3'; Force = $true; Voice = 'v'; Connection = 'Default' } }
    @{ Command = 'Invoke-OpenAITranscription'; Reply = '{"text":"x"}'; Values = @{ Path = './a.wav'; Language = 'en', 'de'; Keyword = 'a'; ChunkingStrategy = @{ threshold = 0.5 }; KnownSpeaker = @{ agent = './a.wav' }; Connection = 'Default' } }
    @{ Command = 'Get-OpenAIModel'; Reply = '{"data":[{"id":"m"}]}'; Values = @{ Name = 'm*'; Connection = 'Default' } }
    @{ Command = 'Get-OpenAIResponse'; Reply = '{"id":"resp_1","status":"completed","output":[]}'; Values = @{ Id = 'resp_1'; Wait = $true; Include = 'x'; Connection = 'Default' } }
    @{ Command = 'Get-OpenAIBatch'; Reply = '{"id":"batch_1","status":"completed"}'; Values = @{ Id = 'batch_1'; Connection = 'Default' } }
    @{ Command = 'Wait-OpenAIBatch'; Reply = '{"id":"batch_1","status":"completed"}'; Values = @{ Id = 'batch_1'; Resubmit = $true } }
    @{ Command = 'Stop-OpenAIBatch'; Reply = '{"id":"batch_1","status":"cancelling"}'; Values = @{ Id = 'batch_1'; PassThru = $true } }
    @{ Command = 'Receive-OpenAIBatch'; Reply = '{"id":"batch_1","status":"completed","endpoint":"/v1/responses"}'; Values = @{ Id = 'batch_1'; Retry = $true } }
    @{ Command = 'Stop-OpenAIResponse'; Reply = '{"id":"resp_1","status":"cancelled","output":[]}'; Values = @{ Id = 'resp_1'; PassThru = $true } }
    @{ Command = 'Remove-OpenAIResponse'; Reply = '{"deleted":true}'; Values = @{ Id = 'resp_1' } }
    @{ Command = 'Get-OpenAIResponseInput'; Reply = '{"data":[{"id":"msg_1"},{"id":"msg_2"}]}'; Values = @{ Id = 'resp_1'; First = 1; Descending = $true } }
    @{ Command = 'Compress-OpenAIResponse'; Reply = '{"id":"cmp_1","output":[]}'; Values = @{ InputObject = 'resp_1'; Instructions = 'x' } }
    @{ Command = 'Measure-OpenAIInput'; Reply = '{"input_tokens":7}'; Values = @{ Message = 'hi'; Tools = 'Get-Date'; History = @{ role = 'user'; content = 'a' }, 'b'; Conversation = 'conv_1' } }
    @{ Command = 'New-OpenAIConversation'; Reply = '{"id":"conv_1"}'; Values = @{ Item = 'a', @{ role = 'assistant'; content = 'b' }; Metadata = @{ a = 'b' } } }
    @{ Command = 'Get-OpenAIConversation'; Reply = '{"id":"conv_1"}'; Values = @{ Id = 'conv_1' } }
    @{ Command = 'Set-OpenAIConversation'; Reply = '{"id":"conv_1"}'; Values = @{ Id = 'conv_1'; Metadata = @{ a = 'b' }; PassThru = $true } }
    @{ Command = 'Remove-OpenAIConversation'; Reply = '{"deleted":true}'; Values = @{ Id = 'conv_1' } }
    @{ Command = 'Get-OpenAIConversationItem'; Reply = '{"data":[{"id":"msg_1"}]}'; Values = @{ Id = 'conv_1'; Include = 'x' } }
    @{ Command = 'Remove-OpenAIConversationItem'; Reply = '{"id":"conv_1"}'; Values = @{ ConversationId = 'conv_1'; Id = 'msg_1' } }
    @{ Command = 'Add-OpenAIConversationItem'; Reply = '{"data":[{"id":"msg_1"}]}'; Values = @{ ConversationId = 'conv_1'; Item = 'a', 'b'; PassThru = $true } }
    @{ Command = 'Invoke-OpenAIRequest'; Reply = '{"a":1}'; Values = @{ Method = 'POST'; Path = 'x'; Body = @{ a = @(1) }; AdditionalQuery = @{ q = 'y' }; Connection = 'Default' } }
    @{ Command = 'Invoke-OpenAIEmbedding'; Reply = '{"data":[{"index":0,"embedding":[1,2]}]}'; Values = @{ Text = 'hi'; Dimensions = '2'; Connection = 'Default' } }
    @{ Command = 'Invoke-OpenAIModeration'; Reply = '{"id":"m","results":[{"flagged":false}]}'; Values = @{ Text = 'hi'; Connection = 'Default' } }
    @{ Command = 'Send-OpenAIFile'; Reply = '{"id":"file-1"}'; Values = @{ Path = './a.wav'; Purpose = 'batch'; ExpiresAfter = '1.00:00:00'; Connection = 'Default' } }
    @{ Command = 'Get-OpenAIFile'; Reply = '{"data":[{"id":"file-1","filename":"a"}]}'; Values = @{ Name = 'a*'; Connection = 'Default' } }
    @{ Command = 'Save-OpenAIFile'; Reply = 'sound'; Values = @{ Id = 'file-1'; OutFile = './saved'; Force = $true; Connection = 'Default' } }
    @{ Command = 'Remove-OpenAIFile'; Reply = '{"deleted":true}'; Values = @{ Id = 'file-1' } }
    @{ Command = 'Measure-OpenAIUsage'; Values = @{ InputObject = { [OpenAIStream.ChatCompletion]'{"model":"m","usage":{"prompt_tokens":1}}' }; Price = [pscustomobject]@{ Model = 'm'; Input = 1 } } }
    @{ Command = 'ConvertTo-OpenAITool'; Values = @{ Command = 'Get-Date'; ParameterName = 'Year' } }
    @{ Command = 'ConvertFrom-ServerSentEvent'; Values = @{ InputObject = "data: x`n`n" } }
    @{ Command = 'New-OpenAIMessage'; Values = @{ Content = 'hi'; Role = 'system'; ImageUrl = 'http://localhost/a.png' } }
    @{ Command = 'Get-OpenAIConnection'; Values = @{ Name = 'Def*' } }
    @{ Command = 'Connect-OpenAI'; Values = @{ ApiKey = 'sk-x'; BaseUri = 'http://localhost:1/v1'; Name = 'other'; HttpVersion = '1.1'; Headers = @{ a = 1 }; Price = [pscustomobject]@{ Model = 'm'; Input = 1 }; PassThru = $true } }
    @{ Command = 'Enter-OpenAIChat'; Values = @{ History = 'a', @{ role = 'assistant'; content = 'b' }; Tools = 'Get-Date'; Parameters = @{ Temperature = 0 }; Connection = 'Default'; WhatIf = $true } }
    @{ Command = 'Disconnect-OpenAI'; Values = @{ Name = 'other' } }
    @{ Command = 'Join-OpenAIChunk'; Values = @{ InputObject = { Get-Bag } } }
    @{ Command = 'Show-OpenAIStream'; Values = @{ InputObject = { Get-Bag }; PassThru = $true } }
) {
    BeforeAll {
        Push-Location $TestDrive
        Set-Content schema.json '{"type":"object"}'
        Set-Content a.wav x
        Set-Item function:Invoke-Proxy ([Management.Automation.ProxyCommand]::Create((Get-Command $Command)))
    }
    AfterAll { Pop-Location }

    It 'does what the cmdlet does' {
        $given = foreach ($name in $Command, 'Invoke-Proxy') {
            Reset-TestServer
            $null = Connect-OpenAI -Name other -BaseUri http://localhost:2/v1
            if ($Reply) { Add-Reply @{ headers = @{ 'content-type' = $(if ($Reply -eq 'sound') { 'audio/mpeg' } else { 'application/json' }) }; steps = @(@{ send = $Reply }) } }
            $splat = @{}
            $Values.GetEnumerator() | ForEach-Object { $splat[$_.Key] = if ($_.Value -is [scriptblock]) { & $_.Value } else { $_.Value } }
            $output = & $name @splat 6>$null
            $sent = Invoke-RestMethod "$($server.control)requests" | ForEach-Object { $_.path + ' ' + ($_.body -replace 'OpenAIStream[0-9a-f]{20,}') }
            $shown = $output | ForEach-Object { $_.GetType().Name; if ($_ -is [OpenAIStream.JsonModel]) { $_.ToJson() } elseif ($_ -is [IO.FileInfo]) { $_.Name } else { $_ | Format-List | Out-String } }
            @{ Output = "$shown"; Sent = "$sent"; Connections = "$(Get-OpenAIConnection)" } | ConvertTo-Json
        }
        $given[1] | Should -Be $given[0]
        if ($Reply) { $given[0] | Should -Match '"Sent": "/v1/' -Because 'something has to be compared' }
        $Error | Should -BeNullOrEmpty
    }
}

Describe 'The proxies' {
    It 'are tested for every cmdlet' {
        $tested = (Get-Content $PSCommandPath | Select-String "^    @\{ Command = '([\w-]+)'").Matches.ForEach({ $_.Groups[1].Value })
        (Get-Module OpenAIStream).ExportedCmdlets.Keys | Where-Object { $_ -notin $tested } | Should -BeNullOrEmpty
    }
}

Describe 'A function with a parameter of the type <Type>' {
    It 'takes <What>' -ForEach @(
        @{ Type = 'ChatMessage'; What = 'text'; Value = { 'hi' }; Gives = { $_.Role -eq 'user' -and $_.Text -eq 'hi' } }
        @{ Type = 'ChatMessage'; What = 'a number, as it is everywhere'; Value = { 1.5 }; Gives = { $_.Text -eq '1.5' } }
        @{ Type = 'ChatMessage'; What = 'a date, as it is everywhere'; Value = { [datetime] '2024-02-01' }; Gives = { $_.Text -eq '02/01/2024 00:00:00' } }
        @{ Type = 'ChatMessage'; What = 'lines'; Value = { 'a', 'b' }; Gives = { $_.Text -eq "a`nb" } }
        @{ Type = 'ChatMessage'; What = 'JSON, which is text'; Value = { '{"role":"system"}' }; Gives = { $_.Role -eq 'user' -and $_.Text -eq '{"role":"system"}' } }
        @{ Type = 'ChatMessage'; What = 'JSON that was read'; Value = { '{"role":"system","content":"x"}' | ConvertFrom-Json }; Gives = { $_.Role -eq 'system' } }
        @{ Type = 'ChatMessage'; What = 'a hashtable with names of properties'; Value = { @{ Role = 'tool'; ToolCallId = 'c'; Content = 'x' } }; Gives = { $_.ToolCallId -eq 'c' -and $_['tool_call_id'] -eq 'c' } }
        @{ Type = 'ChatMessage'; What = 'a map'; Value = { [OpenAIStream.JsonMap] @{ role = 'system' } }; Gives = { $_.Role -eq 'system' } }
        @{ Type = 'ChatMessage[]'; What = 'texts and hashtables'; Value = { 'a', @{ role = 'system'; content = 'b' } }; Gives = { $_.Count -eq 2 -and $_[1].Role -eq 'system' } }
        @{ Type = 'ChatMessage[]'; What = 'one text'; Value = { 'a' }; Gives = { $_.Count -eq 1 } }
        @{ Type = 'ChatTool[]'; What = 'names'; Value = { 'Get-Date', 'Get-Own' }; Gives = { "$($_.Name)" -eq 'Get-Date Get-Own' -and $_[1].Command.Name -eq 'Get-Own' } }
        @{ Type = 'ChatTool'; What = 'a command'; Value = { Get-Command Get-Date }; Gives = { $_.Name -eq 'Get-Date' } }
        @{ Type = 'ChatTool'; What = 'JSON'; Value = { '{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}' }; Gives = { $_.Function.Parameters['type'] -eq 'object' } }
        @{ Type = 'OpenAIConnection'; What = 'a name'; Value = { 'default' }; Gives = { $_.Name -eq 'Default' } }
        @{ Type = 'ChatCompletion'; What = 'a hashtable'; Value = { [ordered]@{ Choices = @(@{ Message = @{ Content = 'x' } }) } }; Gives = { $_.Text -eq 'x' } }
        @{ Type = 'ModelOutput'; What = 'what came from a process without the module'; Value = { Get-Bag }; Gives = { $_ -is [OpenAIStream.ChatCompletionChunk] -and $_.Text -eq 'hi' } }
        @{ Type = 'JsonMap'; What = 'JSON'; Value = { '{"a":[1,{"b":null}]}' }; Gives = { $_.ToJson() -eq '{"a":[1,{"b":null}]}' } }
    ) {
        function Get-Own { 'x' }
        $function = [scriptblock]::Create("param([OpenAIStream.$Type] `$Value) , `$Value")
        $given = & $function (& $Value)
        $_ = $given
        & $Gives | Should -BeTrue -Because ($given | Out-String)
    }

    It 'refuses <What> and says why' -ForEach @(
        @{ Type = 'ChatCompletion'; What = 'text that is no JSON'; Value = { 'hello' }; Says = '*created from JSON text that begins with {*' }
        @{ Type = 'ChatCompletion'; What = 'damaged JSON'; Value = { '{"id":' }; Says = '*is not the JSON of a ChatCompletion:*' }
        @{ Type = 'ResponseTextDeltaEvent'; What = 'another event'; Value = { '{"type":"response.created"}' }; Says = "*belongs to a ResponseLifecycleEvent, not to a ResponseTextDeltaEvent*" }
        @{ Type = 'ResponseTextDeltaEvent'; What = 'the fields of another event'; Value = { @{ type = 'response.created' } }; Says = "*not to a ResponseTextDeltaEvent*" }
        @{ Type = 'ChatMessage'; What = 'a completion'; Value = { [OpenAIStream.ChatCompletion]'{}' }; Says = '*Use its Messages*' }
        @{ Type = 'ChatTool'; What = 'a name that no command has'; Value = { 'No-Such' }; Says = "*no command named 'No-Such'*" }
        @{ Type = 'ChatTool'; What = 'a hashtable without a type'; Value = { @{ name = 'f' } }; Says = '*A tool needs a type*' }
        @{ Type = 'ChatTool'; What = 'a script block'; Value = { { 'x' } }; Says = '*ConvertTo-OpenAITool*' }
        @{ Type = 'OpenAIConnection'; What = 'a name that no connection has'; Value = { 'none' }; Says = "*no connection named 'none'*" }
        @{ Type = 'ChatCompletion'; What = 'a value that JSON does not know'; Value = { @{ id = Get-Item . } }; Says = '*cannot be sent as JSON*' }
        @{ Type = 'ModelOutput'; What = 'JSON that may be anything'; Value = { '{}' }; Says = '*ModelOutput*' }
    ) {
        $function = [scriptblock]::Create("param([OpenAIStream.$Type] `$Value) , `$Value")
        { & $function (& $Value) } | Should -Throw $Says
    }
}

Describe 'A cast to <Name>' -ForEach $models {
    It 'accepts JSON, and returns it' {
        $json = '{"id":"x","x_own":[1.10,null,{"b":"\u00e9"}],"choices":[]}'
        if ($Type -eq [OpenAIStream.ChatMessage]) { return }
        if ($Type -eq [OpenAIStream.ChatTool]) { $json = '{"type":"x",' + $json.Substring(1) }
        $made = $json -as $Type
        $made.GetType() | Should -Be $Type
        $made.ToJson() | Should -Be ($json -replace '\\u00e9', [char] 0xE9)
    }

    It 'accepts a hashtable, an ordered dictionary and a custom object' {
        $fields = [ordered]@{ type = $null; x_own = 1; list = @(@{ a = 'b' }) }
        if ($Type -eq [OpenAIStream.ChatTool]) { $fields.type = 'function' }
        foreach ($value in [hashtable] $fields, $fields, [pscustomobject] $fields, ($fields | ConvertTo-Json -Depth 3 | ConvertFrom-Json)) {
            $made = $value -as $Type
            $made.GetType() | Should -Be $Type -Because $value.GetType()
            $made['x_own'] | Should -Be 1
            $made['list'][0]['a'] | Should -Be 'b'
        }
    }
}

Describe 'A cast to a family' {
    It 'creates a <Gives> from <Json>' -ForEach @(
        @{ Family = 'ResponseEvent'; Json = '{"type":"response.output_text.delta","delta":"a"}'; Gives = 'ResponseTextDeltaEvent' }
        @{ Family = 'ResponseEvent'; Json = '{"type":"x_new"}'; Gives = 'ResponseEvent' }
        @{ Family = 'ResponseItem'; Json = '{"type":"function_call","name":"f"}'; Gives = 'ResponseFunctionCallItem' }
        @{ Family = 'TranscriptionEvent'; Json = '{"type":"transcript.text.done","text":"x"}'; Gives = 'TranscriptionDoneEvent' }
    ) {
        ($Json -as "OpenAIStream.$Family").GetType().Name | Should -Be $Gives
        ($Json | ConvertFrom-Json | ForEach-Object { $_ -as "OpenAIStream.$Family" }).GetType().Name | Should -Be $Gives
    }

    It 'creates whole streams from a list' {
        $events = [OpenAIStream.ResponseEvent[]] @('{"type":"response.created","response":{"id":"r"}}', '{"type":"response.output_text.delta","delta":"Hi"}', @{ type = 'response.completed'; response = @{ status = 'completed'; id = 'r' } })
        $events.ForEach({ $_.GetType().Name }) | Should -Be 'ResponseLifecycleEvent', 'ResponseTextDeltaEvent', 'ResponseLifecycleEvent'
        ($events | Join-OpenAIChunk).Id | Should -Be 'r'
    }

    It 'creates an assistants event from its name and its payload, or from the payload alone' {
        $named = [OpenAIStream.AssistantEvent] @{ event = 'thread.message.delta'; data = @{ delta = @{ content = @(@{ type = 'text'; text = @{ value = 'Hi' } }) } } }
        $named.Event, $named.Text | Should -Be 'thread.message.delta', 'Hi'
        $named.ToJson() | Should -Not -Match 'event'
        $named = [OpenAIStream.AssistantEvent]'{"event":"thread.run.created","data":{"id":"run_1"}}'
        $named.Event, $named['id'] | Should -Be 'thread.run.created', 'run_1'
        $bare = [OpenAIStream.AssistantEvent]'{"id":"run_1"}'
        $bare.Event, $bare['id'] | Should -Be $null, 'run_1'
    }
}

Describe 'A field set by name' {
    It 'shows in its property: <What>' -ForEach @(
        @{ What = 'hashtables'; Value = { , @(@{ id = 'c'; function = @{ name = 'f' } }) } }
        @{ What = 'custom objects'; Value = { , @('[{"id":"c","function":{"name":"f"}}]' | ConvertFrom-Json) } }
        @{ What = 'a list'; Value = { , [System.Collections.Generic.List[object]] @([ordered]@{ id = 'c'; function = [pscustomobject]@{ name = 'f' } }) } }
        @{ What = 'output of a pipeline'; Value = { @{ id = 'c'; function = @{ name = 'f' } } | Write-Output | ForEach-Object { , @($_) } } }
    ) {
        $message = [OpenAIStream.ChatMessage] @{ role = 'assistant' }
        $message['tool_calls'] = & $Value
        $message.ToolCalls[0].Function.Name | Should -Be 'f'
        $message.ToolCalls[0].Id | Should -Be 'c'
    }

    It 'is refused if it contains itself' {
        $self = [pscustomobject]@{ self = $null }
        $self.self = $self
        $map = [OpenAIStream.JsonMap]::new()
        { $map['a'] = $self } | Should -Throw '*Check whether it contains itself.*'
    }
}

Describe 'The examples in about_OpenAIStream_Testing' {
    BeforeAll {
        Import-Module $PSScriptRoot/HelpPages.psm1 -Force
        $code = @(Get-TopicCode | Where-Object Name -EQ about_OpenAIStream_Testing | ForEach-Object Text)
        $tests = @($code | Where-Object { $_ -match 'Mock Invoke-OpenAI' })
    }

    It 'of mocks are tests that pass' {
        $number = 0
        $tests | ForEach-Object { Set-Content "$TestDrive/$((++$number)).Tests.ps1" $_ }
        $run = {
            param($pester, $module, $folder)
            Import-Module $pester, $module
            $result = Invoke-Pester $folder -PassThru -Output None
            "$($result.PassedCount) passed, $($result.FailedCount + $result.FailedContainersCount) failed"
            $result.Failed | ForEach-Object { "$($_.ErrorRecord)" }
        }
        $said = & (Get-Process -Id $PID).Path -NoProfile -Command $run -args (Get-Module Pester).Path, (Get-BuiltModule), "$TestDrive"
        $said | Should -Be '4 passed, 0 failed'
    }

    It 'of casts create what they say' {
        . ([scriptblock]::Create(@($code | Where-Object { $_ -match '\[OpenAIStream\.ChatTool\] @' })[0]))
        $event | Should -BeOfType OpenAIStream.ResponseTextDeltaEvent
        $event.ToJson() | Should -Be '{"type":"response.output_text.delta","delta":"Hello"}'
        $tool.Name | Should -Be 'Get-Weather'
    }
}
