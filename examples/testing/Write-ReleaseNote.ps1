# Turns a list of changes into a release note and writes it to a file while it arrives.
#   git log --format=%s v1.0..v1.1 | ./Write-ReleaseNote.ps1 -Path release-note.md
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $Path,

    [Parameter(Mandatory, ValueFromPipeline)]
    [string[]] $Change,

    [string] $Model = 'gpt-6-luna',

    # How often a stream that breaks is begun anew.
    [int] $Retry = 1
)

begin {
    # Without it an error that nothing catches ends its statement alone: the loop below would ask again, for ever.
    $ErrorActionPreference = 'Stop'
    $changes = [System.Collections.Generic.List[string]]::new()
}
process { $changes.AddRange($Change) }
end {
    $prompt = "Write a release note for these changes:`n" + ($changes -join "`n")
    $draft = "$Path.draft"
    for ($attempt = 0; ; $attempt++) {
        try {
            # A rate limit is waited for and tried again by the cmdlet itself; what is thrown here has outlasted that.
            Invoke-OpenAIChatCompletion $prompt -Model $Model -Stream |
                ForEach-Object Text | Set-Content $draft -NoNewline
            Move-Item $draft $Path -Force
            return Get-Item $Path
        }
        catch [OpenAIStream.StreamEndedEarlyException] {
            if ($attempt -ge $Retry) {
                throw "The note broke off $($attempt + 1) times; its beginning is in '$draft'. $_"
            }

            Write-Warning "The note was cut off after $($_.Exception.PartialText.Length) characters; it is begun anew."
        }
    }
}
