# The key appears in nothing that a cmdlet shows, writes, throws or leaves behind. Every cmdlet has a case here, or is listed as one
# that uses no key; a new cmdlet with neither fails the first test.

BeforeDiscovery {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    Import-BuiltModule
    $exported = (Get-Module OpenAIStream).ExportedCmdlets.Keys

    # The cmdlets that send requests: the call, with -Stream if @stream contains it.
    $asking = @{
        'Get-OpenAIModel'             = { Get-OpenAIModel @common }
        'Invoke-OpenAIChatCompletion' = { Invoke-OpenAIChatCompletion hi @stream @common }
        'Invoke-OpenAICompletion'     = { Invoke-OpenAICompletion hi @stream @common }
        'Invoke-OpenAIImage'          = { Invoke-OpenAIImage hi @stream @common }
        'Invoke-OpenAIResponse'       = { Invoke-OpenAIResponse hi @stream @common }
        'Invoke-OpenAISpeech'         = { if ($stream.Count) { Invoke-OpenAISpeech hi @stream @common } else { Invoke-OpenAISpeech hi -OutFile $TestDrive/hi.mp3 @common } }
        'Invoke-OpenAIThreadRun'      = { Invoke-OpenAIThreadRun asst_1 hi @stream @common }
        'Invoke-OpenAITranscription'  = { Invoke-OpenAITranscription $TestDrive/hi.wav @stream @common }
        'Invoke-OpenAIRequest'        = { Invoke-OpenAIRequest POST x -Body @{ a = 1 } @stream @common }
        'Invoke-OpenAIEmbedding'      = { Invoke-OpenAIEmbedding hi @common }
        'Invoke-OpenAIModeration'     = { Invoke-OpenAIModeration hi @common }
        'Measure-OpenAIInput'         = { Measure-OpenAIInput hi @common }
        'Get-OpenAIResponse'          = { Get-OpenAIResponse resp_1 @common }
        'Get-OpenAIResponseInput'     = { Get-OpenAIResponseInput resp_1 @common }
        'Stop-OpenAIResponse'         = { Stop-OpenAIResponse resp_1 @common }
        'Remove-OpenAIResponse'       = { Remove-OpenAIResponse resp_1 @common }
        'Compress-OpenAIResponse'     = { Compress-OpenAIResponse resp_1 @common }
        'New-OpenAIConversation'      = { New-OpenAIConversation @common }
        'Get-OpenAIConversation'      = { Get-OpenAIConversation conv_1 @common }
        'Set-OpenAIConversation'      = { Set-OpenAIConversation conv_1 @{ a = 'b' } @common }
        'Remove-OpenAIConversation'   = { Remove-OpenAIConversation conv_1 @common }
        'Get-OpenAIConversationItem'  = { Get-OpenAIConversationItem conv_1 @common }
        'Remove-OpenAIConversationItem' = { Remove-OpenAIConversationItem conv_1 msg_1 @common }
        'Add-OpenAIConversationItem'  = { Add-OpenAIConversationItem conv_1 hi @common }
        'Get-OpenAIBatch'             = { Get-OpenAIBatch b @common }
        'Wait-OpenAIBatch'            = { Wait-OpenAIBatch b @common }
        'Stop-OpenAIBatch'            = { Stop-OpenAIBatch b -PassThru @common }
        'Receive-OpenAIBatch'         = { Receive-OpenAIBatch b @common }
        'Send-OpenAIFile'             = { Send-OpenAIFile $TestDrive/hi.wav @common }
        'Get-OpenAIFile'              = { Get-OpenAIFile @common }
        'Save-OpenAIFile'             = { Save-OpenAIFile file-1 $TestDrive/saved -Force @common }
        'Remove-OpenAIFile'           = { Remove-OpenAIFile file-1 @common }
    }
    # Cmdlets that handle a connection, or its output.
    $local = @{
        'Connect-OpenAI'       = { Connect-OpenAI @source -BaseUri $server.http1 -Headers @{ 'X-Api-Key' = $key } -PassThru @common; Connect-OpenAI @source -BaseUri 'ftp://nowhere' @common }
        'Disconnect-OpenAI'    = { Disconnect-OpenAI @common; Disconnect-OpenAI nobody @common }
        'Enter-OpenAIChat'     = { Add-StreamReply ('x' | ConvertTo-Chunk); Add-JsonReply 401 "{`"error`":{`"message`":`"Wrong key: $key.`"}}"; Enter-ChatOnScreen 'a', 'b', '/model'; Get-ScreenOutput | ForEach-Object ToMarkdown }
        'Get-OpenAIConnection' = { Get-OpenAIConnection @common; Get-OpenAIConnection nobody @common }
        'Join-OpenAIChunk'     = { Add-StreamReply ('x' | ConvertTo-Chunk); Invoke-OpenAIChatCompletion hi -Stream | Join-OpenAIChunk @common }
        'Show-OpenAIStream'    = { Add-StreamReply ('x' | ConvertTo-Chunk) -Then @{ cut = $true }; Invoke-OpenAIChatCompletion hi -Stream | Show-OpenAIStream -PassThru @common }
    }
    $keyless = 'ConvertFrom-ServerSentEvent', 'ConvertTo-OpenAITool', 'Measure-OpenAIUsage', 'New-OpenAIMessage'
    $plain = 'Invoke-OpenAIRequest', 'Invoke-OpenAISpeech', 'Save-OpenAIFile' # without -Stream an event stream is an answer to them as any other

    $kinds = @(
        @{ Kind = 'success'; Reply = { if ($stream.Count) { Add-StreamReply ('x' | ConvertTo-Chunk) } else { Add-JsonReply 200 (ConvertTo-Answer 'x') } }; Fails = $false }
        @{ Everywhere = $true; Kind = 'a 401 that names the key'; Reply = { Add-JsonReply 401 "{`"error`":{`"message`":`"Wrong key: $key.`",`"code`":`"$key`",`"type`":`"$key`",`"param`":`"$key`"}}" } }
        @{ Kind = 'a 401 that names the key with JSON escapes'; Reply = { Add-JsonReply 401 "{`"error`":{`"message`":`"Wrong key: $($key.Replace('+', '\u002B')) or $($key.Replace('/', '\/')).`"}}" } }
        @{ Kind = 'a 401 that names the key as in an address'; Reply = { Add-JsonReply 401 "{`"error`":{`"message`":`"Wrong: ?key=$([uri]::EscapeDataString($key))`"}}" } }
        @{ Kind = 'a 401 that names the key as Base64'; Reply = { Add-JsonReply 401 "{`"error`":{`"message`":`"Wrong: $([Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($key)))`"}}" } }
        @{ Kind = 'a 429 with retries'; Reply = { 1..2 | ForEach-Object { Add-JsonReply 429 "{`"error`":{`"message`":`"Too much for $key.`"}}" @{ 'retry-after-ms' = '1' } } } }
        @{ Kind = 'a 500 that is a page'; Reply = { 1..2 | ForEach-Object { Add-Reply @{ status = 500; headers = @{ 'content-type' = 'text/html'; 'retry-after-ms' = '1' }; steps = @(@{ send = "<p>Authorization: Bearer $key</p>" }) } } } }
        @{ Kind = 'headers that name the key'; Reply = { Add-JsonReply 400 '{}' @{ 'x-request-id' = $key; 'x-echo' = "Bearer $key"; server = $key } } }
        @{ Everywhere = $true; Kind = 'an error in the stream that names the key'; Reply = { Add-StreamReply "{`"error`":{`"message`":`"Wrong key: $key.`",`"code`":`"$key`"}}" } }
        @{ Kind = 'an answer that breaks'; Reply = { 1..2 | ForEach-Object { Add-Reply @{ headers = @{ 'content-type' = 'text/event-stream' }; steps = @(@{ send = "data: {`"text`": `"$key" }, @{ cut = $true }) } } } }
        @{ Kind = 'an answer that is no JSON'; Reply = { if ($stream.Count) { Add-StreamReply "{oops $key" } else { Add-JsonReply 200 "{oops $key" } } }
        @{ Kind = 'a redirect to another host'; Reply = { Add-Reply @{ status = 307; headers = @{ location = $elsewhere } }; Add-JsonReply 401 "{`"error`":{`"message`":`"No key.`"}}" } }
        @{ Kind = 'a redirect to an address with the key'; Reply = { Add-Reply @{ status = 307; headers = @{ location = "$elsewhere`?api-key=$([uri]::EscapeDataString($key))" } }; Add-JsonReply 401 '{}' } }
        @{ Kind = 'silence'; Reply = { Add-Reply @{ steps = @(@{ stall = $true }) } }; Connect = @{ OperationTimeoutSeconds = 0.1; MaximumRetryCount = 0 } }
        @{ Kind = 'a proxy that is not there'; Reply = { }; Connect = @{ Proxy = 'http://127.0.0.1:9/'; MaximumRetryCount = 0 } }
    )
    $each = foreach ($name in $asking.Keys | Sort-Object) {
        foreach ($isStream in $false, $true) {
            if ($isStream -and -not (Get-Command $name).Parameters.ContainsKey('Stream')) { continue }
            # Behavior that all requests share is tested with one cmdlet; behavior of a single cmdlet with each.
            foreach ($kind in $kinds | Where-Object { -not ($_.Kind -like '*in the stream*' -and -not $isStream -and $name -in $plain) } | Where-Object { $_.Everywhere -or ($_.Kind -eq 'success' -and $isStream) -or $name -eq 'Invoke-OpenAIChatCompletion' }) { @{ Setting = $kind.Connect; Kind = $kind.Kind; Reply = $kind.Reply; Fails = $kind.Fails -ne $false; Command = $name; Call = $asking[$name]; IsStream = $isStream } }
        }
    }
    $locals = $local.Keys | Sort-Object | ForEach-Object { @{ Command = $_; Call = $local[$_] } }
    $known = @($asking.Keys) + @($local.Keys) + $keyless
    $sources = 'ApiKey', 'ApiKey as text', 'Credential', 'TokenProvider', 'SecretName', 'environment', 'AdditionalHeaders'
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1, $PSScriptRoot/Screen.psm1 -Force
    $server = Start-TestServer
    $key = 'sk-Zq+9/never:seen=8f3kWq2L' # with what JSON and addresses escape
    $elsewhere = $server.http1 -replace '127\.0\.0\.1', 'localhost' # another name is another host
    Set-Content $TestDrive/hi.wav 'RIFF'

    # The key, its last characters, and its Base64 form at each offset.
    $parts = @($key, $key.Substring($key.Length - 8)) + (0..2 | ForEach-Object {
            $text = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes((' ' * $_) + $key))
            $text.Substring(4, $text.Length - 8)
        })

    function Connect-WithKey([hashtable] $Setting) {
        $given = @{ ApiKey = ConvertTo-SecureString $key -AsPlainText -Force; BaseUri = $server.http1; MaximumRetryCount = 1 }
        foreach ($name in $Setting.Keys) { $given[$name] = $Setting[$name] }
        Connect-OpenAI @given
    }

    # Everything that a call shows, returns, throws and leaves behind, in every representation.
    function Get-Trace([scriptblock] $Call, [hashtable] $Stream = @{}) {
        $VerbosePreference = $DebugPreference = 'Continue' # -Debug would ask at each line
        $common = @{ OutVariable = 'global:secrecyOut'; ErrorVariable = 'global:secrecyError' }
        $source = @{ ApiKey = ConvertTo-SecureString $key -AsPlainText -Force }
        $stream = $Stream
        $transcript = Join-Path $TestDrive "$([guid]::NewGuid()).txt"
        $null = Start-Transcript $transcript
        $said = [Collections.Generic.List[object]]::new()
        try { & $Call *>&1 | ForEach-Object { $said.Add($_) } } catch { $said.Add($_) } finally { $null = Stop-Transcript }
        Get-Content $transcript -Raw
        $global:said = $said
        $errors = @($global:Error) + @($global:secrecyError) + @($said | Where-Object { $_ -is [Management.Automation.ErrorRecord] }) | Where-Object { $_ }
        $given = @($global:secrecyOut) + @(Get-OpenAIConnection) |
            Where-Object { $null -ne $_ -and $_ -isnot [Management.Automation.InformationalRecord] -and $_ -isnot [Management.Automation.ErrorRecord] } # which are among $said
        $said + $given | Out-String -Width 500
        foreach ($object in $given) {
            Get-View $object
            $object | Format-Custom -Depth 3 | Out-String -Width 500
            $object | ConvertTo-Json -Depth 6 -WarningAction Ignore
        }
        foreach ($record in $errors) {
            Get-View $record
            if ($record -isnot [Management.Automation.ErrorRecord]) { continue }
            Get-Error -InputObject $record | Out-String -Width 500
            $record | Select-Object FullyQualifiedErrorId, CategoryInfo, TargetObject, ErrorDetails | ConvertTo-Json -Depth 4 -WarningAction Ignore
            for ($exception = $record.Exception; $exception; $exception = $exception.InnerException) {
                Get-View $exception
                $exception.ToString()
                # JSON cannot represent a method or a dictionary of exceptions.
                $exception | Select-Object * -ExcludeProperty TargetSite, Data, ErrorRecord, InnerException, CommandInvocation | ConvertTo-Json -Depth 4 -WarningAction Ignore
            }
        }
    }

    function Get-View($Object) {
        "$Object"
        $Object | Format-List * -Force | Out-String -Width 500
        [Management.Automation.PSSerializer]::Serialize($Object, 2) # as Export-Clixml
    }

    function Assert-NoKey([string[]] $Shown) {
        $text = $Shown -join "`n"
        $text.Length | Should -BeGreaterThan 200 -Because 'there has to be something to search'
        foreach ($part in $parts) {
            $at = $text.IndexOf($part)
            if ($at -ge 0) { throw "The key is seen: ...$($text.Substring([Math]::Max(0, $at - 200), [Math]::Min(300, $text.Length - [Math]::Max(0, $at - 200))))..." }
        }
    }
}
AfterAll {
    Stop-TestServer
    Remove-Variable secrecyOut, secrecyError, said -Scope Global -ErrorAction Ignore
}

