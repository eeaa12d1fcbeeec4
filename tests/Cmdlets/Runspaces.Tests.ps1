# Connections and the runspaces that use them: no runspace changes the connections of another or ends its calls.
BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
    $module = Get-BuiltModule
    $shells = [System.Collections.Generic.List[powershell]]::new()

    # Another runspace with the module.
    function New-Shell {
        $state = [initialsessionstate]::CreateDefault2()
        $null = $state.ImportPSModule($module)
        $shell = [powershell]::Create($state)
        $shells.Add($shell)
        $shell
    }

    # Runs a script in a shell with these arguments; an error there is an error here.
    function Invoke-In([powershell] $Shell, [scriptblock] $Script, [object[]] $Argument = @()) {
        $Shell.Commands.Clear()
        $Shell.Streams.ClearStreams()
        $null = $Shell.AddScript($Script)
        $Argument | ForEach-Object { $null = $Shell.AddArgument($_) }
        $Shell.Invoke()
        if ($Shell.Streams.Error.Count -gt 0) { throw $Shell.Streams.Error[0] }
    }

    function Start-In([powershell] $Shell, [scriptblock] $Script, [object[]] $Argument = @()) {
        $Shell.Commands.Clear()
        $null = $Shell.AddScript($Script)
        $Argument | ForEach-Object { $null = $Shell.AddArgument($_) }
        $Shell.BeginInvoke()
    }

    # The address and the key of a call, in one word each.
    function Get-Route { Get-SentRequest | ForEach-Object { "$($_.path -replace '/v1/.*') $($_.headers.Authorization) $($_.Json.model)".Trim() } }

    function Set-DefaultReply([hashtable] $Reply) { Send-Order default (ConvertTo-Json $Reply -Depth 10 -Compress) }

    $answer = @{ headers = @{ 'content-type' = 'application/json' }; steps = @(@{ send = ConvertTo-Answer 'x' }) }
    $mine = @{ BaseUri = "$($server.http1)mine/v1"; ApiKey = 'key-mine'; Model = 'model-mine'; MaximumRetryCount = 0 }
    $theirs = @{ BaseUri = "$($server.http1)theirs/v1"; ApiKey = 'key-theirs'; Model = 'model-theirs'; MaximumRetryCount = 0 }
}
AfterAll { Stop-TestServer }

