BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer

    # An assistants stream: names and payloads alternate.
    function Add-EventReply([string[]] $NameAndData, [hashtable[]] $Then = @(@{ send = "event: done`ndata: [DONE]`n`n" })) {
        $steps = for ($i = 0; $i -lt $NameAndData.Count; $i += 2) { @{ send = "event: $($NameAndData[$i])`ndata: $($NameAndData[$i + 1])`n`n" } }
        Add-Reply @{ headers = @{ 'content-type' = 'text/event-stream' }; steps = @($steps) + $Then }
    }
    $delta = '{"id":"msg_1","delta":{"content":[{"index":0,"type":"text","text":{"value":"Hello"}}]}}'
}
AfterAll { Stop-TestServer }

Describe 'Invoke-OpenAIThreadRun' {
    BeforeEach { Reset-TestServer }

    It 'writes each event as its name and its data' {
        Add-EventReply 'thread.run.created', '{"id":"run_1","status":"queued"}', 'thread.message.delta', $delta, 'thread.run.completed', '{"id":"run_1","status":"completed"}'
        $events = Invoke-OpenAIThreadRun asst_1 -ThreadId thread_1 -Stream
        $events | Should -BeOfType OpenAIStream.AssistantEvent
        $events.Event | Should -Be 'thread.run.created', 'thread.message.delta', 'thread.run.completed'
        $events[0].Data['status'] | Should -Be 'queued'
        $events[1].ToJson() | Should -Be $delta
        -join $events.Text | Should -Be 'Hello'
        $Error | Should -BeNullOrEmpty
    }

    It 'shows the text with Show-OpenAIStream' {
        Add-EventReply 'thread.message.delta', $delta
        Invoke-OpenAIThreadRun asst_1 -Stream | Show-OpenAIStream | Should -BeNullOrEmpty
        $Error | Should -BeNullOrEmpty
    }

    It 'adds messages from the pipeline to the thread' {
        1..2 | ForEach-Object { Add-JsonReply 200 '{"id":"run_1","status":"queued"}' }
        $runs = 'One', @{ role = 'assistant'; content = 'Two' } | Invoke-OpenAIThreadRun asst_1 -ThreadId thread_1 -Instructions Short
        $runs | Should -BeOfType OpenAIStream.ThreadRun
        $runs.Status | Should -Be 'queued', 'queued'
        $first, $second = Get-SentRequest
        $first.path | Should -Be '/v1/threads/thread_1/runs'
        $first.headers.'OpenAI-Beta' | Should -Be 'assistants=v2'
        $first.Json.Keys | Sort-Object | Should -Be 'additional_messages', 'assistant_id', 'instructions', 'stream'
        $first.Json.additional_messages[0].role, $first.Json.additional_messages[0].content | Should -Be 'user', 'One'
        $second.Json.additional_messages[0].role | Should -Be 'assistant'
    }

    It 'creates a thread from the message if none is specified' {
        Add-JsonReply 200 '{"id":"run_1","thread_id":"thread_2","status":"queued"}'
        (Invoke-OpenAIThreadRun asst_1 'Hi').ThreadId | Should -Be thread_2
        $request = Get-SentRequest
        $request.path | Should -Be '/v1/threads/runs'
        $request.Json.thread.messages[0].content | Should -Be 'Hi'
    }

    It 'submits the output of tools' {
        Add-EventReply 'thread.run.completed', '{"id":"run_1"}'
        (Invoke-OpenAIThreadRun -ThreadId t -RunId r -ToolOutput @{ call_1 = 4 } -Stream).Event | Should -Be thread.run.completed
        $request = Get-SentRequest
        $request.path | Should -Be '/v1/threads/t/runs/r/submit_tool_outputs'
        $request.Json.tool_outputs[0].tool_call_id, $request.Json.tool_outputs[0].output | Should -Be 'call_1', '4'
    }

    It 'reports the event error, and a stream that was cut off' {
        Add-EventReply 'thread.message.delta', $delta, 'error', '{"code":"server_error","message":"Out of order","type":"x"}'
        { Invoke-OpenAIThreadRun asst_1 -Stream } | Should -Throw '*Out of order*'
        Add-EventReply 'thread.message.delta', $delta -Then @()
        { Invoke-OpenAIThreadRun asst_1 -Stream } | Should -Throw -ErrorId 'StreamEndedEarly*'
    }

    It 'returns the open stream with -NoEnumerate' {
        Add-EventReply 'thread.run.created', '{}', 'thread.run.completed', '{}'
        $stream = Invoke-OpenAIThreadRun asst_1 -Stream -NoEnumerate
        $stream.MoveNext() | Should -BeTrue
        $stream.Current.Event | Should -Be thread.run.created
        $stream.Dispose()
    }
}
