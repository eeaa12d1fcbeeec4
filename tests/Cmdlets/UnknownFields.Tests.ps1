BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer
}
AfterAll { Stop-TestServer }

Describe 'A field that no type knows' {
    BeforeEach { Reset-TestServer }

    It 'is a property, wherever it is, and part of the JSON' {
        $payload = '{"id":"x","x_top":{"deep":[{"n":1}]},"choices":[{"index":0,"delta":{"content":"hi","x_mood":"good"},"x_filter":{"hate":{"filtered":false}},"finish_reason":"stop"}]}'
        Add-StreamReply $payload
        $chunk = Invoke-OpenAIChatCompletion 'hi' -Stream
        $chunk.x_top.deep[0].n | Should -Be 1
        $chunk.Choices[0].Delta.x_mood | Should -Be 'good'
        $chunk.Choices[0].x_filter.hate.filtered | Should -BeFalse
        $chunk.ToJson() | Should -Be $payload
    }

    It 'is listed beside the properties of the type, which are not shown twice' {
        Add-StreamReply '{"x_top":1,"finish_reason":null,"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}'
        $names = (Invoke-OpenAIChatCompletion 'hi' -Stream).PSObject.Properties.Name
        $names | Should -Contain 'x_top'
        $names | Should -Contain 'Choices'
        @($names -eq 'choices') | Should -HaveCount 1
        $names | Should -Not -Contain 'finish_reason' -Because 'FinishReason shows it'
    }

    It 'is a property of every model type' {
        [xml] $types = Get-Content (Join-Path (Split-Path (Get-BuiltModule)) OpenAIStream.types.ps1xml) -Raw
        $models = [OpenAIStream.JsonModel].Assembly.GetExportedTypes() |
            Where-Object { $_.IsSubclassOf([OpenAIStream.JsonModel]) -and -not $_.IsAbstract } | Select-Object -ExpandProperty FullName
        ($types.Types.Type | Where-Object { $_.TypeAdapter.TypeName -eq 'OpenAIStream.JsonModelAdapter' }).Name | Sort-Object | Should -Be ($models | Sort-Object)
    }
}
