# Compares how PowerShell handles an answer with how it handles the object that Invoke-RestMethod creates from the same JSON.
BeforeDiscovery {
    # A consumer must show as much of our object as of Invoke-RestMethod's, and never the name of a type.
    $tellers = @(
        @{ Consumer = 'Export-Csv'; Do = { $_ | Export-Csv TestDrive:/x.csv; Get-Content TestDrive:/x.csv -Raw } }
        @{ Consumer = 'ConvertTo-Csv'; Do = { $_ | ConvertTo-Csv } }
        @{ Consumer = 'ConvertTo-Html'; Do = { $_ | ConvertTo-Html } }
        @{ Consumer = 'ConvertTo-Html -As List'; Do = { $_ | ConvertTo-Html -As List } }
        @{ Consumer = 'ConvertTo-Json'; Do = { $_ | ConvertTo-Json -WarningAction Ignore } }
        @{ Consumer = 'ConvertTo-Json -Depth'; Do = { $_ | ConvertTo-Json -Depth 9 } }
        @{ Consumer = 'ConvertTo-Json of several'; Do = { , @($_, $_) | ConvertTo-Json -Depth 9 } }
        @{ Consumer = 'Format-List *'; Do = { $_ | Format-List * | Out-String -Width 400 } }
        @{ Consumer = 'Format-Table *'; Do = { $_ | Format-Table * -AutoSize | Out-String -Width 2000 } }
        @{ Consumer = 'Format-Wide'; Do = { $_ | Format-Wide Id | Out-String } }
        @{ Consumer = 'Out-String'; Do = { $_ | Out-String } }
        @{ Consumer = 'Select-Object *'; Do = { $_ | Select-Object * | Out-String -Width 400 } }
        @{ Consumer = 'Select-Object * | ConvertTo-Json'; Do = { $_ | Select-Object * | ConvertTo-Json -Depth 9 } }
        @{ Consumer = 'PSObject.Properties'; Do = { $_.PSObject.Properties | ForEach-Object { "$($_.Name)=$($_.Value)" } } }
        @{ Consumer = 'a string'; Do = { "$_" } }
        @{ Consumer = 'Set-Content'; Do = { $_ | Set-Content TestDrive:/x.txt; Get-Content TestDrive:/x.txt -Raw } }
    )
    # The same script must give the same result for both.
    $doers = @(
        @{ Consumer = 'reading by name'; Do = { $_.id, $_.model, $_.choices[0].message.content, $_.choices[0].finish_reason, $_.usage.total_tokens, $_.x_top.deep[0].n, $_.choices[0].x_filter.a } }
        @{ Consumer = 'reading a name that is not there'; Do = { $null -eq $_.nothing } }
        @{ Consumer = 'Get-Member'; Do = { ($_ | Get-Member).Name -eq 'x_top' } }
        @{ Consumer = 'Select-Object'; Do = { ($_ | Select-Object id, x_top).x_top.deep.n } }
        @{ Consumer = 'Select-Object -ExpandProperty'; Do = { ($_ | Select-Object -ExpandProperty choices).index } }
        @{ Consumer = 'ForEach-Object'; Do = { $_ | ForEach-Object model } }
        @{ Consumer = 'Where-Object'; Do = { @($_, $_ | Where-Object model -EQ m).Count } }
        @{ Consumer = 'Group-Object'; Do = { ($_, $_ | Group-Object model).Count, ($_, $_ | Group-Object model).Name } }
        @{ Consumer = 'Sort-Object'; Do = { ($_, $_ | Sort-Object id).id } }
        @{ Consumer = 'Measure-Object'; Do = { ($_.usage, $_.usage | Measure-Object total_tokens -Sum).Sum } }
        @{ Consumer = 'Compare-Object -Property'; Do = { @(Compare-Object $_ $_ -Property id, model).Count } }
        @{ Consumer = 'Compare-Object'; Do = { @(Compare-Object @($_) @($_)).Count } }
        @{ Consumer = 'Add-Member'; Do = { ($_ | Add-Member note 1 -PassThru).note; $_.PSObject.Members.Remove('note') } }
        @{ Consumer = 'Tee-Object'; Do = { $null = $_ | Tee-Object -Variable kept; $kept.id } }
        @{ Consumer = 'a property of many'; Do = { (@($_, $_)).id } }
        @{ Consumer = 'Select-Object * | ConvertTo-Xml'; Do = { ($_ | Select-Object * | ConvertTo-Xml -Depth 9).SelectNodes("//Property[@Name='x_mood']").InnerText } }
        @{ Consumer = 'ConvertTo-Json and back'; Do = { $back = $_ | ConvertTo-Json -Depth 9 | ConvertFrom-Json; $back.id, $back.model, $back.choices[0].message.content, $back.x_top.deep[0].n } }
        @{ Consumer = 'ConvertTo-Csv and back'; Do = { $back = $_ | ConvertTo-Csv | ConvertFrom-Csv; $back.id, $back.model } }
        @{ Consumer = 'foreach'; Do = { foreach ($choice in $_.choices) { $choice.message.content } } }
        @{ Consumer = 'Select-Object -First'; Do = { ($_.choices | Select-Object -First 1).index } }
    )
}

BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer
    $payload = '{"id":"answer-id","object":"chat.completion","created":1700000000,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi there"},"x_filter":{"a":7},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":22,"total_tokens":33},"x_top":{"deep":[{"n":5}]},"x_mood":"good"}'
    Add-JsonReply 200 $payload
    $ours = Invoke-OpenAIChatCompletion 'question'
    $theirs = $payload | ConvertFrom-Json
}
AfterAll { Stop-TestServer }

Describe 'Compared with the object of Invoke-RestMethod' {
    It '<Consumer> shows as much of an answer' -ForEach $tellers {
        $our = ($ours | ForEach-Object $Do) -join "`n"
        $their = ($theirs | ForEach-Object $Do) -join "`n"
        $missing = foreach ($word in 'answer-id', 'chat.completion', 'm', 'Hi there', 'stop', 11, 22, 33, 'n', 5, 'good', 'x_top', 'x_mood') {
            if ($their -match "\b$word\b" -and $our -notmatch "\b$word\b") { $word }
        }
        if ($Consumer -notin 'Out-String', 'a string', 'Set-Content') { $missing | Should -BeNullOrEmpty }
        if ($Consumer -ne 'Format-Wide') { $our | Should -Match 'Hi there' }
        $our | Should -Not -Match '(System|OpenAIStream)\.\w+(\[\]|\b)'
    }

    It '<Consumer> returns the same' -ForEach $doers {
        $our = @($ours | ForEach-Object $Do)
        $our | Should -Not -BeNullOrEmpty
        $our | Should -Be @($theirs | ForEach-Object $Do)
    }

    It 'the text is one property away' {
        $ours.Text | Should -Be $theirs.choices[0].message.content
        ($ours | ConvertTo-Csv | ConvertFrom-Csv).Text | Should -Be 'Hi there'
        $csv = $ours | ConvertTo-Csv
        $csv[0] | Should -Match '^"Text","FinishReason",'
    }

    It 'ToJson returns all of it, in order' {
        $ours.ToJson() | Should -BeExactly $payload
    }

    It 'ConvertTo-Xml writes what Export-Clixml does: what a reader needs, and the payload' {
        $written = ($ours | ConvertTo-Xml).SelectNodes('//Object/Property')
        $written.Where({ $_.Name -in 'Text', 'FinishReason', 'Model', 'Id' }).InnerText | Should -Be 'answer-id', 'm', 'Hi there', 'stop'
        $written.Where({ $_.Name -eq 'PayloadJson' }).InnerText | Should -BeExactly $payload
    }

    It 'ConvertTo-Json shows what is below the answer by the properties of its type, and no more' {
        $json = $ours | ConvertTo-Json -Depth 9 | ConvertFrom-Json
        $json.Choices[0].PSObject.Properties.Name | Should -Be 'Message', 'Logprobs', 'Text', 'Index', 'FinishReason'
        $ours.Choices[0] | ConvertTo-Json -Depth 9 | ConvertFrom-Json | ForEach-Object { $_.x_filter.a } | Should -Be 7
    }
}