Describe 'Secrecy' {
    It 'is tested for <Name>' -ForEach ($exported | ForEach-Object { @{ Name = $_; Known = $known } }) {
        $Name | Should -BeIn $Known
    }
}

Describe 'The key is not in what <Command> (stream: <IsStream>) leaves of <Kind>' -ForEach $each {
    It 'anywhere' {
        Reset-TestServer
        $stream = if ($IsStream) { @{ Stream = $true } } else { @{} }
        Connect-WithKey $Setting
        & $Reply
        $shown = Get-Trace $Call $stream
        Assert-NoKey $shown
        if ($Fails) { $said | Where-Object { $_ -is [Management.Automation.ErrorRecord] } | Should -Not -BeNullOrEmpty }
        $said | Where-Object { $_ -is [Management.Automation.VerboseRecord] -and $_.Message -match '^(GET|POST|DELETE) ' } | Should -Not -BeNullOrEmpty
        if ($Kind -eq 'success' -and $Command -ne 'Invoke-OpenAITranscription') { (Get-SentRequest).headers.Authorization | Should -Be "Bearer $key" }
        if ($Kind -like 'a redirect*') { (Get-SentRequest)[-1].headers.PSObject.Properties.Name | Should -Not -Contain 'Authorization' }
    }
}

Describe 'The key is not in what <Command> leaves' -ForEach $locals {
    It 'anywhere' {
        Reset-TestServer
        Connect-WithKey
        Assert-NoKey (Get-Trace $Call)
    }
}

