BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
    $examples = Join-Path $PSScriptRoot '../../examples'

    # Runs an example as a user does: in its own process, which finds the module by name.
    function Invoke-Example([string] $Name, [string[]] $Argument) {
        $saved = $env:PSModulePath
        try {
            $env:PSModulePath = (Get-ModuleRoot) + [IO.Path]::PathSeparator + $env:PSModulePath
            $env:OPENAI_BASE_URL = "$($server.http1)v1"
            & ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command "& '$(Join-Path $examples $Name)' $Argument"
        }
        finally {
            $env:PSModulePath = $saved
            $env:OPENAI_BASE_URL = $null
        }
    }
}
AfterAll { Stop-TestServer }

Describe 'An example' {
    BeforeEach { Reset-TestServer }

    It 'answers with the help of a tool' {
        $call = '{"type":"function_call","id":"f","call_id":"c1","name":"Get-Temperature","arguments":"{\"City\":\"Oslo\"}"}'
        Add-StreamReply @(
            '{"type":"response.output_item.added","output_index":0,"item":' + $call + '}'
            '{"type":"response.output_item.done","output_index":0,"item":' + $call + '}'
            '{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[' + $call + ']}}'
        )
        Add-StreamReply @(
            '{"type":"response.output_text.delta","item_id":"m","output_index":0,"content_index":0,"delta":"It is 4 degrees."}'
            '{"type":"response.completed","response":{"id":"resp_2","status":"completed"}}'
        )
        Invoke-Example tools.ps1 "'How warm is Oslo?'" | Should -Be '[tool] Get-Temperature({"City":"Oslo"})', 'It is 4 degrees.'
        $first, $second = Get-SentRequest
        $first.Json.tools[0].description | Should -Be 'The temperature in a city right now.'
        $second.Json.input[-1].output | Should -Be '{"City":"Oslo","Temperature":4,"Unit":"Celsius"}'
    }

    It 'reads the first chunk of a completion by hand' {
        Add-StreamReply (ConvertTo-Chunk 'One'), (ConvertTo-Chunk ' two' -FinishReason stop)
        $lines = Invoke-Example first-chunk.ps1 "-Model mine -BaseUri $($server.http1)v1"
        $lines | Should -HaveCount 2
        $lines[0] | Should -BeLike 'First chunk: *"One"*'
        (Get-SentRequest).Json.model | Should -Be 'mine'
    }

    It 'continues a conversation' {
        'A row of commands.', 'Flow.' | ForEach-Object { Add-StreamReply ($_ | ConvertTo-Chunk), (ConvertTo-Chunk '' -FinishReason stop) }
        Invoke-Example conversation.ps1 "'What is a pipeline?', 'And in one word?'" |
            Should -Be '> What is a pipeline?', 'A row of commands.', '> And in one word?', 'Flow.', '5 messages'
        @(Get-SentRequest)[1].Json.messages.content |
            Should -Be 'Answer in one sentence.', 'What is a pipeline?', 'A row of commands.', 'And in one word?'
    }

    It 'finds lines by their meaning, and shows the cost' {
        Set-Content TestDrive:/lines.txt 'A cat.', '', 'A stone.'
        Add-JsonReply 200 '{"model":"text-embedding-3-small","data":[{"index":0,"embedding":[0.6,0.8]},{"index":1,"embedding":[1,0]}],"usage":{"prompt_tokens":1000000,"total_tokens":1000000}}'
        Add-JsonReply 200 '{"model":"text-embedding-3-small","data":[{"index":0,"embedding":[0,1]}],"usage":{"prompt_tokens":1000000,"total_tokens":1000000}}'
        $said = Invoke-Example search.ps1 "'a pet' '$((Get-Item TestDrive:/lines.txt).FullName)'"
        "$said" | Should -Match '0\.80?\s+A cat\.\s+0(\.00)?\s+A stone\.'
        "$said" | Should -Not -BeLike '*WARNING*' -Because 'the first embedding says what both used'
        "$said" | Should -Match '2000000 tokens, 0\.10? EXAMPLE'
    }

    It 'asks about images' {
        Add-StreamReply ('A dot.' | ConvertTo-Chunk), (ConvertTo-Chunk '' -FinishReason stop)
        $gif = Join-Path (Get-Item TestDrive:/).FullName dot.gif
        [IO.File]::WriteAllBytes($gif, [Convert]::FromBase64String('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'))
        Invoke-Example image-question.ps1 "'What is this?' '$gif'" | Should -Be 'A dot.'
        (Get-SentRequest).Json.messages[0].content[1].image_url.url | Should -BeLike 'data:image/gif;base64,R0lGOD*'
    }

    It 'sends one request if it is refused, even if no caller catches the error' {
        Add-JsonReply 401 '{"error":{"message":"Incorrect API key"}}'
        Add-StreamReply ('A note.' | ConvertTo-Chunk), (ConvertTo-Chunk '' -FinishReason stop)
        $note = Join-Path (Get-Item TestDrive:/).FullName note.md
        "$(Invoke-Example testing/Write-ReleaseNote.ps1 "-Change 'A fix' -Path '$note'" 2>&1)" | Should -BeLike '*401*'
        @(Get-SentRequest) | Should -HaveCount 1
        $note | Should -Not -Exist
    }

    It 'uses Azure with a key' {
        Add-StreamReply ('A row.' | ConvertTo-Chunk), (ConvertTo-Chunk '' -FinishReason stop)
        $env:AZURE_OPENAI_API_KEY = 'azure-key'
        Invoke-Example azure.ps1 "'What is a pipeline?' -Endpoint $($server.http1) -Deployment gpt" | Should -Be 'A row.'
        $request = Get-SentRequest
        $request.path | Should -Be '/openai/v1/chat/completions'
        $request.headers.'api-key' | Should -Be 'azure-key'
        $request.Json.model | Should -Be 'gpt'
        Clear-UserSetting
    }

    It 'uses Azure with a token of the signed-in user' {
        Add-StreamReply ('A row.' | ConvertTo-Chunk), (ConvertTo-Chunk '' -FinishReason stop)
        $modules = Join-Path (Get-Item TestDrive:/).FullName modules
        $saved = $env:PSModulePath
        $null = New-Item "$modules/Az.Accounts" -ItemType Directory
        Set-Content "$modules/Az.Accounts/Az.Accounts.psm1" @'
function Get-AzAccessToken([string] $ResourceUrl, [switch] $AsSecureString) {
    [pscustomobject]@{ Token = ConvertTo-SecureString "token:$ResourceUrl" -AsPlainText -Force; ExpiresOn = [DateTimeOffset]::UtcNow.AddHours(1) }
}
'@
        try {
            $env:PSModulePath = $modules + [IO.Path]::PathSeparator + $saved
            Invoke-Example azure.ps1 "'What is a pipeline?' -Endpoint $($server.http1) -Deployment gpt" | Should -Be 'A row.'
        }
        finally {
            $env:PSModulePath = $saved
        }

        (Get-SentRequest).headers.Authorization | Should -Be 'Bearer token:https://cognitiveservices.azure.com'
    }

    It 'gets the models of a local server, and uses the first one' {
        Add-JsonReply 200 '{"object":"list","data":[{"id":"llama"},{"id":"other"}]}'
        Add-StreamReply ('A row.' | ConvertTo-Chunk), (ConvertTo-Chunk '' -FinishReason stop)
        Invoke-Example local-server.ps1 "'What is a pipeline?' -BaseUri $($server.http1)v1" | Should -Be 'llama says:', 'A row.'
        (Get-SentRequest).path | Should -Be '/v1/models', '/v1/chat/completions'
        @(Get-SentRequest)[1].Json.model | Should -Be 'llama'
    }

    It 'draws an image' {
        $image = [Convert]::ToBase64String(1..5)
        Add-StreamReply @(
            "{`"type`":`"image_generation.partial_image`",`"b64_json`":`"$image`",`"partial_image_index`":0}"
            "{`"type`":`"image_generation.completed`",`"b64_json`":`"$image`"}"
        ) -Then @()
        $path = Join-Path (Get-Item TestDrive:/).FullName lighthouse.png
        Invoke-Example images.ps1 "'A lighthouse' '$path'" | Should -Be 'lighthouse.partial-0.png (5 bytes)', 'lighthouse.png (5 bytes)'
        [IO.File]::ReadAllBytes($path) | Should -Be (1..5)
    }

    It 'tests <Name> with recordings, offline' -ForEach @(
        @{ Name = 'testing'; Count = 6 }
        @{ Name = 'nightly'; Count = 2 }
    ) {
        $script = "`$r = Invoke-Pester '$(Join-Path $examples $Name)' -PassThru -Output None; `$r.Failed | ForEach-Object { `$_.ExpandedPath, `$_.ErrorRecord }; `$r.PassedCount"
        $pester = (Get-Module Pester).Path
        $saved = $env:PSModulePath
        try {
            $env:PSModulePath = (Get-ModuleRoot) + [IO.Path]::PathSeparator + $saved
            & ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command "Import-Module '$pester'; $script" | Should -Be $Count
            & ([Environment]::ProcessPath) -NoProfile -NonInteractive -Command "Import-Module '$pester'; Connect-OpenAI -BaseUri 'http://localhost:1/mine'; $script; `"`$((Get-OpenAIConnection).BaseUri)`"" |
                Should -Be $Count, 'http://localhost:1/mine' -Because 'the tests leave the default connection as it was'
        }
        finally {
            $env:PSModulePath = $saved
        }
    }
}