Describe 'A runspace' {
    BeforeEach {
        Reset-TestServer
        Set-DefaultReply $answer
        Connect-OpenAI @mine
    }
    AfterEach {
        $shells | ForEach-Object { $_.Runspace.Dispose(); $_.Dispose() }
        $shells.Clear()
    }

    It 'without a connection uses the first one of the process: <Name>' -ForEach @(
        @{ Name = 'ForEach-Object -Parallel'; Run = { 1 | ForEach-Object -Parallel { Import-Module $using:module; Invoke-OpenAICompletion hi } } }
        @{ Name = 'a thread job'; Run = { Start-ThreadJob { Import-Module $using:module; Invoke-OpenAICompletion hi } | Receive-Job -Wait -AutoRemoveJob } }
        @{ Name = 'a shell'; Run = { Invoke-In (New-Shell) { Invoke-OpenAICompletion hi } } }
    ) {
        (& $Run).Text | Should -Be 'x'
        Get-Route | Should -Be '/mine Bearer key-mine model-mine'
    }

    It 'follows the first connection of the process when that changes' {
        $shell = New-Shell
        Connect-OpenAI @theirs
        $null = Invoke-In $shell { Invoke-OpenAICompletion hi }
        Get-Route | Should -Be '/theirs Bearer key-theirs model-theirs'
    }

    It 'keeps its own default, and does not change that of others' {
        $shell, $third = (New-Shell), (New-Shell)
        Invoke-In $shell { param($theirs) Connect-OpenAI @theirs } $theirs
        $null = Invoke-In $shell { Invoke-OpenAICompletion hi }
        $null = Invoke-OpenAICompletion hi
        $null = Invoke-In $third { Invoke-OpenAICompletion hi }
        Connect-OpenAI @mine -Organization again
        $null = Invoke-In $shell { Invoke-OpenAICompletion hi }

        $one, $two = '/mine Bearer key-mine model-mine', '/theirs Bearer key-theirs model-theirs'
        Get-Route | Should -Be $two, $one, $one, $two
        (Invoke-In $shell { Get-OpenAIConnection }).BaseUri | Should -Be $theirs.BaseUri
        (Get-OpenAIConnection).BaseUri | Should -Be $mine.BaseUri
    }

    It 'shares unused names, and has its own if two use the same name' {
        $shell = New-Shell
        $named = @{ Name = 'work' }
        Connect-OpenAI @mine @named
        $null = Invoke-In $shell { Invoke-OpenAICompletion hi -Connection work }
        Invoke-In $shell { param($theirs, $named) Connect-OpenAI @theirs @named } $theirs, $named
        $null = Invoke-In $shell { Invoke-OpenAICompletion hi -Connection WORK }
        $null = Invoke-OpenAICompletion hi -Connection work
        (Get-Route).Split(' ') | Where-Object { $_ -like '/*' } | Should -Be '/mine', '/theirs', '/mine'
        (Invoke-In $shell { Get-OpenAIConnection work }).BaseUri | Should -Be $theirs.BaseUri
        (Invoke-In $shell { Get-OpenAIConnection }).Name | Should -Be 'Default', 'work'
    }

    It 'uses the environment after its own Disconnect-OpenAI, and nobody else''s connection' {
        $shell = New-Shell
        Invoke-In $shell { param($theirs) Connect-OpenAI @theirs; Disconnect-OpenAI } $theirs
        try {
            $env:OPENAI_BASE_URL = "$($server.http1)environment/v1"
            $null = Invoke-In $shell { Invoke-OpenAICompletion hi -Model m }
        }
        finally {
            $env:OPENAI_BASE_URL = $null
        }

        Get-Route | Should -Be '/environment  m'
        $null = Invoke-OpenAICompletion hi
        (Get-Route)[1] | Should -Be '/mine Bearer key-mine model-mine'
    }

    It 'removes another runspace''s connection without closing it: <Way>' -ForEach @(
        @{ Way = 'by name'; Script = { Disconnect-OpenAI Default } }
        @{ Way = 'without a name'; Script = { Disconnect-OpenAI } }
        @{ Way = 'all at once'; Script = { Get-OpenAIConnection | Disconnect-OpenAI } }
        @{ Way = 'by the object'; Script = { param($connection) Disconnect-OpenAI -Connection $connection } }
    ) {
        $connection = Get-OpenAIConnection Default
        $shell = New-Shell
        Invoke-In $shell $Script $connection
        Invoke-In $shell { Get-OpenAIConnection } | Should -BeNullOrEmpty
        $null = Invoke-OpenAICompletion hi
        Get-Route | Should -Be '/mine Bearer key-mine model-mine'
    }

    It 'that received a connection keeps it when the other one disconnects' {
        $connection = Get-OpenAIConnection Default
        $shell = New-Shell
        Invoke-In $shell { param($connection) $connection | Connect-OpenAI } $connection
        Disconnect-OpenAI
        $null = Invoke-In $shell { Invoke-OpenAICompletion hi }
        Get-Route | Should -Be '/mine Bearer key-mine model-mine'
        Invoke-In $shell { Disconnect-OpenAI }
        { Invoke-OpenAICompletion hi -Connection $connection } | Should -Throw -ErrorId 'ConnectionClosed,*'
    }

    It 'that ForEach-Object -Parallel reuses begins without the earlier connection' {
        $routes = 1..3 | ForEach-Object -ThrottleLimit 1 -Parallel {
            Import-Module $using:module
            $theirs = $using:theirs
            if ($_ -eq 1) { Connect-OpenAI @theirs }
            "$([runspace]::DefaultRunspace.InstanceId) $((Get-OpenAIConnection Default).BaseUri)"
        }
        $routes.ForEach{ $_.Split(' ')[0] } | Select-Object -Unique | Should -HaveCount 1 -Because 'else this test shows nothing'
        $routes.ForEach{ $_.Split(' ')[1] } | Should -Be $theirs.BaseUri, $mine.BaseUri, $mine.BaseUri
    }

    It 'makes room for the next one when it disconnects or ends: <Way>' -ForEach @(
        @{ Way = 'disconnects'; End = { Invoke-In $first { Disconnect-OpenAI } } }
        @{ Way = 'ends'; End = { $first.Runspace.Dispose() } }
    ) {
        Disconnect-OpenAI
        $first, $second, $third = (New-Shell), (New-Shell), (New-Shell)
        Invoke-In $first { param($theirs) Connect-OpenAI @theirs } $theirs
        Invoke-In $second { param($mine) Connect-OpenAI @mine } $mine
        (Invoke-In $third { Get-OpenAIConnection }).BaseUri | Should -Be $theirs.BaseUri
        . $End
        Invoke-In $third { Get-OpenAIConnection } | Should -BeNullOrEmpty -Because 'the second has made its own for itself'
        Invoke-In $second { param($mine) Connect-OpenAI @mine } $mine
        (Invoke-In $third { Get-OpenAIConnection }).BaseUri | Should -Be $mine.BaseUri
        Get-OpenAIConnection | Should -BeNullOrEmpty -Because 'this runspace has disconnected itself'
    }

    It 'leaves no open socket behind when it ends' {
        $null = Invoke-OpenAICompletion hi
        $before = (Get-TestConnection).open
        $shell = New-Shell
        Invoke-In $shell { param($theirs) Connect-OpenAI @theirs; $null = Invoke-OpenAICompletion hi } $theirs
        (Get-TestConnection).open | Should -Be ($before + 1)
        $shell.Runspace.Dispose()
        $tries = 0
        while ((Get-TestConnection).open -gt $before -and $tries++ -lt 100) { Start-Sleep -Milliseconds 20 }
        (Get-TestConnection).open | Should -Be $before
    }

    It 'is not kept alive after it has ended, nor are its connections' {
        $gone = & {
            $shell = New-Shell
            $connection = Invoke-In $shell { param($theirs) Connect-OpenAI @theirs -PassThru; $null = Invoke-OpenAICompletion hi } $theirs
            [WeakReference]::new($connection.PSObject.BaseObject)
            $shell.Runspace.Dispose()
            $shell.Dispose()
            $shells.Clear()
        }
        $tries = 0
        while ($gone.IsAlive -and $tries++ -lt 20) { [GC]::Collect(); [GC]::WaitForPendingFinalizers(); $null = 1..10 | ForEach-Object { "$_" } }
        $gone.IsAlive | Should -BeFalse
    }

    It 'never uses another''s key, address or model, in whatever order they run' {
        # Two runspaces connect and send requests alternately, as fast as they can, while this one changes the process's first connection.
        $script = {
            param($base, $who)
            foreach ($round in 1..25) {
                Connect-OpenAI -BaseUri "$base$who-$round/v1" -ApiKey "key-$who-$round" -Model "model-$who-$round" -MaximumRetryCount 0
                $null = Invoke-OpenAICompletion one
                $null = Invoke-OpenAIChatCompletion two
                if ($round % 5 -eq 0) { Disconnect-OpenAI; Connect-OpenAI -BaseUri "$base$who-$round/v1" -ApiKey "key-$who-$round" -Model "model-$who-$round" }
                $null = 'a', 'b', 'c' | Invoke-OpenAIChatCompletion -ThrottleLimit 3
            }
        }
        $running = 'a', 'b' | ForEach-Object { $shell = New-Shell; @{ Shell = $shell; Call = Start-In $shell $script $server.http1, $_ } }
        & $script $server.http1 'main'
        foreach ($one in $running) {
            $null = $one.Shell.EndInvoke($one.Call)
            $one.Shell.Streams.Error | Should -BeNullOrEmpty
        }

        $requests = Get-SentRequest
        $requests | Should -HaveCount (3 * 25 * 5)
        $mixed = $requests | Where-Object {
            $who = $_.path.Split('/')[1]
            $_.headers.Authorization -cne "Bearer key-$who" -or $_.Json.model -cne "model-$who"
        }
        $mixed | Should -BeNullOrEmpty
        $requests.path | ForEach-Object { $_.Split('/')[1] } | Group-Object | Where-Object Count -NE 5 | Should -BeNullOrEmpty
        $Error | Should -BeNullOrEmpty
    }
}

