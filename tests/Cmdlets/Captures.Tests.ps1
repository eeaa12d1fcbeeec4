BeforeDiscovery {
    $folder = Join-Path $PSScriptRoot '../../../shared/captures'
    $smallEnoughForPieces = 20KB
    $plays = foreach ($api in 'chat', 'completions', 'responses') {
        foreach ($file in Get-ChildItem (Join-Path $folder "$api/*.sse") -ErrorAction Ignore) {
            @{ Api = $api; Name = $file.Name; File = $file.FullName; Pieces = 0; How = 'whole' }
            if ($file.Length -lt $smallEnoughForPieces) {
                @{ Api = $api; Name = $file.Name; File = $file.FullName; Pieces = 7; How = 'in pieces of 7 bytes' }
            }
        }
    }
    if (-not $plays) { $plays = @(@{ Api = 'any'; Name = 'recording'; How = 'whole' }) }
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer
    $commands = @{ chat = 'Invoke-OpenAIChatCompletion'; completions = 'Invoke-OpenAICompletion'; responses = 'Invoke-OpenAIResponse' }

    # The readable text of a payload, found without the module.
    function Get-PayloadText([string] $Payload, [string] $Api) {
        if ($Api -eq 'responses') {
            $chunk = $Payload | ConvertFrom-Json -AsHashtable
            return $chunk.type -eq 'response.output_text.delta' ? $chunk.delta : ''
        }

        $choices = ($Payload | ConvertFrom-Json -AsHashtable).choices
        if (-not $choices) { return '' }
        if ($Api -eq 'completions') { return $choices[0].text }
        $delta = $choices[0].delta
        if ($delta.content -is [array]) { return -join $delta.content.text }
        if ($delta.content) { $delta.content } else { $delta.refusal }
    }

    function Test-SameJson([string] $One, [string] $Other) {
        [Text.Json.Nodes.JsonNode]::DeepEquals([Text.Json.Nodes.JsonNode]::Parse($One), [Text.Json.Nodes.JsonNode]::Parse($Other))
    }
}
AfterAll { Stop-TestServer }

Describe 'A recorded stream' {
    BeforeEach { Reset-TestServer }

    It 'arrives as it was sent: <Api>/<Name> <How>' -ForEach $plays {
        if (-not $File) { Set-ItResult -Skipped -Because 'the recorded streams are not here (../shared/captures)' }
        Add-Reply @{ headers = @{ 'content-type' = 'text/event-stream' }; steps = @(@{ sendFile = $File; pieceBytes = $Pieces }) }
        $payloads = foreach ($line in [IO.File]::ReadLines($File)) {
            if ($line -eq 'data: [DONE]') { break }
            if ($line.StartsWith('data: ')) { $line.Substring(6) }
        }

        # A recorded error becomes an error, after the chunks before it.
        $isBroken = $payloads -match '^\{"type":"error"'
        if ($isBroken) { $payloads = $payloads[0..($payloads.IndexOf($isBroken[0]) - 1)] }
        $chunks = [Collections.Generic.List[object]]::new()
        $failure = $null
        try { & $commands[$Api] 'hi' -Stream | ForEach-Object { $chunks.Add($_) } } catch { $failure = $_ }
        "$($failure.Exception.Code)" | Should -Be ($isBroken ? 'insufficient_quota' : '')

        $chunks | Should -HaveCount $payloads.Count
        -join $chunks.Text | Should -BeExactly (-join ($payloads | ForEach-Object { Get-PayloadText $_ $Api }))
        for ($at = 0; $at -lt $chunks.Count; $at++) {
            if (-not (Test-SameJson $chunks[$at].ToJson() $payloads[$at])) { $chunks[$at].ToJson() | Should -Be $payloads[$at] }
        }
        if (-not $isBroken) { $Error | Should -BeNullOrEmpty }
    }
}
