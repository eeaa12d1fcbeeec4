@{
    # The loader loads the core and OpenAIStream.dll when the types are read: see src/OpenAIStream.Loader.
    # The folders are named after the editions, because a statement such as if would make the import 3 ms slower.
    RequiredAssemblies     = "$PSEdition/OpenAIStream.Loader.dll"
    NestedModules          = "$PSEdition/OpenAIStream.dll"
    ModuleVersion          = '1.0.0'
    GUID                   = '6f0d6f3c-6a1e-4c2c-9a58-0a3f2b7f9f41'
    Author                 = 'OpenAIStream contributors'
    CompanyName            = 'OpenAIStream contributors'
    Copyright              = '(c) OpenAIStream contributors. MIT license.'
    Description            = 'Streams OpenAI and OpenAI-compatible APIs through the PowerShell pipeline: each chunk is a typed object as soon as it arrives, Ctrl+C closes the connection, and no failure looks like success.'
    PowerShellVersion      = '5.1'
    DotNetFrameworkVersion = '4.7.2'
    CompatiblePSEditions   = @('Core', 'Desktop')
    TypesToProcess         = @('OpenAIStream.types.ps1xml')
    FormatsToProcess       = @('OpenAIStream.format.ps1xml')
    CmdletsToExport        = @(
        'Add-OpenAIConversationItem'
        'Compress-OpenAIResponse'
        'Connect-OpenAI'
        'ConvertFrom-ServerSentEvent'
        'ConvertTo-OpenAITool'
        'Disconnect-OpenAI'
        'Enter-OpenAIChat'
        'Get-OpenAIBatch'
        'Get-OpenAIConnection'
        'Get-OpenAIConversation'
        'Get-OpenAIConversationItem'
        'Get-OpenAIFile'
        'Get-OpenAIModel'
        'Get-OpenAIResponse'
        'Get-OpenAIResponseInput'
        'Invoke-OpenAIChatCompletion'
        'Invoke-OpenAICompletion'
        'Invoke-OpenAIEmbedding'
        'Invoke-OpenAIImage'
        'Invoke-OpenAIModeration'
        'Invoke-OpenAIRequest'
        'Invoke-OpenAIResponse'
        'Invoke-OpenAISpeech'
        'Invoke-OpenAIThreadRun'
        'Invoke-OpenAITranscription'
        'Join-OpenAIChunk'
        'Measure-OpenAIInput'
        'Measure-OpenAIUsage'
        'New-OpenAIConversation'
        'New-OpenAIMessage'
        'Receive-OpenAIBatch'
        'Remove-OpenAIConversation'
        'Remove-OpenAIConversationItem'
        'Remove-OpenAIFile'
        'Remove-OpenAIResponse'
        'Save-OpenAIFile'
        'Send-OpenAIFile'
        'Set-OpenAIConversation'
        'Show-OpenAIStream'
        'Stop-OpenAIBatch'
        'Stop-OpenAIResponse'
        'Wait-OpenAIBatch'
    )
    FunctionsToExport      = @()
    AliasesToExport        = @()
    VariablesToExport      = @()
    PrivateData            = @{
        PSData = @{
            Prerelease = 'preview1'
            Tags       = @('OpenAI', 'Streaming', 'SSE', 'ServerSentEvents', 'ChatGPT', 'LLM', 'PSEdition_Core', 'PSEdition_Desktop', 'Windows', 'Linux', 'MacOS')
            LicenseUri = 'https://opensource.org/license/mit'
        }
    }
}
