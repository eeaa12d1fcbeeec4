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

    It 'is not in an error, even if the server repeats it in <Where>' -ForEach @(
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

    It 'that a header cannot have is refused without being repeated' {
        { Connect-OpenAI "sk-line`nbreak" -BaseUri $server.http1 } | Should -Throw -ErrorId 'InvalidConfiguration,*'
        "$($Error[0])" | Should -BeLike '*line break*'
        "$($Error[0])" | Should -Not -Match 'sk-line'
        { Connect-OpenAI '' -BaseUri $server.http1 } | Should -Throw -ErrorId 'MissingApiKey,*'
    }
}

Describe 'A secret in an address' {
    BeforeEach { Reset-TestServer }

    It 'is never shown, and redacted if the service repeats it' {
        $address = $server.http1 -replace '//', '//me:my-password@'
        $connection = Connect-OpenAI sk-0123456789 -BaseUri "$address`?subscription-key=of-the-address&plain=of-nobody" -Name secretive -PassThru -MaximumRetryCount 0
        Add-JsonReply 400 '{"error":{"message":"not me:my-password, my-password, of-the-address, of-the-query, of-the-header, of-nobody"}}'
        $given = @{ AdditionalQuery = @{ token = 'of-the-query' }; AdditionalHeaders = @{ 'x-functions-key' = 'of-the-header' } } # an error quotes the script's line
        $said = try {
            Invoke-OpenAIChatCompletion hi -Connection secretive @given -Verbose -Debug *>&1
        } catch { $_ }
        $shown = @(
            $connection | Out-String -Width 300
            $connection | Format-List * | Out-String
            [Management.Automation.PSSerializer]::Serialize($connection, 3)
            "$connection"
            $said | Out-String -Width 500
            $said | ForEach-Object { "$_" }
            $said | Where-Object { $_ -is [Management.Automation.ErrorRecord] } | ForEach-Object { Get-Error -InputObject $_ | Out-String -Width 500; $_.Exception.ToString(); $_.Exception.Body }
            (TabExpansion2 'Invoke-OpenAIChatCompletion hi -Connection secr').CompletionMatches | ForEach-Object { $_.CompletionText; $_.ToolTip }
            Invoke-OpenAIChatCompletion hi -Connection secretive -WhatIf 6>&1
        ) -join "`n"
        $shown | Should -Match 'not \*\*\*, \*\*\*, \*\*\*, \*\*\*, \*\*\*, of-nobody'
        $shown | Should -Match 'subscription-key=\*\*\*&plain=of-nobody'
        $shown | Should -Not -Match 'my-password|of-the-address|of-the-query|of-the-header'
        (Get-SentRequest).path | Should -BeLike '*subscription-key=of-the-address*token=of-the-query*'
        Disconnect-OpenAI secretive
    }

    It 'of a proxy is in no error' {
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0); $listener.Start(); $nobody = "$($listener.LocalEndpoint)"; $listener.Stop()
        $connection = Connect-OpenAI sk-0123456789 -BaseUri https://api.example.invalid/v1 -Proxy "http://me:my-password@$nobody" -MaximumRetryCount 0 -PassThru
        $said = try { Invoke-OpenAIChatCompletion hi -Verbose -Debug *>&1 } catch { $_ }
        $record = $said | Where-Object { $_ -is [Management.Automation.ErrorRecord] }
        $shown = ($connection | Format-List * | Out-String), ($said | Out-String), $record.Exception.ToString(), (Get-Error -InputObject $record | Out-String -Width 500) -join "`n"
        $shown | Should -Match 'api.example.invalid'
        $shown | Should -Not -Match 'my-password'
    }

    It 'is not the name of a provider: its value stays in answers' {
        $folder = "$TestDrive/$([guid]::NewGuid())"
        Connect-OpenAI sk-0123456789 -BaseUri $server.http1 -RecordTo $folder -Headers @{ 'x-portkey-provider' = 'anthropic' }
        Add-StreamReply ('said anthropic' | ConvertTo-Chunk) -Then @{ cut = $true }
        $failure = try { $null = Invoke-OpenAIChatCompletion hi -Stream } catch { $_ }
        $failure.Exception.PartialText | Should -BeExactly 'said anthropic'
        Disconnect-OpenAI
        Get-ChildItem $folder | Get-Content -Raw | Should -Match 'said anthropic'
        if (-not $IsWindows) { (Get-ChildItem $folder).UnixFileMode | Should -Be ([IO.UnixFileMode] 'UserRead, UserWrite') }
    }
}
