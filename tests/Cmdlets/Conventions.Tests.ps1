BeforeDiscovery {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    Import-BuiltModule
    $cmdlets = (Get-Module OpenAIStream).ExportedCmdlets.Values | Sort-Object Name | ForEach-Object { @{ Name = $_.Name; Cmdlet = $_ } }
    # A typical call of each cmdlet; its output types must be among the declared ones.
    $calls = @{
        'Connect-OpenAI'              = { Connect-OpenAI -BaseUri $server.http1 -PassThru }
        'ConvertFrom-ServerSentEvent' = { "data: x`n`n" | ConvertFrom-ServerSentEvent }
        'ConvertTo-OpenAITool'        = { ConvertTo-OpenAITool Get-Date }
        'Disconnect-OpenAI'           = { Disconnect-OpenAI }
        'Enter-OpenAIChat'            = { Enter-ChatOnScreen '/exit' | Out-Null; Get-ScreenOutput }
        'Get-OpenAIConnection'        = { Get-OpenAIConnection }
        'Get-OpenAIBatch'             = { Add-JsonReply 200 '{"id":"b"}'; Get-OpenAIBatch b }
        'Wait-OpenAIBatch'            = { Add-JsonReply 200 '{"id":"b","status":"completed"}'; Wait-OpenAIBatch b }
        'Stop-OpenAIBatch'            = { Add-JsonReply 200 '{"id":"b","status":"cancelling"}'; Stop-OpenAIBatch b -PassThru }
        'Receive-OpenAIBatch'         = { Add-BatchReply; Receive-OpenAIBatch b }
        'Get-OpenAIFile'              = { Add-JsonReply 200 '{"data":[{"id":"f"}]}'; Get-OpenAIFile }
        'Get-OpenAIModel'             = { Add-JsonReply 200 '{"data":[{"id":"m"}]}'; Get-OpenAIModel }
        'Invoke-OpenAIChatCompletion' = { Add-Both; Invoke-OpenAIChatCompletion hi -Stream; Invoke-OpenAIChatCompletion hi }
        'Invoke-OpenAICompletion'     = { Add-Both; Invoke-OpenAICompletion hi -Stream; Invoke-OpenAICompletion hi }
        'Invoke-OpenAIEmbedding'      = { Add-JsonReply 200 '{"data":[{"embedding":[1]}]}'; Invoke-OpenAIEmbedding hi }
        'Invoke-OpenAIImage'          = { Add-JsonReply 200 '{"data":[{"b64_json":"AQID"}]}'; Invoke-OpenAIImage hi }
        'Invoke-OpenAIModeration'     = { Add-JsonReply 200 '{"results":[{"flagged":false}]}'; Invoke-OpenAIModeration hi }
        'Invoke-OpenAIRequest'        = { Add-JsonReply 200 '{"id":"x"}'; Invoke-OpenAIRequest GET x }
        'Invoke-OpenAIResponse'       = { Add-StreamReply '{"type":"response.completed","response":{"status":"completed"}}'; Add-JsonReply 200 '{"status":"completed"}'; Invoke-OpenAIResponse hi -Stream; Invoke-OpenAIResponse hi }
        'Invoke-OpenAISpeech'         = { Add-StreamReply '{"type":"speech.audio.delta","audio":"AQID"}', '{"type":"speech.audio.done"}'; Invoke-OpenAISpeech hi -Stream }
        'Invoke-OpenAIThreadRun'      = { Add-JsonReply 200 '{"id":"run_1"}'; Invoke-OpenAIThreadRun asst_1 hi }
        'Invoke-OpenAITranscription'  = { Set-Content $TestDrive/a.wav x; Add-JsonReply 200 '{"text":"x"}'; Invoke-OpenAITranscription $TestDrive/a.wav }
        'Get-OpenAIResponse'          = { Add-Kept; Get-OpenAIResponse resp_1 }
        'Stop-OpenAIResponse'         = { Add-Kept; Stop-OpenAIResponse resp_1 -PassThru }
        'Remove-OpenAIResponse'       = { Add-JsonReply 200 '{"deleted":true}'; Remove-OpenAIResponse resp_1 }
        'Get-OpenAIResponseInput'     = { Add-Page; Get-OpenAIResponseInput resp_1 }
        'Compress-OpenAIResponse'     = { Add-JsonReply 200 '{"id":"cmp_1","output":[]}'; Compress-OpenAIResponse resp_1 }
        'Measure-OpenAIInput'         = { Add-JsonReply 200 '{"input_tokens":1}'; Measure-OpenAIInput hi }
        'New-OpenAIConversation'      = { Add-JsonReply 200 '{"id":"conv_1"}'; New-OpenAIConversation }
        'Get-OpenAIConversation'      = { Add-JsonReply 200 '{"id":"conv_1"}'; Get-OpenAIConversation conv_1 }
        'Set-OpenAIConversation'      = { Add-JsonReply 200 '{"id":"conv_1"}'; Set-OpenAIConversation conv_1 @{ a = 'b' } -PassThru }
        'Remove-OpenAIConversation'   = { Add-JsonReply 200 '{"deleted":true}'; Remove-OpenAIConversation conv_1 }
        'Remove-OpenAIConversationItem' = { Add-JsonReply 200 '{"id":"conv_1"}'; Remove-OpenAIConversationItem conv_1 msg_1 }
        'Get-OpenAIConversationItem'  = { Add-Page; Get-OpenAIConversationItem conv_1 }
        'Add-OpenAIConversationItem'  = { Add-Page; Add-OpenAIConversationItem conv_1 hi -PassThru }
        'Join-OpenAIChunk'            = { Add-Both; Invoke-OpenAICompletion hi -Stream | Join-OpenAIChunk }
        'Measure-OpenAIUsage'         = { @{ model = 'm'; usage = @{ input_tokens = 1 } } | Measure-OpenAIUsage }
        'New-OpenAIMessage'           = { New-OpenAIMessage hi }
        'Remove-OpenAIFile'           = { Add-JsonReply 200 '{"deleted":true}'; Remove-OpenAIFile f }
        'Save-OpenAIFile'             = { Add-JsonReply 200 'x'; Save-OpenAIFile f $TestDrive/saved.txt -Force }
        'Send-OpenAIFile'             = { Set-Content $TestDrive/a.txt x; Add-JsonReply 200 '{"id":"f"}'; Send-OpenAIFile $TestDrive/a.txt }
        'Show-OpenAIStream'           = { Add-Both; Invoke-OpenAICompletion hi -Stream | Show-OpenAIStream -PassThru }
    }
    $silent = 'Disconnect-OpenAI', 'Remove-OpenAIConversation', 'Remove-OpenAIConversationItem', 'Remove-OpenAIFile', 'Remove-OpenAIResponse'
    $talking = 'Show-OpenAIStream'
    $cmdlets = $cmdlets | ForEach-Object { $_ + @{ IsSilent = $_.Name -in $silent } }
    $used = $cmdlets | ForEach-Object { $_ + @{ Call = $calls[$_.Name]; Talks = $_.Name -in $talking } }

    # The manifest in the module's folder, next to its files.
    $scripts = @(Get-ChildItem (Join-Path $PSScriptRoot '../..') -Recurse -Include *.ps1, *.psm1, *.psd1 -Exclude OpenAIStream.psd1 |
            Where-Object FullName -NotMatch '[\\/](bin|obj|out|node_modules)[\\/]'; Get-Item (Get-BuiltModule)) | ForEach-Object { @{ Path = $_.FullName; Script = $_.Name } }
    $hasAnalyzer = [bool] (Get-Module PSScriptAnalyzer -ListAvailable)
    if (-not $hasAnalyzer) { Write-Warning 'The scripts were not analyzed. To analyze them, run: Install-Module PSScriptAnalyzer' }
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1, $PSScriptRoot/Screen.psm1 -Force
    $server = Start-TestServer
    $root = Resolve-Path (Join-Path $PSScriptRoot '../..')

    function Add-Kept { Add-JsonReply 200 '{"id":"resp_1","object":"response","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"x"}]}]}' }
    function Add-Page { Add-JsonReply 200 '{"data":[{"id":"msg_1","type":"message","role":"user","content":[{"type":"input_text","text":"x"}]}],"has_more":false}' }

    function Add-BatchReply {
        Add-JsonReply 200 '{"id":"b","status":"completed","endpoint":"/v1/chat/completions","output_file_id":"out"}'
        Add-JsonReply 200 '{"custom_id":"input-0","response":{"status_code":200,"body":{"choices":[{"message":{"content":"x"}}]}}}'
    }

    function Add-Both {
        Add-StreamReply ('x' | ConvertTo-Chunk)
        Add-JsonReply 200 (ConvertTo-Answer 'x')
    }
}
AfterAll { Stop-TestServer }

