# Tests Write-ReleaseNote.ps1 without a network or a key: Invoke-Pester examples/testing
# Each folder in recordings/ shows a different behavior of the service. The first was recorded with
#   Connect-OpenAI -RecordTo recordings/plain
# and the others are edited copies: a 429 error before the answer, a stream that is cut off.
BeforeAll {
    Import-Module OpenAIStream
    $before = Get-OpenAIConnection Default -ErrorAction Ignore # your own connection: Pester runs in your session

    function Invoke-Script([string] $Recordings) {
        Connect-OpenAI -ReplayFrom "$PSScriptRoot/recordings/$Recordings"
        'Fix encoding of the export' | & "$PSScriptRoot/Write-ReleaseNote.ps1" -Path TestDrive:/note.md -WarningVariable script:warnings -WarningAction SilentlyContinue
    }
}
AfterAll {
    Disconnect-OpenAI
    $before | Connect-OpenAI
}

Describe 'Write-ReleaseNote' {
    BeforeEach { Remove-Item TestDrive:/note* }

    It 'writes the note' {
        (Invoke-Script plain).Name | Should -Be 'note.md'
        Get-Content TestDrive:/note.md -Raw | Should -BeLike "## 1.1`n`n`* The export keeps umlauts: *."
    }

    It 'waits when the service asks for it' {
        Invoke-Script rate-limit | Should -Not -BeNullOrEmpty
        $warnings | Should -BeNullOrEmpty
    }

    It 'starts again when the stream breaks' {
        Invoke-Script broken | Should -Not -BeNullOrEmpty
        $warnings | Should -BeLike '*was cut off after 20 characters*'
        Get-Content TestDrive:/note.md -Raw | Should -BeLike '*keeps umlauts: *.'
    }

    It 'gives up in the end and keeps the existing note' {
        Set-Content TestDrive:/note.md 'old'
        { Invoke-Script always-broken } | Should -Throw '*broke off 2 times*note.md.draft*'
        Get-Content TestDrive:/note.md | Should -Be 'old'
    }

    It 'names the difference when a change has made the recordings stale' {
        Connect-OpenAI -ReplayFrom "$PSScriptRoot/recordings/plain"
        { 'Another change' | & "$PSScriptRoot/Write-ReleaseNote.ps1" -Path TestDrive:/note.md } | Should -Throw '*content (requested*Another change*recorded*'
    }
}
