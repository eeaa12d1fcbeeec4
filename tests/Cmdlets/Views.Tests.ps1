BeforeDiscovery {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    Import-BuiltModule
    $declared = Get-Command -Module OpenAIStream | ForEach-Object { $_.OutputType.Type } | Sort-Object FullName -Unique |
        Where-Object { $_.Namespace -eq 'OpenAIStream' -and -not $_.IsGenericType -and $_.Name -ne 'JsonMap' } # an open stream is enumerated, and shows its chunks; JSON objects of any kind have the view of OpenAIStream.JsonMap#Answer
    $recordings = foreach ($api in @{ Api = 'chat'; Type = 'OpenAIStream.ChatCompletionChunk' }, @{ Api = 'completions'; Type = 'OpenAIStream.Completion' }, @{ Api = 'responses'; Type = 'OpenAIStream.ResponseEvent' }) {
        foreach ($file in Get-ChildItem (Join-Path $PSScriptRoot "../../../shared/captures/$($api.Api)/*.sse") -ErrorAction Ignore) {
            80, 120 | ForEach-Object { $api + @{ Name = $file.Name; File = $file.FullName; Width = $_ } }
        }
    }
    if (-not $recordings) { $recordings = @(@{ Api = 'any'; Name = 'recording'; Width = 80; File = $null }) }
    $goldens = @(
        @{ Type = 'ChatCompletionChunk'; Json = '{"choices":[{"index":0,"delta":{"content":"a\nb"},"finish_reason":"stop"}]}'
            80 = 'FinishReason   Text', '------------   ----', 'stop           a\nb' }
        @{ Type = 'ChatCompletion'; Json = '{"model":"m","choices":[{"index":0,"message":{"content":null,"tool_calls":[{"id":"c","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}'
            80 = 'Text         :', 'ToolCalls    : f({})', 'Model        : m', 'FinishReason : tool_calls' }
        @{ Type = 'Response'; Json = '{"id":"r","status":"completed","model":"m","output":[{"type":"message","content":[{"type":"output_text","text":"Hi"}]}],"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}'
            80 = 'Text   : Hi', 'Status : completed', 'Model  : m', 'Id     : r', 'Tokens : 3 (1 input, 2 output)' }
        @{ Type = 'ResponseEvent'; Json = '{"type":"response.output_text.delta","delta":"Hi there, this is a text that goes on for longer than a line of forty cells."}'
            80 = 'Event                        Text', '-----                        ----', 'output_text.delta            Hi there, this is a text that goes on for longer t…'
            40 = 'Event                        Text', '-----                        ----', 'output_text.delta            Hi there, …' }
        @{ Type = 'ResponseEvent'; Json = '{"type":"response.reasoning_summary_text.delta","delta":"Hm"}'
            80 = 'Event                        Text', '-----                        ----', 'reasoning_summary_text.delta Hm' }
        @{ Type = 'ResponseItem'; Json = '{"type":"function_call","status":"completed","name":"f","arguments":"{}"}'
            80 = 'Type                 Status      Content', '----                 ------      -------', 'function_call        completed   f({})' }
        @{ Type = 'ResponseItem'; Json = '{"type":"new_kind","status":"completed","x":1}'
            80 = 'Type                 Status      Content', '----                 ------      -------', 'new_kind             completed' }
        @{ Type = 'ResponseEvent'; Json = '{"type":"response.output_item.done","item":{"type":"message","content":[{"type":"output_text","text":"Hi"}]}}'
            80 = 'Event                        Text', '-----                        ----', 'output_item.done             message Hi' }
        @{ Type = 'ResponseEvent'; Json = '{"type":"response.failed","response":{"error":{"message":"Broken."}}}'
            80 = 'Event                        Text', '-----                        ----', 'failed                       Broken.' }
        @{ Type = 'ResponseEvent'; Json = '{"type":"response.image_generation_call.partial_image","partial_image_b64":"AQIDBA=="}'
            80 = 'Event                        Text', '-----                        ----', 'image_generation_call.parti… 4 bytes' }
        @{ Type = 'ResponseEvent'; Json = '{"type":"response.steer.failed","error":{"code":"response_not_active","message":"It ended."},"steer":{"id":"s"}}'
            80 = 'Event                        Text', '-----                        ----', 'steer.failed                 It ended.' }
        @{ Type = 'ResponseItem'; Json = '{"type":"function_call_output","status":"completed","call_id":"c","output":"7 °C"}'
            80 = 'Type                 Status      Content', '----                 ------      -------', 'function_call_output completed   7 °C' }
        @{ Type = 'ResponseItem'; Json = '{"type":"compaction","encrypted_content":"abc"}'
            80 = 'Type                 Status      Content', '----                 ------      -------', 'compaction                       3 characters, encrypted'
            40 = 'Type                 Status      Content', '----                 ------      -------', 'compaction                       3 char…' }
        @{ Type = 'Conversation'; Json = '{"id":"conv_1","object":"conversation","created_at":1700000000,"metadata":{"topic":"x"}}'
            80 = 'Id     Created          Metadata', '--     -------          --------', 'conv_1 2023-11-14 22:13 {"topic":"x"}' }
        @{ Type = 'CompactedResponse'; Json = '{"id":"cmp_1","output":[],"usage":{"input_tokens":9,"output_tokens":2,"total_tokens":11}}'
            80 = 'Id    Tokens', '--    ------', 'cmp_1 11 (9 input, 2 output)' }
        @{ Type = 'ChatConversation'; Json = '{"model":"m","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Ho"}]}'
            80 = 'Model                    Messages Last', '-----                    -------- ----', 'm                               2 Ho' }
        @{ Type = 'InputTokenCount'; Json = '{"object":"response.input_tokens","input_tokens":11}'
            80 = 'InputTokens', '-----------', '11' }
        @{ Type = 'ResponseEvent'; Json = '{"type":"response.new_kind","item":{"a":1},"delta":{"b":2}}'
            80 = 'Event                        Text', '-----                        ----', 'new_kind' }
        @{ Type = 'ChatCompletionChunk'; Json = '{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"name":"f","arguments":"{"}}]}}]}'
            80 = 'FinishReason   Text', '------------   ----', '               f({)' }
        @{ Type = 'ChatCompletionChunk'; Json = '{"choices":[{"index":0,"delta":{"reasoning_content":"Hm"}}]}'
            80 = 'FinishReason   Text', '------------   ----', '               Hm' }
        @{ Type = 'ChatToolCall'; Json = '{"id":"c","function":{"name":"f","arguments":"{}"}}'
            80 = 'Id               Name             Arguments', '--               ----             ---------', 'c                f                {}'
            40 = 'Id               Name             Argume', '                                  nts', '--               ----             ------', 'c                f                {}' }
        @{ Type = 'JsonMap'; Json = '{"item":"apple","count":2}'
            80 = 'item  count', '----  -----', 'apple     2' }
        @{ Type = 'ChatMessage'; Json = '{"role":"user","content":"one two three four five six seven eight"}'
            80 = 'Role       Text', '----       ----', 'user       one two three four five six seven eight'
            40 = 'Role       Text', '----       ----', 'user       one two three four five six s', '           even eight' }
        @{ Type = 'ChatTool'; Json = '{"type":"function","function":{"name":"f","description":"Does it."}}'
            80 = 'Name                 Description', '----                 -----------', 'f                    Does it.' }
        @{ Type = 'ModelInfo'; Json = '{"id":"gpt-4o","owned_by":"openai","created":1700000000,"shutdown_date":"2027-01-14"}'
            80 = 'Id     OwnedBy Created    ShutdownDate', '--     ------- -------    ------------', 'gpt-4o openai  2023-11-14 2027-01-14' }
        @{ Type = 'ThreadRun'; Json = '{"id":"run_1","status":"queued","model":"m","assistant_id":"a","thread_id":"t"}'
            80 = 'Id          : run_1', 'Status      : queued', 'Model       : m', 'AssistantId : a', 'ThreadId    : t' }
        @{ Type = 'ImageResult'; Json = '{"data":[{"b64_json":"AQIDBA=="},{"b64_json":"AQID"}]}'
            80 = 'Images : 2', 'Bytes  : 4, 3' }
        @{ Type = 'Transcription'; Json = '{"text":"Hi","usage":{"type":"tokens","input_tokens":1,"output_tokens":2,"total_tokens":3}}'
            80 = 'Text   : Hi', 'Tokens : 3 (1 input, 2 output)' }
        @{ Type = 'OpenAIFile'; Json = '{"id":"file-1","filename":"in.jsonl","bytes":12,"created_at":1700000000,"purpose":"batch"}'
            80 = 'Id     Bytes Purpose Created    Filename', '--     ----- ------- -------    --------', 'file-1    12 batch   2023-11-14 in.jsonl' }
        @{ Type = 'Batch'; Json = '{"id":"batch_1","status":"in_progress","endpoint":"/v1/responses","created_at":1700000000,"request_counts":{"total":3,"completed":2,"failed":1}}'
            80 = 'Id      Status      Done Failed Created          Endpoint      Model', '--      ------      ---- ------ -------          --------      -----', 'batch_1 in_progress  2/3      1 2023-11-14 22:13 /v1/responses'
            40 = 'Id      Status      Done Failed Created', '--      ------      ---- ------ -------', 'batch_1 in_progress  2/3      1 2023-11…' }
        @{ Type = 'Moderation'; Json = '{"flagged":true,"categories":{"hate":true,"violence":true}}'
            80 = ' Index Flagged Category', ' ----- ------- --------', '       True    hate, violence' }
        @{ Type = 'Embedding'; Json = '{"index":0,"model":"m","embedding":[1,2]}'
            80 = ' Index Dimensions Model', ' ----- ---------- -----', '     0          2 m' }
        @{ Type = 'Usage'; Json = '{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}'
            80 = '    Prompt Completion      Total', '    ------ ----------      -----', '         1          2          3' }
    )
    $table = foreach ($golden in $goldens) {
        foreach ($width in 80, 40) {
            $lines = if ($golden[$width]) { $golden[$width] } else { $golden[80] }
            $golden + @{ Width = $width; Lines = $lines }
        }
    }

    $answers = @(
        @{ Type = 'ChatCompletion'; Json = '{"model":"m","choices":[{"index":0,"message":{"content":"a\nb"},"finish_reason":"stop"}]}'
            Lines = 'Model                FinishReason   Text', '-----                ------------   ----', 'm                    stop           a\nb' }
        @{ Type = 'Response'; Json = '{"id":"r","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"model":"m","output":[{"type":"message","content":[{"type":"output_text","text":"Hi"}]}]}'
            Lines = 'Model                Status                         Text', '-----                ------                         ----', 'm                    incomplete (max_output_tokens) Hi' }
        @{ Type = 'ThreadRun'; Json = '{"id":"run_1","status":"queued","model":"m"}'
            Lines = 'Id                             Model                Status', '--                             -----                ------', 'run_1                          m                    queued' }
        @{ Type = 'ImageResult'; Json = '{"data":[{"b64_json":"AQIDBA=="},{"b64_json":"AQID"}]}'
            Lines = 'Images   Bytes', '------   -----', '2        4, 3' }
        @{ Type = 'Transcription'; Json = '{"text":"Hi","language":"en"}'
            Lines = 'Language   Text', '--------   ----', 'en         Hi' }
    )
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    Import-BuiltModule
    function Get-Shown($InputObject, [int] $Width) {
        ($InputObject | Out-String -Width $Width) -split '\r?\n' | ForEach-Object { ($_ -replace '\x1b\[[\d;]*m').TrimEnd() } | Where-Object { $_ }
    }
}

