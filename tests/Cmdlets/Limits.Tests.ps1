# Limits on the memory and time of an answer; each error names the parameter that raises the limit.

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
}

AfterAll {
    Stop-TestServer
}

Describe 'The limits of a connection' {
    BeforeEach { Reset-TestServer }

    It 'are generous by default' {
        $connection = Connect-OpenAI -BaseUri $server.http1 -PassThru
        $connection.MaximumResponseBytes | Should -Be 1GB
        $connection.MaximumEventBytes | Should -Be 256MB
        $connection.MaximumDecompressionRatio | Should -Be 100
    }

    It 'refuse a whole answer larger than -MaximumResponseBytes' {
        Connect-OpenAI -BaseUri $server.http1 -MaximumResponseBytes 1KB
        Add-JsonReply 200 (ConvertTo-Answer ('x' * 1KB))
        $failure = { Invoke-OpenAIChatCompletion 'hi' -Model m } | Should -Throw -ErrorId 'ResponseTooLarge,*' -PassThru
        "$failure" | Should -BeLike '*larger than the limit of 1024 bytes*'
        $failure.CategoryInfo.Category | Should -Be LimitsExceeded
        $failure.ErrorDetails.RecommendedAction | Should -BeLike 'Increase -MaximumResponseBytes of Connect-OpenAI*'
    }

    It 'do not add up the events of a stream' {
        Connect-OpenAI -BaseUri $server.http1 -MaximumResponseBytes 1KB
        Add-StreamReply (1..100 | ForEach-Object { 'word' | ConvertTo-Chunk })
        (-join (Invoke-OpenAICompletion 'hi' -Stream).Text).Length | Should -Be 400
    }

    It 'refuse an event larger than -MaximumEventBytes, after the events before it' {
        Connect-OpenAI -BaseUri $server.http1 -MaximumEventBytes 1KB
        Add-StreamReply ('first' | ConvertTo-Chunk), ('x' * 2KB | ConvertTo-Chunk)
        $chunks = 'hi' | Invoke-OpenAICompletion -Stream -ErrorVariable failures -ErrorAction SilentlyContinue
        $chunks.Text | Should -Be first
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'EventTooLarge,*'
        $failures[0].ErrorDetails.RecommendedAction | Should -BeLike 'Increase -MaximumEventBytes of Connect-OpenAI*'
    }

    It 'cannot be 0: -<_>' -ForEach 'MaximumResponseBytes', 'MaximumEventBytes', 'MaximumDecompressionRatio' {
        { $limit = @{ $_ = 0 }; Connect-OpenAI -BaseUri $server.http1 @limit } | Should -Throw "*$_*"
    }

    It 'accept the largest number as no limit: -<_>' -ForEach 'MaximumResponseBytes', 'MaximumEventBytes' {
        $limit = @{ $_ = [long]::MaxValue }
        Connect-OpenAI -BaseUri $server.http1 @limit
        Add-JsonReply 200 (ConvertTo-Answer 'fine')
        (Invoke-OpenAIChatCompletion 'hi' -Model m).Text | Should -Be fine
    }
}

Describe 'An answer that never ends' {
    BeforeEach { Reset-TestServer }

    It 'is ended by -TotalTimeoutSeconds: <What>' -ForEach @(
        @{ What = 'comments'; Part = ": still here`n`n"; Stream = $true }
        @{ What = 'blanks in a stream'; Part = "`n"; Stream = $true }
        @{ What = 'blanks in an answer'; Part = ' '; Stream = $false }
    ) {
        Add-Reply @{ steps = @(1..500 | ForEach-Object { @{ send = $Part }, @{ delayMs = 20 } }) }
        { Invoke-OpenAICompletion 'hi' -Stream:$Stream -TotalTimeoutSeconds 0.3 } | Should -Throw -ErrorId 'TotalTimeout,*'
        $null = Wait-ClientGone
    }
}