Describe '<Name>' -ForEach $cmdlets {
    It 'has an approved verb, a singular noun and no alias' {
        $Cmdlet.Verb | Should -BeIn (Get-Verb).Verb
        $Cmdlet.Noun | Should -Not -Match '(?<!s)s$'
        Get-Alias -Definition $Name -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'declares its output types, if it has any' {
        if ($IsSilent) { $Cmdlet.OutputType | Should -BeNullOrEmpty } else { $Cmdlet.OutputType | Should -Not -BeNullOrEmpty }
    }

    It 'names parameters in Pascal case, at most two of them positional' {
        $common = [Management.Automation.PSCmdlet]::CommonParameters + [Management.Automation.PSCmdlet]::OptionalCommonParameters
        foreach ($set in $Cmdlet.ParameterSets) {
            $own = $set.Parameters | Where-Object Name -NotIn $common
            $own.Name | ForEach-Object { $_ | Should -MatchExactly '^[A-Z][A-Za-z0-9]*$' }
            @($own | Where-Object Position -GE 0).Count | Should -BeLessOrEqual 2
            $own | Where-Object { $_.ParameterType -eq [bool] } | Should -BeNullOrEmpty -Because 'a switch is easier to use'
        }
    }

    It 'has a syntax that fits on a screen' {
        foreach ($set in $Cmdlet.ParameterSets) {
            "$Name $set".Length | Should -BeLessThan 1300
        }
    }
}

Describe '<Name> in use' -ForEach $used {
    BeforeEach { Reset-TestServer }

    It 'has a case here' {
        $Call | Should -Not -BeNullOrEmpty
    }

    It 'writes what it declares' {
        $given = & $Call 6>$null
        if ($IsSilent) {
            $given | Should -BeNullOrEmpty
            return
        }
        $given | Should -Not -BeNullOrEmpty
        $declared = $Cmdlet.OutputType.Type
        foreach ($object in $given) {
            $declared | Where-Object { $_.IsInstanceOfType($object) } | Should -Not -BeNullOrEmpty -Because $object.GetType().Name
        }
    }

    It 'writes to the host only if that is its purpose' {
        $said = & $Call 6>&1 | Where-Object { $_ -is [Management.Automation.InformationRecord] }
        [bool] $said | Should -Be $Talks
    }
}

Describe 'A cmdlet that creates or replaces a file' {
    It '<_> supports -WhatIf and -Confirm' -ForEach 'Invoke-OpenAIImage', 'Invoke-OpenAISpeech', 'Invoke-OpenAIRequest', 'Save-OpenAIFile' {
        (Get-Command $_).Parameters.Keys | Should -Contain 'WhatIf'
        (Get-Command $_).Parameters.Keys | Should -Contain 'Confirm'
    }
}

Describe 'Debug output' {
    BeforeEach { Reset-TestServer }

    It 'shows each event and its size, but not its content' {
        Add-StreamReply (ConvertTo-Chunk 'never-seen')
        $DebugPreference = 'Continue' # -Debug asks at each line, as with every binary cmdlet
        $said = Invoke-OpenAIChatCompletion hi -Stream 5>&1 | Where-Object { $_ -is [Management.Automation.DebugRecord] }
        $said.Message[0] | Should -Match '^Event 1: \d+ bytes, ChatCompletionChunk$'
        $said.Message[-1] | Should -Be 'The stream is complete (finish reason none)'
        $said.Message -join '' | Should -Not -Match 'never-seen'
    }

    It 'is silent unless requested' {
        Add-StreamReply (ConvertTo-Chunk 'x')
        Invoke-OpenAIChatCompletion hi -Stream 5>&1 | Where-Object { $_ -is [Management.Automation.DebugRecord] } | Should -BeNullOrEmpty
    }
}

Describe 'PSScriptAnalyzer' {
    It 'has nothing to say about <Script>' -ForEach $scripts -Skip:(-not $hasAnalyzer) {
        # Tests pass variables between blocks, which the analyzer cannot see.
        $settings = Join-Path $root $(if ($Path -like "$root*tests*") { 'tests/PSScriptAnalyzerSettings.psd1' } else { 'PSScriptAnalyzerSettings.psd1' })
        Invoke-ScriptAnalyzer $Path -Settings $settings | ForEach-Object { "$($_.RuleName) in line $($_.Line): $($_.Message)" } | Should -BeNullOrEmpty
    }
}