Describe 'The view of a type' {
    It 'exists for <_>, which a cmdlet writes' -ForEach $declared {
        $names = for ($type = $_; $type -ne [object]; $type = $type.BaseType) { $type.FullName }
        $names | ForEach-Object { Get-FormatData $_ } | Should -Not -BeNullOrEmpty
    }

    It '<Type> at <Width> columns' -ForEach $table {
        $object = [OpenAIStream.JsonModel]::Create("OpenAIStream.$Type", $Json)
        Get-Shown $object $Width | Should -BeExactly $Lines
    }

    It 'exists for every model, in each shape, so that none is shown by its raw properties' {
        $models = [OpenAIStream.JsonModel].Assembly.GetExportedTypes() | Where-Object { $_.IsSubclassOf([OpenAIStream.JsonModel]) -and -not $_.IsAbstract -and $_ -ne [OpenAIStream.JsonMap] -and $_.Name -notmatch 'Request$|^SvgSettings$|^TranscriptionChunking$' } # what only goes out is the user's own
        $models.Count | Should -BeGreaterThan 60
        $missing = foreach ($model in $models) {
            $shapes = for ($type = $model; $type -ne [object]; $type = $type.BaseType) { (Get-FormatData $type.FullName).FormatViewDefinition.Control.ForEach({ $_.GetType().Name }) }
            'ListControl', 'TableControl', 'WideControl', 'CustomControl' | Where-Object { $_ -notin $shapes } | ForEach-Object { "$($model.Name) has no $_" }
        }
        $missing | Should -BeNullOrEmpty
    }

    It '<Type> in a table is one line' -ForEach $answers {
        $object = [OpenAIStream.JsonModel]::Create("OpenAIStream.$Type", $Json)
        Get-Shown ($object | Format-Table) 80 | Should -BeExactly $Lines
    }

    It 'ServerSentEvent at <_> columns' -ForEach 80, 40 {
        Get-Shown ("event: ping`ndata: x`n`n" | ConvertFrom-ServerSentEvent) $_ |
            Should -BeExactly 'Event                Id     Data', '-----                --     ----', 'ping                        x'
    }

    It 'has no property that its type does not have' {
        $cells = 'Line', 'Lines', 'Event', 'Error', 'ToolCalls', 'Tokens', 'Time', 'Bytes', 'Images', 'Created', 'CallName', 'CallArguments', 'Kind', 'Json', 'Fields', 'FileBytes', 'InputIndex', 'CategoryList', 'Done', 'Failed', 'MessageCount'
        $wrong = foreach ($view in ([xml] (Get-Content "$(Split-Path (Get-BuiltModule))/OpenAIStream.format.ps1xml")).Configuration.ViewDefinitions.View | Where-Object Name -NotIn AnyModel, AnyError) { # which is for all models, and shows of each what it has
            foreach ($name in $view.ViewSelectedBy.TypeName -replace '#.*') {
                # The cell for a property is View.<property>; others are in ViewCell.cs.
                foreach ($property in $view.SelectNodes('.//PropertyName').InnerText -replace '^View\.' | Where-Object { $_ -notin $cells }) {
                    if (-not ([type] $name).GetProperty($property)) { "$name.$property" }
                }
            }
        }
        $wrong | Should -BeNullOrEmpty
    }
}