Describe 'The key is nowhere, specified as <_>' -ForEach $sources {
    BeforeEach {
        Reset-TestServer
        Get-OpenAIConnection | Disconnect-OpenAI
        $given = @{ BaseUri = $server.http1; MaximumRetryCount = 0 }
        $secure = ConvertTo-SecureString $key -AsPlainText -Force
        switch ($_) {
            'ApiKey' { $given.ApiKey = $secure }
            'ApiKey as text' { $given.ApiKey = $key }
            'Credential' { $given.Credential = [pscredential]::new('u', $secure) }
            'TokenProvider' { $given.TokenProvider = [scriptblock]::Create('$global:secrecyToken'); $global:secrecyToken = $secure }
            'SecretName' { $given.SecretName = 'mine'; $global:secrecyToken = $secure; function global:Get-Secret { $global:secrecyToken } }
            'environment' { $env:OPENAI_API_KEY = $key; $env:OPENAI_BASE_URL = $server.http1; $given = $null }
            'AdditionalHeaders' { $given.Headers = @{ Authorization = "Bearer $key" } }
        }
        if ($given) { Connect-OpenAI @given }
    }
    AfterEach {
        Remove-Item Env:OPENAI_API_KEY, Env:OPENAI_BASE_URL, function:global:Get-Secret -ErrorAction Ignore
        Remove-Variable secrecyToken -Scope Global -ErrorAction Ignore
    }

    It 'after an answer and after an error that names it' {
        Add-StreamReply ('x' | ConvertTo-Chunk)
        Add-JsonReply 401 "{`"error`":{`"message`":`"Wrong key: $key.`"}}" @{ 'x-request-id' = $key }
        Assert-NoKey (Get-Trace { Invoke-OpenAIChatCompletion hi -Stream @common; Invoke-OpenAIChatCompletion hi @common })
        (Get-SentRequest).headers.Authorization | Should -Be "Bearer $key", "Bearer $key"
    }
}

Describe 'The key is in no recording' {
    It 'of <Kind>' -ForEach ($kinds | Where-Object Kind -NotMatch 'silence') {
        Reset-TestServer
        $folder = "$TestDrive/$([guid]::NewGuid())"
        Connect-WithKey (@{ RecordTo = $folder } + $(if ($Setting) { $Setting } else { @{} }))
        foreach ($stream in @{}, @{ Stream = $true }) {
            & $Reply
            try { $null = Invoke-OpenAIChatCompletion "My key is $key" @stream -AdditionalQuery @{ 'api-key' = $key } *>&1 } catch { $null = $_ }
        }

        Disconnect-OpenAI
        $files = Get-ChildItem $folder -File
        $files | Should -Not -BeNullOrEmpty
        Assert-NoKey ($files.Name + ($files | Get-Content -Raw))
    }
}
