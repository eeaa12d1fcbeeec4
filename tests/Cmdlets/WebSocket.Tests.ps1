BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer

    $begun = '{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","status":"in_progress","output":[]}}'
    $said = '{"type":"response.output_text.delta","sequence_number":1,"output_index":0,"content_index":0,"item_id":"m","delta":"One"}'
    $ended = '{"type":"response.completed","sequence_number":2,"response":{"id":"resp_1","object":"response","status":"completed","output":[{"id":"m","type":"message","role":"assistant","content":[{"type":"output_text","text":"One"}]}]}}'

    function Add-EventReply([string[]] $Events, [hashtable[]] $Then = @()) {
        Add-Reply @{ headers = @{ 'content-type' = 'text/event-stream' }; steps = @($Events | ForEach-Object { @{ send = "data: $_`n`n" } }) + $Then }
    }

    function Set-SocketSupport([string] $Support) { Send-Order "sockets/$Support" }
}
AfterAll { Stop-TestServer }

Describe 'Connect-OpenAI -Transport' {
    BeforeEach {
        Reset-TestServer WebSocket
        Set-SocketSupport Lanes
        $before = (Get-TestConnection).sockets
    }

    It 'keeps one socket for consecutive responses' {
        1..3 | ForEach-Object { Add-EventReply $begun, $said, $ended }
        -join (Invoke-OpenAIResponse 'one' -Stream).Text | Should -Be 'One'
        (Invoke-OpenAIResponse 'two').Text | Should -Be 'One'
        ('three' | Invoke-OpenAIResponse).Text | Should -Be 'One'
        (Get-SentRequest).protocol | Should -Be 'WebSocket', 'WebSocket', 'WebSocket'
        (Get-TestConnection).sockets - $before | Should -Be 1
        (Get-OpenAIConnection).Transport | Should -Be 'WebSocket'
    }

    It 'closes the socket with the connection' {
        Add-EventReply $begun, $said, $ended
        $null = Invoke-OpenAIResponse 'one'
        (Get-TestConnection).open | Should -BeGreaterThan 0
        Disconnect-OpenAI
        $until = (Get-Moment) + 5000
        while ((Get-TestConnection).open -gt 0 -and (Get-Moment) -lt $until) { Start-Sleep -Milliseconds 20 }
        (Get-TestConnection).open | Should -Be 0
    }

    It 'says what to do if the server has no WebSockets' {
        Set-SocketSupport None
        $failure = { Invoke-OpenAIResponse 'hi' } | Should -Throw -PassThru -ErrorId 'ConnectionFailed,*'
        "$failure" | Should -BeLike '*did not open a WebSocket*404*Auto*'
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'uses HTTP with Auto if the server has no WebSockets' {
        Set-SocketSupport None
        Connect-OpenAI -BaseUri "$(Get-TestAddress)v1" -Transport Auto
        1..2 | ForEach-Object { Add-EventReply $begun, $said, $ended }
        1..2 | ForEach-Object { (Invoke-OpenAIResponse 'hi').Text | Should -Be 'One' }
        (Get-SentRequest).protocol | Should -Be 'HTTP/1.1', 'HTTP/1.1'
    }

    It 'refuses what contradicts it' {
        { Connect-OpenAI -BaseUri "$(Get-TestAddress)v1" -Transport WebSocket -HttpVersion 2.0 } | Should -Throw -ErrorId 'InvalidConfiguration,*'
        { Connect-OpenAI -AzureEndpoint https://x.openai.azure.com -ApiVersion 2024-10-21 -ApiKey k -Transport WebSocket } | Should -Throw -ErrorId 'InvalidConfiguration,*'
    }

    It 'processes many prompts at once over few sockets' {
        1..12 | ForEach-Object { Add-EventReply $begun, $said -Then @{ delayMs = 100 }, @{ send = "data: $ended`n`n" } }
        $answers = 1..12 | ForEach-Object { "prompt $_" } | Invoke-OpenAIResponse -ThrottleLimit 6
        $answers.Text | Should -Be (@('One') * 12)
        (Get-TestConnection).sockets - $before | Should -BeLessOrEqual 2
    }

    It 'reports the same verbose text as over HTTP' {
        Add-EventReply $begun, $said, $ended
        $over = @{}
        foreach ($transport in 'Http', 'WebSocket') {
            Reset-TestServer $transport
            Add-EventReply $begun, $said, $ended
            $over[$transport] = Invoke-OpenAIResponse 'hi' -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] } | ForEach-Object { $_.Message -replace '\d+ ms', 'n ms' }
        }
        $over.WebSocket | Should -Be $over.Http
    }

    It 'records by frame, and replays what was recorded' {
        Connect-OpenAI -BaseUri "$(Get-TestAddress)v1" -Transport WebSocket -RecordTo TestDrive:/socket
        Add-EventReply $begun, $said, $ended
        $first = Invoke-OpenAIResponse 'hi' -Stream | ForEach-Object ToJson
        Disconnect-OpenAI
        $text = Get-ChildItem TestDrive:/socket | Get-Content -Raw
        $text | Should -BeLike '*| data: {"type":"response.output_text.delta"*'
        Connect-OpenAI -ReplayFrom TestDrive:/socket
        Invoke-OpenAIResponse 'hi' -Stream | ForEach-Object ToJson | Should -Be $first
    }

    It 'stops within 100 ms' {
        Add-EventReply $begun, $said -Then @{ stall = $true }
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript("Import-Module '$(Get-BuiltModule)'; Connect-OpenAI -BaseUri $(Get-TestAddress)v1 -Transport WebSocket; Invoke-OpenAIResponse hi -Stream")
            $running = $shell.BeginInvoke()
            Wait-Request
            Start-Sleep -Milliseconds 200
            $since = Get-Moment
            $shell.Stop()
            Wait-ClientGone $since | Should -BeLessThan 100
        } finally {
            $shell.Dispose()
        }
    }
}

