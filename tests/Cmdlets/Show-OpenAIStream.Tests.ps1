BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
}
AfterAll { Stop-TestServer }

Describe 'Show-OpenAIStream' {
    BeforeEach { Reset-TestServer }

    It 'shows the text of a stream on the host and ends the line' {
        Add-StreamReply ('Hel', 'lo', '!' | ConvertTo-Chunk)
        $shown = Invoke-ChildProcess "Connect-OpenAI -BaseUri $($server.http1); Invoke-OpenAIChatCompletion hi -Stream | Show-OpenAIStream; 'next'"
        $shown | Should -Be 'Hello!', 'next'
    }

    It 'ends the line also when the stream breaks' {
        Add-StreamReply ('Hel' | ConvertTo-Chunk) -Then @{ cut = $true }
        $shown = Invoke-ChildProcess "Connect-OpenAI -BaseUri $($server.http1); try { Invoke-OpenAIChatCompletion hi -Stream | Show-OpenAIStream } catch { `$_.FullyQualifiedErrorId }"
        $shown | Should -Be 'Hel', 'StreamEndedEarly,OpenAIStream.InvokeOpenAIChatCompletionCommand'
    }

    It 'writes nothing, and with -PassThru the chunks joined' {
        1..2 | ForEach-Object { Add-StreamReply ('a', 'b' | ConvertTo-Chunk) }
        # In another process, so that what it shows does not stand among the tests' results.
        $shown = Invoke-ChildProcess @"
            Connect-OpenAI -BaseUri $($server.http1)
            `$nothing = Invoke-OpenAICompletion hi -Stream | Show-OpenAIStream
            `$whole = Invoke-OpenAICompletion hi -Stream | Show-OpenAIStream -PassThru
            "`$(@(`$nothing).Count) `$(`$whole.Text) `$(`$whole.GetType())"
"@
        $shown | Should -Be 'ab', 'ab', '0 ab OpenAIStream.Completion'
    }

    It 'takes nothing but chunks' {
        { 'text' | Show-OpenAIStream -ErrorAction Stop } | Should -Throw -ErrorId 'InputObjectNotBound*'
    }
}
