# Tests Invoke-ReviewBatch.ps1 without a network or a key: Invoke-Pester examples/testing
# recordings/batch was recorded with Connect-OpenAI -RecordTo: the upload of the requests and of the rows, the batch, its
# states, and the files with answers (in a different order from the requests) and errors.
BeforeAll {
    Import-Module OpenAIStream
    $before = Get-OpenAIConnection Default -ErrorAction Ignore # your own connection: Pester runs in your session
    Set-Content TestDrive:/reviews.csv 'Id,Text', 'r1,Great!', 'r2,fail 400', 'r3,Too loud.'
    Connect-OpenAI -ReplayFrom $PSScriptRoot/recordings/batch
}
AfterAll {
    Disconnect-OpenAI
    $before | Connect-OpenAI
}

Describe 'Invoke-ReviewBatch' {
    It 'writes a row for each rated review, in their order, and reports the others' {
        & $PSScriptRoot/Invoke-ReviewBatch.ps1 -Path TestDrive:/reviews.csv -OutFile TestDrive:/rated.csv -WarningVariable warnings -WarningAction SilentlyContinue
        $rows = Import-Csv TestDrive:/rated.csv
        $rows.Id | Should -Be 'r1', 'r3'
        $rows.Rating | Should -Be 'Answer to: Great!', 'Answer to: Too loud.'
        $warnings | Should -BeLike 'Review r2:*'
        'TestDrive:/rated.csv.batches' | Should -Not -Exist
    }
}
