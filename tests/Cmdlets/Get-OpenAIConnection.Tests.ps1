BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
}
AfterAll { Stop-TestServer }

Describe 'Get-OpenAIConnection' {
    BeforeEach {
        Reset-TestServer
        'beta', 'alpha' | ForEach-Object { Connect-OpenAI -BaseUri $server.http1 -Name $_ }
    }

    It 'lists the connections by name' {
        (Get-OpenAIConnection).Name | Should -Be 'alpha', 'beta', 'Default'
    }

    It 'finds names without regard to case, and patterns' {
        (Get-OpenAIConnection ALPHA).Name | Should -Be 'alpha'
        (Get-OpenAIConnection *a).Name | Should -Be 'alpha', 'beta'
        (Get-OpenAIConnection beta, alpha).Name | Should -Be 'beta', 'alpha'
        Get-OpenAIConnection x* | Should -BeNullOrEmpty
        $Error | Should -BeNullOrEmpty
    }

    It 'writes an error for an unknown name' {
        Get-OpenAIConnection nobody, alpha -ErrorVariable problem -ErrorAction SilentlyContinue | ForEach-Object Name | Should -Be 'alpha'
        $problem.FullyQualifiedErrorId | Should -Be 'ConnectionNotFound,OpenAIStream.GetOpenAIConnectionCommand'
    }

    It 'completes names, also for -Connection' {
        (TabExpansion2 'Get-OpenAIConnection al').CompletionMatches.CompletionText | Should -Be 'alpha'
        (TabExpansion2 'Invoke-OpenAICompletion hi -Connection b').CompletionMatches.CompletionText | Should -Be 'beta'
    }

    It 'is shared by the runspaces of ForEach-Object -Parallel' {
        1..2 | ForEach-Object { Add-JsonReply 200 (ConvertTo-Answer 'x') }
        $module = Get-BuiltModule
        $answers = 1..2 | ForEach-Object -Parallel { Import-Module $using:module; Invoke-OpenAICompletion 'hi' -Connection alpha }
        $answers.Text | Should -Be 'x', 'x'
    }
}