Describe 'A recorded stream on the screen' {
    # What a cell must not contain: the name of a type, or PowerShell's default text for an object.
    It 'shows something in each row: <Api>/<Name> at <Width> columns' -ForEach $recordings {
        if (-not $File) { Set-ItResult -Skipped -Because 'the recorded streams are not here (../shared/captures)' }
        Set-StrictMode -Version Latest
        $Error.Clear()
        $chunks = foreach ($line in [IO.File]::ReadLines($File)) {
            if ($line.StartsWith('data: {')) { [OpenAIStream.JsonModel]::Create($Type, $line.Substring(6)) }
        }

        $whole = $chunks | Where-Object { $_ -isnot [OpenAIStream.ResponseErrorEvent] } | Join-OpenAIChunk
        $shown = @(Get-Shown $chunks $Width) + @(Get-Shown $whole $Width)
        if ($Api -eq 'responses') { $shown += Get-Shown @($chunks.ForEach({ if ($_ -is [OpenAIStream.ResponseOutputItemEvent]) { $_.Item } })) $Width }
        $shown | Should -Not -BeNullOrEmpty
        $cells = $shown | ForEach-Object { ($_ -split '\s{2,}').Trim() }
        $cells -match '^(System|OpenAIStream|Newtonsoft)\.[\w.]+(\[\])?(…|$)|^@\{' | Should -BeNullOrEmpty
        $Error | Should -BeNullOrEmpty -Because 'strict mode takes nothing amiss'
    }
}