Describe 'Invoke-OpenAIResponse -WarmUp' {
    BeforeEach { Reset-TestServer WebSocket }

    It 'generates nothing, and the next request continues from it' {
        Add-EventReply $begun, $ended
        Add-EventReply $begun, $said, $ended
        $warm = Invoke-OpenAIResponse 'Read this.' -Instructions 'Be brief.' -WarmUp
        $null = $warm | Invoke-OpenAIResponse 'And now?'
        $first, $second = (Get-SentRequest).Json
        $first.generate | Should -BeFalse
        $second.previous_response_id | Should -Be 'resp_1'
        $second.ContainsKey('generate') | Should -BeFalse
    }

    It 'requires a WebSocket' {
        Reset-TestServer Http
        { Invoke-OpenAIResponse 'Read this.' -WarmUp } | Should -Throw -ErrorId 'InvalidConfiguration,*'
        Get-SentRequest | Should -BeNullOrEmpty
    }

    It 'cannot be combined with <_>' -ForEach 'Stream', 'Background', 'InvokeTools' {
        $with = @{ $_ = $true }
        { Invoke-OpenAIResponse 'hi' -WarmUp @with } | Should -Throw '*-WarmUp*'
    }
}

Describe 'Steer' {
    BeforeEach { Reset-TestServer WebSocket }

    It 'sends user input for a response that is being written, and the successor follows' {
        $accepted = '{"type":"response.steer.accepted","sequence_number":2,"steer":{"id":"steer_1","previous_response_id":"resp_1"}}'
        $steered = '{"type":"response.incomplete","sequence_number":3,"response":{"id":"resp_1","object":"response","status":"incomplete","incomplete_details":{"reason":"steered"},"output":[]}}'
        $then = @(@{ waitFor = 'steered' }) + @($accepted, $steered, ($begun -replace 'resp_1', 'resp_2'), $said, ($ended -replace 'resp_1', 'resp_2') | ForEach-Object { @{ send = "data: $_`n`n" } })
        Add-EventReply $begun -Then $then
        $stream = Invoke-OpenAIResponse 'hi' -Stream -NoEnumerate
        $stream.MoveNext() | Should -BeTrue
        $stream.Steer('Shorter, please.')
        Wait-Request 1
        Send-Signal steered
        $rest = foreach ($event in $stream) { $event }
        $rest[0] | Should -BeOfType OpenAIStream.ResponseSteerEvent
        $rest[-1].Response.Id | Should -Be 'resp_2'
        $stream.IsComplete | Should -BeTrue
        (Get-SentRequest)[1].Json.input | Should -Be 'Shorter, please.'
    }

    It 'says why a response cannot be steered' {
        Reset-TestServer Http
        Add-EventReply $begun, $said, $ended
        $stream = Invoke-OpenAIResponse 'hi' -Stream -NoEnumerate
        { $stream.Steer('x') } | Should -Throw '*WebSocket*'
        $stream.Dispose()
    }
}
