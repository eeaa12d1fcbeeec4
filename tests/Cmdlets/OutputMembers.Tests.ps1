BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer
}
AfterAll { Stop-TestServer }

Describe 'What cmdlets add to chunks and answers' {
    BeforeEach { Reset-TestServer }

    It 'show for each chunk its input and its speed' {
        Add-StreamReply ('a', 'b' | ConvertTo-Chunk)
        $chunks = Invoke-OpenAIChatCompletion 'hi' -Stream
        $chunks.Input | Should -Be 'hi', 'hi'
        $chunks.InputIndex | Should -Be 0, 0
        $chunks[1].Timing.ChunkCount | Should -Be 2
        $chunks[1].Timing | Should -BeOfType OpenAIStream.StreamTiming
    }

    It 'show the same for the whole answer, with the conversation' {
        Add-StreamReply ('a', 'b' | ConvertTo-Chunk)
        $whole = Invoke-OpenAIChatCompletion 'hi' -Stream | Join-OpenAIChunk
        $whole.Input, $whole.InputIndex, $whole.Timing.ChunkCount | Should -Be 'hi', 0, 2
        $whole.Messages.Text | Should -Be 'hi', 'ab'
    }

    It 'are empty on objects that no cmdlet requested' {
        $own = [OpenAIStream.ChatCompletion] '{"choices":[{"index":0,"message":{"role":"assistant","content":"hello"}}]}'
        $own.Input, $own.InputIndex, $own.Timing | Should -Be $null, $null, $null
        $own.Messages.Text | Should -Be 'hello'
    }

    It 'are in every listing, without their implementation' {
        Add-StreamReply ('a' | ConvertTo-Chunk)
        $chunk = Invoke-OpenAIChatCompletion 'hi' -Stream
        'Input', 'InputIndex', 'Timing' | ForEach-Object { ($chunk | Get-Member).Name | Should -Contain $_ }
        ($chunk | Select-Object *).PSObject.Properties.Name | Should -Not -Contain 'Tag'
        $chunk | ConvertTo-Json -Depth 10 | Should -Not -Match 'StreamSource|Previous'
    }

    It 'survive Clixml' {
        Add-StreamReply ('a' | ConvertTo-Chunk)
        Invoke-OpenAIChatCompletion 'hi' -Stream | Export-Clixml TestDrive:/chunk.xml
        $back = Import-Clixml TestDrive:/chunk.xml
        $back.Input, $back.InputIndex, $back.Timing.ChunkCount | Should -Be 'hi', 0, 1
    }

    It 'show the command of a tool' {
        function Get-Weather([string] $City) { $City }
        (ConvertTo-OpenAITool Get-Weather).Command.Name | Should -Be 'Get-Weather'
        $answered = [OpenAIStream.ChatTool]::new()
        $answered.Command | Should -BeNullOrEmpty
    }
}
