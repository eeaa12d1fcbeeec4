BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
}
AfterAll { Stop-TestServer }

Describe 'Disconnect-OpenAI' {
    BeforeEach { Reset-TestServer }

    It 'removes the named connection, and the default one without a name' {
        Connect-OpenAI -BaseUri $server.http1 -Name a
        Disconnect-OpenAI a
        (Get-OpenAIConnection).Name | Should -Be 'Default'
        Disconnect-OpenAI
        Get-OpenAIConnection | Should -BeNullOrEmpty
    }

    It 'takes connections from the pipeline' {
        'a', 'b' | ForEach-Object { Connect-OpenAI -BaseUri $server.http1 -Name $_ }
        Get-OpenAIConnection ?  | Disconnect-OpenAI
        (Get-OpenAIConnection).Name | Should -Be 'Default'
    }

    It 'writes an error for an unknown name, and none if there is no default' {
        Disconnect-OpenAI nobody -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -Be 'ConnectionNotFound,OpenAIStream.DisconnectOpenAICommand'
        $problem.TargetObject | Should -Be 'nobody'
        Disconnect-OpenAI
        { Disconnect-OpenAI -ErrorAction Stop } | Should -Not -Throw
    }

    It 'closes idle network connections' {
        Add-StreamReply ('x' | ConvertTo-Chunk)
        Connect-OpenAI -BaseUri $server.http1 -Name kept
        $before = (Get-TestConnection).open
        $null = Invoke-OpenAICompletion 'hi' -Stream -Connection kept
        (Get-TestConnection).open | Should -Be ($before + 1)
        Disconnect-OpenAI kept
        $tries = 0
        while ((Get-TestConnection).open -gt $before -and $tries++ -lt 100) { Start-Sleep -Milliseconds 10 }
        (Get-TestConnection).open | Should -Be $before
    }
}
