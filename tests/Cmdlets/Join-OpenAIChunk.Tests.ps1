BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer
}

AfterAll { Stop-TestServer }

Describe 'A whole answer instead of chunks' {
    BeforeEach {
        Reset-TestServer
        Add-JsonReply 200 (ConvertTo-Answer 'Hello')
    }

    It 'is returned unchanged by Join-OpenAIChunk' {
        $answer = Invoke-OpenAIChatCompletion 'hi'
        [object]::ReferenceEquals(($answer | Join-OpenAIChunk), $answer) | Should -BeTrue
        $Error.Count | Should -Be 0
    }

    It 'is shown, and returned unchanged by Show-OpenAIStream -PassThru' {
        $answer = Invoke-OpenAIChatCompletion 'hi'
        $shown = $answer | Show-OpenAIStream -PassThru 6>&1
        -join $shown[0..($shown.Count - 2)] | Should -Be "Hello`n"
        [object]::ReferenceEquals($shown[-1], $answer) | Should -BeTrue
        $Error.Count | Should -Be 0
    }
}