Describe 'A call in progress' {
    BeforeEach {
        Reset-TestServer
        Connect-OpenAI @mine
        function Get-Temperature([string] $City) { 4 }
    }
    AfterEach {
        $shells | ForEach-Object { $_.Runspace.Dispose(); $_.Dispose() }
        $shells.Clear()
    }

    BeforeDiscovery {
        $ends = @(
            @{ Way = 'disconnected'; End = { Disconnect-OpenAI } }
            @{ Way = 'replaced'; End = { Connect-OpenAI @theirs } }
            @{ Way = 'disconnected by its object'; End = { Get-OpenAIConnection Default | Disconnect-OpenAI } }
        )
        $calls = @(
            @{
                What = 'a stream'
                Set = { Add-StreamReply ('a' | ConvertTo-Chunk) -Then @{ waitFor = 'go' }, @{ send = "data: $(ConvertTo-Chunk 'b' stop)`n`ndata: [DONE]`n`n" } }
                Run = { Invoke-OpenAICompletion hi -Stream | ForEach-Object { if ($_.Text -eq 'a') { . $End; Send-Signal go }; $_.Text } }
                Gives = 'a', 'b'
            }
            @{
                What = 'an open stream of -NoEnumerate'
                Set = { Add-StreamReply ('a' | ConvertTo-Chunk) -Then @{ waitFor = 'go' }, @{ send = "data: $(ConvertTo-Chunk 'b' stop)`n`ndata: [DONE]`n`n" } }
                Run = { $stream = Invoke-OpenAICompletion hi -Stream -NoEnumerate; $null = $stream.MoveNext(); . $End; Send-Signal go; $stream.Current.Text; foreach ($chunk in $stream) { $chunk.Text } }
                Gives = 'a', 'b'
            }
            @{
                What = 'a run of -ThrottleLimit'
                Set = { 1..6 | ForEach-Object { Add-StreamReply ('a' | ConvertTo-Chunk) -Then @{ waitFor = 'go' }, @{ send = "data: $(ConvertTo-Chunk 'b' stop)`n`ndata: [DONE]`n`n" } } }
                Run = {
                    $count = 0
                    1..6 | Invoke-OpenAICompletion -Stream -ThrottleLimit 2 | ForEach-Object { if ($_.Text -eq 'a') { if ($count++ -eq 0) { . $End }; Send-Signal go }; $_ } |
                        Join-OpenAIChunk | ForEach-Object Text
                }
                Gives = @('ab') * 6
            }
            @{
                What = 'a pipeline of prompts'
                Set = { 1..3 | ForEach-Object { Add-JsonReply 200 (ConvertTo-Answer "answer $_") } }
                Run = { 1..3 | ForEach-Object { if ($_ -eq 2) { . $End }; "$_" } | Invoke-OpenAICompletion | ForEach-Object Text }
                Gives = 'answer 1', 'answer 2', 'answer 3'
            }
            @{
                What = 'a conversation with tools between its rounds'
                Set = {
                    $call = @{ index = 0; id = 'c1'; type = 'function'; function = @{ name = 'Disconnect-Here'; arguments = '{}' } }
                    Add-StreamReply (@{ id = 'a'; choices = @(@{ index = 0; delta = @{ tool_calls = @($call) }; finish_reason = 'tool_calls' }) } | ConvertTo-Json -Depth 9 -Compress)
                    Add-StreamReply (ConvertTo-Chunk 'done' stop)
                }
                Run = {
                    function Disconnect-Here { . $End }
                    -join (Invoke-OpenAIChatCompletion hi -Stream -Tools Disconnect-Here -InvokeTools).Text
                }
                Gives = 'done'
            }
            @{
                What = 'a background response that is resumed'
                Set = {
                    Add-Reply @{ method = 'POST'; headers = @{ 'content-type' = 'text/event-stream' }; steps = @{ send = "data: {`"type`":`"response.created`",`"sequence_number`":0,`"response`":{`"id`":`"r1`",`"status`":`"in_progress`"}}`n`n" }, @{ waitFor = 'go' }, @{ cut = $true } }
                    Add-Reply @{ method = 'GET'; headers = @{ 'content-type' = 'text/event-stream' }; steps = @(@{ send = "data: {`"type`":`"response.completed`",`"sequence_number`":1,`"response`":{`"id`":`"r1`",`"status`":`"completed`"}}`n`n" }) }
                }
                Run = { Invoke-OpenAIResponse hi -Stream -Background | ForEach-Object { if ($_.Type -eq 'response.created') { . $End; Send-Signal go }; $_.Type } }
                Gives = 'response.created', 'response.completed'
            }
        )
        $cases = foreach ($way in $ends) { foreach ($call in $calls) { $way + $call } }
    }

    It 'ends normally if its connection is <Way>: <What>' -ForEach $cases {
        . $Set
        $open = (Get-TestConnection).open
        . $Run | Should -Be $Gives
        $Error | Should -BeNullOrEmpty
        (Get-SentRequest).path | Should -BeLike '/mine/*'

        if ($Way -eq 'disconnected') {
            # its sockets are closed then, and not only after a long idle time
            $tries = 0
            while ((Get-TestConnection).open -gt $open -and $tries++ -lt 100) { Start-Sleep -Milliseconds 10 }
            (Get-TestConnection).open | Should -BeLessOrEqual $open
        }
    }

    It 'ends normally if the runspace that created the connection ends' {
        Disconnect-OpenAI
        $owner, $user = (New-Shell), (New-Shell)
        Invoke-In $owner { param($mine) Connect-OpenAI @mine } $mine
        Add-StreamReply ('a' | ConvertTo-Chunk) -Then @{ waitFor = 'go' }, @{ send = "data: $(ConvertTo-Chunk 'b' stop)`n`ndata: [DONE]`n`n" }
        $call = Start-In $user { (Invoke-OpenAICompletion hi -Stream).Text }
        Wait-Request
        $owner.Runspace.Dispose()
        Send-Signal go
        $user.EndInvoke($call) | Should -Be 'a', 'b'
        $user.Streams.Error | Should -BeNullOrEmpty
    }

    It 'is the last one that works if its connection is disconnected among 50' {
        Set-DefaultReply $answer
        $connection = Get-OpenAIConnection Default
        $shell = New-Shell
        $call = Start-In $shell {
            param($connection)
            foreach ($number in 1..50) {
                try { (Invoke-OpenAIChatCompletion "$number" -Connection $connection).Text } catch { $_ }
            }
        } $connection
        Wait-Request 9
        Disconnect-OpenAI
        $got = $shell.EndInvoke($call)

        $got | Should -HaveCount 50
        $texts = @($got | Where-Object { $_ -is [string] })
        $errors = @($got | Where-Object { $_ -isnot [string] })
        $texts.Count | Should -BeGreaterOrEqual 10
        @(Get-SentRequest) | Should -HaveCount $texts.Count -Because 'every request that was sent was answered'
        $errors.FullyQualifiedErrorId | Select-Object -Unique | Should -Be 'ConnectionClosed,OpenAIStream.InvokeOpenAIChatCompletionCommand'
        $errors[0].Exception.Message | Should -BeLike "The connection Default (*mine/v1) was disconnected. Connect again: Connect-OpenAI*"
    }

    It 'is one of 50 that all end normally while others connect and disconnect' {
        Set-DefaultReply $answer
        $shell = New-Shell
        $call = Start-In $shell { foreach ($number in 1..50) { try { (Invoke-OpenAICompletion "$number" -Model m).Text } catch { $_ } } }
        while (-not $call.IsCompleted) { Connect-OpenAI @theirs; Connect-OpenAI @mine }
        $shell.EndInvoke($call) | Should -Be (@('x') * 50)
    }
}

Describe 'A connection from -PassThru' {
    BeforeEach {
        Reset-TestServer
        Set-DefaultReply $answer
    }
    AfterEach {
        $shells | ForEach-Object { $_.Runspace.Dispose(); $_.Dispose() }
        $shells.Clear()
    }

    It 'stays usable when another replaces it' {
        $connection = Connect-OpenAI @mine -PassThru
        Connect-OpenAI @theirs
        $null = Invoke-OpenAICompletion hi
        $null = Invoke-OpenAICompletion hi -Connection $connection
        Get-Route | Should -Be '/theirs Bearer key-theirs model-theirs', '/mine Bearer key-mine model-mine'
    }

    It 'stays usable when its replacement is disconnected, until it is itself' {
        $connection = Connect-OpenAI @mine -PassThru
        Connect-OpenAI @theirs
        Disconnect-OpenAI
        (Invoke-OpenAICompletion hi -Connection $connection).Text | Should -Be 'x'
        $connection | Disconnect-OpenAI
        { Invoke-OpenAICompletion hi -Connection $connection } | Should -Throw -ErrorId 'ConnectionClosed,*' -ExceptionType ([InvalidOperationException])
        { Get-OpenAIModel -Connection $connection } | Should -Throw -ErrorId 'ConnectionClosed,*'
        { Connect-OpenAI -Connection $connection } | Should -Throw -ErrorId 'ConnectionClosed,*'
    }

    It 'does not affect its replacement' {
        $connection = Connect-OpenAI @mine -PassThru
        Connect-OpenAI @theirs
        $connection | Disconnect-OpenAI
        (Invoke-OpenAICompletion hi).Text | Should -Be 'x'
        Get-Route | Should -Be '/theirs Bearer key-theirs model-theirs'
    }

    It 'stays usable when its runspace has ended, as that of a thread job' {
        $connection = Start-ThreadJob { Import-Module $using:module; $mine = $using:mine; Connect-OpenAI @mine -Name job -PassThru } | Receive-Job -Wait -AutoRemoveJob
        for ($i = 0; $i -lt 1000 -and (Get-OpenAIConnection job -ErrorAction Ignore); $i++) {
            Start-Sleep -Milliseconds 10 # the job's runspace closes after the job
        }
        Get-OpenAIConnection job -ErrorAction Ignore | Should -BeNullOrEmpty
        (Invoke-OpenAICompletion hi -Connection $connection).Text | Should -Be 'x'
        $connection | Disconnect-OpenAI
        { Invoke-OpenAICompletion hi -Connection $connection } | Should -Throw -ErrorId 'ConnectionClosed,*'
    }

    It 'is the default again when Connect-OpenAI gets it back' {
        $connection = Connect-OpenAI @mine -PassThru
        Connect-OpenAI @theirs
        Connect-OpenAI -Connection $connection | Should -BeNullOrEmpty
        Connect-OpenAI -Connection $connection -PassThru | Should -Be $connection
        $null = Invoke-OpenAICompletion hi
        Get-Route | Should -Be '/mine Bearer key-mine model-mine'
    }

    It 'is used unchanged' {
        $connection = Connect-OpenAI @mine -PassThru
        $failure = { Connect-OpenAI -Connection $connection -Model other -BaseUri $server.http1 -Verbose } | Should -Throw -ErrorId 'BadArgument,*' -PassThru
        $failure.Exception.Message | Should -BeLike '*Remove -*Model*'
        $failure.Exception.Message | Should -Not -BeLike '*Verbose*'
    }
}

Describe 'A test file that connects and disconnects' {
    BeforeEach { Reset-TestServer }

    It 'does not change the user''s default: <Before>' -ForEach @(
        @{ Before = 'a connection'; Set = { Connect-OpenAI @mine } }
        @{ Before = 'none'; Set = { Disconnect-OpenAI } }
    ) {
        . $Set
        $before = Get-OpenAIConnection Default -ErrorAction Ignore

        # BeforeAll and AfterAll as in about_OpenAIStream_Testing
        $mineBefore = Get-OpenAIConnection Default -ErrorAction Ignore
        Connect-OpenAI @theirs
        Disconnect-OpenAI
        $mineBefore | Connect-OpenAI

        Get-OpenAIConnection Default -ErrorAction Ignore | Should -Be $before
    }
}
