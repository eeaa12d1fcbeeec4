BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $server = Start-TestServer

    function New-Chat([string] $Model, [int] $In, [int] $Out, [int] $Cached = 0, [int] $Reasoning = 0) {
        [OpenAIStream.ChatCompletion] (@{
                id = 'same'; model = $Model; choices = @(@{ index = 0; message = @{ content = 'x' } })
                usage = @{ prompt_tokens = $In; completion_tokens = $Out; total_tokens = $In + $Out; prompt_tokens_details = @{ cached_tokens = $Cached }; completion_tokens_details = @{ reasoning_tokens = $Reasoning } }
            } | ConvertTo-Json -Depth 6)
    }
}
AfterAll { Stop-TestServer }

Describe 'Measure-OpenAIUsage' {
    BeforeEach { Reset-TestServer }

    It 'adds up answers by model' {
        $totals = (New-Chat a 10 5 4 2), (New-Chat b 1 1), (New-Chat a 20 10 0 3) | Measure-OpenAIUsage
        $totals | Should -BeOfType OpenAIStream.UsageTotal
        $totals.Model | Should -Be 'a', 'b'
        $a = $totals[0]
        $a.Requests, $a.InputTokens, $a.CachedTokens, $a.OutputTokens, $a.ReasoningTokens, $a.TotalTokens | Should -Be 2, 30, 4, 15, 5, 45
        $a.Cost | Should -BeNullOrEmpty
    }

    It 'knows the usage of every kind of answer' {
        $outputs = @(
            [OpenAIStream.Response] '{"id":"r","model":"m","status":"completed","output":[],"usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":4,"cache_write_tokens":2},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":3}}}'
            [OpenAIStream.ImageResult] '{"model":"m","data":[{"b64_json":"AQID"}],"usage":{"input_tokens":7,"input_tokens_details":{"image_tokens":6,"text_tokens":1},"output_tokens":100,"output_tokens_details":{"image_tokens":100}}}'
            [OpenAIStream.Transcription] '{"model":"m","text":"x","usage":{"type":"tokens","input_tokens":20,"input_token_details":{"audio_tokens":18},"output_tokens":2}}'
            [OpenAIStream.Transcription] '{"model":"m","text":"x","usage":{"type":"duration","seconds":90}}'
            [OpenAIStream.Embedding] '{"model":"m","embedding":[1],"usage":{"prompt_tokens":3,"total_tokens":3}}'
            [pscustomobject] @{ model = 'm'; usage = [pscustomobject] @{ prompt_tokens = 1; completion_tokens = 1; prompt_cache_hit_tokens = 1 } }
            @{ model = 'm'; usage = @{ input_tokens = 1 } }
        )
        $total = $outputs | Measure-OpenAIUsage
        $total.Requests, $total.InputTokens, $total.OutputTokens | Should -Be 7, 42, 108
        $total.CachedTokens, $total.CacheWriteTokens, $total.ReasoningTokens | Should -Be 5, 2, 3
        $total.AudioInputTokens, $total.ImageInputTokens, $total.ImageOutputTokens, $total.AudioSeconds | Should -Be 18, 6, 100, 90
    }

    It 'counts a stream once, however often its usage is sent, and not its joined answer again' {
        $stream = 1..2 | ForEach-Object {
            Add-StreamReply '{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"x"}}],"usage":{"prompt_tokens":3,"completion_tokens":1}}', '{"id":"c","model":"m","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}'
            Invoke-OpenAIChatCompletion hi -Stream
        }
        $total = $stream | Measure-OpenAIUsage
        $total.Requests, $total.InputTokens, $total.OutputTokens | Should -Be 2, 6, 8
        $joined = $stream | Join-OpenAIChunk
        (@($stream) + $joined | Measure-OpenAIUsage).Requests | Should -Be 2

        Add-StreamReply '{"type":"response.created","response":{"id":"r","model":"m","usage":null}}', '{"type":"response.completed","response":{"id":"r","model":"m","status":"completed","usage":{"input_tokens":5,"output_tokens":6}}}'
        $total = Invoke-OpenAIResponse hi -Stream | Measure-OpenAIUsage
        $total.Requests, $total.InputTokens, $total.OutputTokens, $total.Model | Should -Be 1, 5, 6, 'm'
    }

    It 'counts answers of a run, which may all have one id' {
        1..3 | ForEach-Object { Add-JsonReply 200 (ConvertTo-Answer 'x') }
        ('a', 'b', 'c' | Invoke-OpenAIChatCompletion | Measure-OpenAIUsage).Requests | Should -Be 3
    }

    It 'accepts answers from a file' {
        New-Chat a 10 5 | Export-Clixml TestDrive:/a.xml
        (Import-Clixml TestDrive:/a.xml | Measure-OpenAIUsage).InputTokens | Should -Be 10
    }

    It 'says how many answers report no usage' {
        $total = (New-Chat a 1 1), [OpenAIStream.ChatCompletion] '{"choices":[{"index":0,"message":{"content":"x"}}]}', 'text' | Measure-OpenAIUsage -WarningVariable warned -WarningAction SilentlyContinue
        $total.Requests | Should -Be 1
        "$warned" | Should -BeLike '2 answers do not report*'
    }

    It 'calculates costs from a table of the user' {
        Set-Content TestDrive:/prices.csv 'Model,Input,CachedInput,Output,Currency', 'gpt-*,1,,10,USD', 'gpt-6*,2,0.5,8,USD', 'gpt-6-luna,100,,,USD'
        $prices = Import-Csv TestDrive:/prices.csv
        $cost = (New-Chat gpt-6-astra 1000000 500000 400000) | Measure-OpenAIUsage -Price $prices
        $cost.Cost | Should -Be (0.6 * 2 + 0.4 * 0.5 + 0.5 * 8)
        $cost.Currency | Should -Be 'USD'
        ((New-Chat gpt-5 1000000 100000 500000) | Measure-OpenAIUsage -Price $prices).Cost | Should -Be 2
        $cost.Cost | Should -BeOfType decimal
    }

    It 'takes the price table of the connection that gave an answer, where none is given' {
        1..2 | ForEach-Object { Add-JsonReply 200 '{"model":"m","choices":[{"index":0,"message":{"content":"x"}}],"usage":{"prompt_tokens":1000000,"completion_tokens":0}}' }
        $cheap = Connect-OpenAI -BaseUri $server.http1 -Name cheap -Price @{ Model = 'm'; Input = 1 } -PassThru
        $cheap.Price.Model | Should -Be 'm'
        $answer = Invoke-OpenAIChatCompletion hi -Connection cheap
        ($answer | Measure-OpenAIUsage).Cost | Should -Be 1
        ($answer | Measure-OpenAIUsage -Price @{ Model = 'm'; Input = 3 }).Cost | Should -Be 3
        Connect-OpenAI -BaseUri $server.http1 -Name none
        (Invoke-OpenAIChatCompletion hi -Connection none | Measure-OpenAIUsage).Cost | Should -BeNullOrEmpty
        { Connect-OpenAI -BaseUri $server.http1 -Name bad -Price @{ Model = 'm'; Input = 'much' } } | Should -Throw -ErrorId 'BadArgument,*' -ExpectedMessage '*much*'
    }

    It 'leaves the cost empty if a price is missing, and says so' {
        $prices = @{ Model = 'a'; Input = 1 }, [pscustomobject] @{ Model = 'c'; Input = 1; Output = 1 }
        $totals = (New-Chat a 1 1), (New-Chat b 1 1), (New-Chat c 1000000 0) | Measure-OpenAIUsage -Price $prices -WarningVariable warned -WarningAction SilentlyContinue
        $totals.Cost | Should -Be $null, $null, 1
        $warned | Should -HaveCount 2
        { New-Chat a 1 1 | Measure-OpenAIUsage -Price @{ Input = 1 } } | Should -Throw -ErrorId 'BadArgument,*' -ExpectedMessage '*no Model*'
        { New-Chat a 1 1 | Measure-OpenAIUsage -Price @{ Model = 'a'; Input = '1,5' } } | Should -Throw -ErrorId 'BadArgument,*' -ExpectedMessage '*1,5*'
    }

    It 'reads prices in the same way in every culture' {
        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'de-DE'
            (New-Chat a 1000000 0 | Measure-OpenAIUsage -Price @{ Model = 'a'; Input = 1.5 }).Cost | Should -Be 1.5
        }
        finally { [cultureinfo]::CurrentCulture = $before }
    }

    It 'writes rows for Export-Csv and Measure-Object' {
        $csv = New-Chat a 10 5 | Measure-OpenAIUsage -Price @{ Model = 'a'; Input = 1; Output = 1 } | ConvertTo-Csv | ConvertFrom-Csv
        $csv.Model, $csv.InputTokens, $csv.Cost | Should -Be 'a', '10', '0.000015'
    }
}
