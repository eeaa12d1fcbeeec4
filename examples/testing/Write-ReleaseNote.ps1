# Turns a list of changes into a release note and writes it to a file as it arrives.
#   git log --format=%s v1.0..v1.1 | ./Write-ReleaseNote.ps1 -Path release-note.md
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $Path,

    [Parameter(Mandatory, ValueFromPipeline)]
    [string[]] $Change,

    [string] $Model = 'gpt-6-luna',

    # How often to start again when the stream breaks.
    [int] $Retry = 1
)

begin {
    # Without this, an uncaught error would end only its statement, and the loop below would ask again forever.
    $ErrorActionPreference = 'Stop'
    $changes = [System.Collections.Generic.List[string]]::new()
}
process { $changes.AddRange($Change) }
end {
    $prompt = "Write a release note for these changes:`n" + ($changes -join "`n")
    $draft = "$Path.draft"
    for ($attempt = 0; ; $attempt++) {
        try {
            # The cmdlet itself waits and retries after a rate limit. An error that arrives here came after its last retry.
            Invoke-OpenAIChatCompletion $prompt -Model $Model -Stream |
                ForEach-Object Text | Set-Content $draft -NoNewline
            Move-Item $draft $Path -Force
            return Get-Item $Path
        }
        catch [OpenAIStream.StreamEndedEarlyException] {
            if ($attempt -ge $Retry) {
                throw "The note broke off $($attempt + 1) times; its beginning is in '$draft'. $_"
            }

            Write-Warning "The note was cut off after $($_.Exception.PartialText.Length) characters; starting again."
        }
    }
}
