BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer
    $key = 'sk-never-to-be-seen'
}
AfterAll { Stop-TestServer }

Describe 'A key' {
    BeforeEach { Reset-TestServer }

    It 'is not in what a connection shows' {
        $connection = Connect-OpenAI $key -BaseUri $server.http1 -Headers @{ 'X-Secret' = $key } -PassThru
        $shown = @(
            $connection | Format-List * -Force | Out-String
            $connection | Format-Table | Out-String
            $connection | Format-Custom -Depth 5 | Out-String
            $connection | ConvertTo-Json -Depth 5
            [Management.Automation.PSSerializer]::Serialize($connection, 5)
            "$connection"
        )
        $shown -join "`n" | Should -Match ([regex]::Escape($server.http1))
        $shown -join "`n" | Should -Not -Match $key
    }

    It 'is not in verbose and debug output' {
        Add-StreamReply ('x' | ConvertTo-Chunk)
        $said = & { Connect-OpenAI $key -BaseUri $server.http1 -Verbose -Debug; Invoke-OpenAICompletion 'hi' -Stream -Verbose -Debug } *>&1 | Out-String
        $said | Should -Match 'Status 200'
        $said | Should -Not -Match $key
        (Get-SentRequest).headers.Authorization | Should -Be "Bearer $key"
    }

    It 'is not in an error, although the server says it again in <Where>' -ForEach @(
        @{ Where = 'a status'; Reply = { Add-JsonReply 401 "{`"error`":{`"message`":`"Wrong key: $key.`",`"code`":`"$key`"}}" } }
        @{ Where = 'a page'; Reply = { Add-Reply @{ headers = @{ 'content-type' = 'text/html' }; steps = @(@{ send = "<html>Bearer $key</html>" }) } } }
        @{ Where = 'an event'; Reply = { Add-StreamReply "{`"error`":{`"message`":`"Wrong key: $key.`"}}" } }
        @{ Where = 'broken JSON'; Reply = { Add-StreamReply "{oops $key" } }
    ) {
        & $Reply
        Connect-OpenAI $key -BaseUri $server.http1
        { Invoke-OpenAICompletion 'hi' -Stream } | Should -Throw
        (Get-SentRequest).headers.Authorization | Should -Be "Bearer $key"
        $shown = $Error | ForEach-Object { $_ | Format-List * -Force; $_.Exception | Format-List * -Force; "$($_.Exception)"; $_.Exception.Body } | Out-String
        $shown | Should -Match 'OpenAIStream'
        $shown | Should -Not -Match $key
    }

    It 'that no header can carry is refused without being repeated' {
        { Connect-OpenAI "sk-line`nbreak" -BaseUri $server.http1 } | Should -Throw -ErrorId 'InvalidConfiguration,*'
        "$($Error[0])" | Should -BeLike '*line break*'
        "$($Error[0])" | Should -Not -Match 'sk-line'
        { Connect-OpenAI '' -BaseUri $server.http1 } | Should -Throw -ErrorId 'MissingApiKey,*'
    }
}
