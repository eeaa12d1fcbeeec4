BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
    $examples = Join-Path $PSScriptRoot '../../examples'

    # An example as a person runs it: in a process of its own that finds the module by its name.
    function Invoke-Example([string] $Name, [string[]] $Argument) {
        $saved = $env:PSModulePath
        try {
            $env:PSModulePath = (Split-Path (Split-Path (Get-BuiltModule))) + [IO.Path]::PathSeparator + $env:PSModulePath
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
        $call = @{ id = 'c1'; type = 'function'; index = 0; function = @{ name = 'Get-Temperature'; arguments = '{"City":"Oslo"}' } }
        Add-StreamReply (@{ id = 'a'; choices = @(@{ index = 0; delta = @{ role = 'assistant'; tool_calls = @($call) }; finish_reason = 'tool_calls' }) } | ConvertTo-Json -Depth 9 -Compress)
        Add-StreamReply ('It is 4 degrees.' | ConvertTo-Chunk), (ConvertTo-Chunk '' -FinishReason stop)
        Invoke-Example tools.ps1 "'How warm is Oslo?'" | Should -Be 'It is 4 degrees.'
        $first, $second = Get-SentRequest
        $first.Json.tools[0].function.description | Should -Be 'The temperature in a city right now.'
        $second.Json.messages[-1].content | Should -Be '{"City":"Oslo","Temperature":4,"Unit":"Celsius"}'
    }

    It 'carries a conversation on' {
        'A row of commands.', 'Flow.' | ForEach-Object { Add-StreamReply ($_ | ConvertTo-Chunk), (ConvertTo-Chunk '' -FinishReason stop) }
        Invoke-Example conversation.ps1 "'What is a pipeline?', 'And in one word?'" |
            Should -Be '> What is a pipeline?', 'A row of commands.', '> And in one word?', 'Flow.', '5 messages'
        @(Get-SentRequest)[1].Json.messages.content |
            Should -Be 'Answer in one sentence.', 'What is a pipeline?', 'A row of commands.', 'And in one word?'
    }

    It 'asks about images' {
        Add-StreamReply ('A dot.' | ConvertTo-Chunk), (ConvertTo-Chunk '' -FinishReason stop)
        $gif = Join-Path (Get-Item TestDrive:/).FullName dot.gif
        [IO.File]::WriteAllBytes($gif, [Convert]::FromBase64String('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'))
        Invoke-Example image-question.ps1 "'What is this?' '$gif'" | Should -Be 'A dot.'
        (Get-SentRequest).Json.messages[0].content[1].image_url.url | Should -BeLike 'data:image/gif;base64,R0lGOD*'
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
}
