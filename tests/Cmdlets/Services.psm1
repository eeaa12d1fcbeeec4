# Sends the request of a collected case through the cmdlets. The cases are not part of the project.

$file = Join-Path $PSScriptRoot '../../../shared/cases/services.json'

# The collected cases, or a substitute if they do not exist.
function Get-ServiceCase {
    if (-not (Test-Path $file)) { return @{ name = 'none' } }
    [IO.File]::ReadAllText($file) | ConvertFrom-Json -AsHashtable
}

# The replies to the next requests; the last one is repeated.
function Add-ServiceReply([hashtable] $Case) {
    $replies = @(foreach ($reply in $Case.replies) {
        $headers = @{} + $reply.headers
        $steps = @($reply.body | ForEach-Object { @{ send = $_ } })
        $script = @{ status = [int] $reply.status.Split(' ')[0]; headers = $headers; steps = $steps }
        switch ($reply.framing) {
            'length' { $script.contentLength = [int] ($reply.body | ForEach-Object { [Text.Encoding]::UTF8.GetByteCount($_) } | Measure-Object -Sum).Sum }
            'close' { $headers['Transfer-Encoding'] = 'identity'; $script.steps = @(@{ goAway = $true }) + $steps }
            'cut' { $script.steps = $steps + @{ cut = $true } }
            'reset' { $script.steps = $steps + @{ waitFor = 'seen' }, @{ reset = $true } } # a reset takes back what has not been read
        }
        $script
    })
    Add-Reply $replies
    Set-DefaultReply $replies[-1]
}

# The output that a user of the cmdlets sees, and the requests that the service sees.
function Invoke-ServiceCase([hashtable] $Case, [string] $Folder, [object[]] $Tool) {
    Reset-TestServer
    $retries = if ($Case.ask -eq 'resume') { 1 } elseif ($Case.name -like '*retried') { 2 } else { 0 }
    Connect-OpenAI -BaseUri "$(Get-TestAddress)v1" -MaximumRetryCount $retries -OperationTimeoutSeconds 10
    Add-ServiceReply $Case
    $outcome = [pscustomobject]@{ Chunks = [Collections.Generic.List[object]]::new(); Joined = $null; Failure = $null; Shown = ''; Requests = @(); Path = $null; Bytes = $null }
    try {
        & (Get-ServiceCall $Case $Folder $Tool $outcome) | ForEach-Object {
            if ($outcome.Chunks.Count -eq 0) { Send-Signal seen }
            $outcome.Chunks.Add($_)
        }
    }
    catch {
        $outcome.Failure = $_
    }

    $outputs = @($outcome.Chunks | Where-Object { $_ -is [OpenAIStream.ModelOutput] })
    if ($outputs) {
        $outcome.Joined = @($outputs | Join-OpenAIChunk)[-1]
        $outcome.Shown = -join ($outputs | Show-OpenAIStream 6>&1)
    }
    $outcome.Requests = @(Get-SentRequest)
    $outcome.Path = @($outcome.Path | Where-Object { $_ -and (Test-Path $_) })
    if ($outcome.Path) { $outcome.Bytes = [IO.File]::ReadAllBytes($outcome.Path[0]) }
    $outcome
}

function Get-ServiceCall([hashtable] $Case, [string] $Folder, [object[]] $Tool, $Outcome) {
    $tools = if ($Case.tools) { @{ Tools = $Tool; InvokeTools = $true } } else { @{} }
    $stream = @{ Stream = $Case.ask -notlike '*-whole' }
    $Outcome.Path = Join-Path $Folder "$($Case.name)$(if ($Case.ask -eq 'image') { '.png' } else { '.mp3' })"
    switch ($Case.ask -replace '-whole') {
        'chat' { { Invoke-OpenAIChatCompletion hi @tools @stream }.GetNewClosure() }
        'response' {
            $more = if ($Case.name -like '*no-store*') { @{ NoStore = $true } } elseif ($Case.name -like '*commentary*') { @{ JsonSchema = '{"type":"object"}' } } else { @{} }
            { Invoke-OpenAIResponse hi @tools @stream @more }.GetNewClosure()
        }
        'resume' { { Invoke-OpenAIResponse hi -Background -Stream } }
        'completion' { { Invoke-OpenAICompletion hi @stream }.GetNewClosure() }
        'transcription' {
            $sound = Join-Path $Folder 'sound.wav'
            [IO.File]::WriteAllBytes($sound, 1)
            { Invoke-OpenAITranscription $sound @stream }.GetNewClosure()
        }
        'image' {
            $path = $Outcome.Path
            $streams = @{ Stream = $Case.name -like '*though-stream-asked' }
            { Invoke-OpenAIImage hi -OutFile $path @streams }.GetNewClosure()
        }
        'speech' {
            $path = $Outcome.Path
            if ($Case.name -like '*though-events-asked') { { Invoke-OpenAISpeech hi -Stream } } else { { Invoke-OpenAISpeech hi -OutFile $path }.GetNewClosure() }
        }
    }
}

# The error's id without the cmdlet's name, its message, code and partial text.
function Get-FailureText($Outcome) {
    $failure = $Outcome.Failure
    if (-not $failure) { return '' }
    "$($failure.FullyQualifiedErrorId.Split(',')[0]) | $($failure.Exception.Code) | $($failure.Exception.PartialText) | $($failure.ErrorDetails.Message)"
}