Describe 'The item of an event' {
    It 'is a property: <_>' -ForEach 'response.output_item.added', 'response.output_item.done' {
        $progress = [OpenAIStream.ResponseEvent] "{`"type`":`"$_`",`"output_index`":0,`"item`":{`"type`":`"function_call`",`"name`":`"f`",`"x_new`":1}}"
        $progress.Item | Should -BeOfType OpenAIStream.ResponseFunctionCallItem
        $progress.item.name, $progress.Item.x_new | Should -Be 'f', 1
        $progress['item'] | Should -Be $progress.Item
        ($progress | Select-Object -ExpandProperty Item).Name | Should -Be 'f'
        ($progress | ForEach-Object Item).Name | Should -Be 'f'
    }

    It 'is a property of an event that no type knows, too' {
        $progress = [OpenAIStream.ResponseEvent] '{"type":"response.new_kind","item":{"a":1}}'
        $progress.Item.a | Should -Be 1
    }
}

Describe 'An error on the screen' {
    BeforeAll { $null = Start-TestServer }
    AfterAll { Stop-TestServer }

    It 'shows message, code, request id and what to do in <_>' -ForEach 'ConciseView', 'DetailedView' {
        Reset-TestServer
        Add-JsonReply 429 '{"error":{"message":"Slow down.","code":"too_many"}}' @{ 'x-request-id' = 'req_1'; 'retry-after' = '3' }
        $failure = try { Invoke-OpenAIChatCompletion hi } catch { $_ }
        $ErrorView = $_
        $shown = ($failure | Out-String -Width 200) -replace '\x1b\[[\d;]*m'
        $shown | Should -Match 'The service returned 429: Slow down\. \(too_many, request id req_1\)'
        if ($_ -eq 'ConciseView') { $shown | Should -Match 'Wait 3 s and try again' }
        $failure.Exception.Message | Should -BeExactly 'The service returned 429: Slow down.'
    }
}
