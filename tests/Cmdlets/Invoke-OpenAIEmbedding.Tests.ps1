BeforeAll {
    Import-Module $PSScriptRoot/Loopback.psm1 -Force
    $null = Start-TestServer

    function ConvertTo-Base64([float[]] $Vector) {
        [Convert]::ToBase64String([byte[]] ($Vector | ForEach-Object { [BitConverter]::GetBytes($_) }))
    }

    # An answer with this many vectors: the first number of each is its position.
    function Add-Vector([int] $Count, [int] $From = 0, [switch] $Numbers) {
        $data = for ($i = $Count - 1; $i -ge 0; $i--) {
            $vector = [float[]] (($From + $i), 0.5, -0.25)
            @{ object = 'embedding'; index = $i; embedding = if ($Numbers) { $vector } else { ConvertTo-Base64 $vector } }
        }
        Add-JsonReply 200 (@{ object = 'list'; model = 'embedder'; data = @($data); usage = @{ prompt_tokens = $Count * 2; total_tokens = $Count * 2 } } | ConvertTo-Json -Depth 5 -Compress)
    }
}
AfterAll { Stop-TestServer }

Describe 'Invoke-OpenAIEmbedding' {
    BeforeEach { Reset-TestServer }

    It 'creates a vector from a text' {
        Add-Vector 1
        $embedding = Invoke-OpenAIEmbedding 'hello' -Dimensions 3 -User u
        $embedding | Should -BeOfType OpenAIStream.Embedding
        , $embedding.Vector | Should -BeOfType float[]
        $embedding.Vector | Should -Be 0, 0.5, -0.25
        $embedding.Dimensions, $embedding.Model, $embedding.Input, $embedding.InputIndex, $embedding.Usage.TotalTokens | Should -Be 3, 'embedder', 'hello', 0, 2
        $request = Get-SentRequest
        $request.path | Should -Be '/v1/embeddings'
        $request.Json.input, $request.Json.encoding_format, $request.Json.dimensions, $request.Json.user, $request.Json.model | Should -Be 'hello', 'base64', 3, 'u', 'text-embedding-3-small'
    }

    It 'accepts numbers from services that send those' {
        Add-Vector 1 -Numbers
        (Invoke-OpenAIEmbedding 'hello').Vector | Should -Be 0, 0.5, -0.25
    }

    It 'collects texts into requests, and writes the answers in order with their inputs' {
        Add-Vector 2
        Add-Vector 2 -From 2
        Add-Vector 1 -From 4
        $embeddings = 'a', 'b', 'c', 'd', 'e' | Invoke-OpenAIEmbedding -BatchSize 2
        $embeddings.Input | Should -Be 'a', 'b', 'c', 'd', 'e'
        $embeddings.InputIndex | Should -Be (0..4)
        $embeddings.ForEach({ $_.Vector[0] }) | Should -Be (0..4)
        ($embeddings.Usage | Measure-Object TotalTokens -Sum).Sum | Should -Be 10
        (Get-SentRequest).ForEach({ $_.Json.input -join '' }) | Should -Be 'ab', 'cd', 'e'
    }

    It 'accepts an array, and rows with a text' {
        Add-Vector 2
        (Invoke-OpenAIEmbedding 'a', 'b').Input | Should -Be 'a', 'b'
        Add-Vector 2
        $rows = [pscustomobject] @{ Id = 7; Text = 'x' }, [pscustomobject] @{ Id = 8; Text = 'y' } | Invoke-OpenAIEmbedding
        $rows.Input.Id | Should -Be 7, 8
        @(Get-SentRequest)[1].Json.input | Should -Be 'x', 'y'
    }

    It 'keeps a request within the limits of the service' {
        $long = 'x' * 250000
        1..2 | ForEach-Object { Add-Vector 2 }
        $null = $long, $long, $long, $long | Invoke-OpenAIEmbedding
        (Get-SentRequest).ForEach({ $_.Json.input.Count }) | Should -Be 2, 2
    }

    It 'finds the text that the service refuses, and processes the others' {
        $refusal = '{"error":{"message":"This model''s maximum context length is 8192 tokens.","type":"invalid_request_error"}}'
        Add-JsonReply 400 $refusal # a b c d
        Add-Vector 2               # a b
        Add-JsonReply 400 $refusal # c d
        Add-JsonReply 400 $refusal # c
        Add-Vector 1               # d
        $embeddings = 'a', 'b', 'c', 'd' | Invoke-OpenAIEmbedding -ErrorVariable problem -ErrorAction SilentlyContinue
        $embeddings.Input | Should -Be 'a', 'b', 'd'
        $problem | Should -HaveCount 1
        $problem[0].Input, $problem[0].InputIndex | Should -Be 'c', 2
        (Get-SentRequest).ForEach({ $_.Json.input -join '' }) | Should -Be 'abcd', 'ab', 'cd', 'c', 'd'
    }

    It 'sends one request if all fail in the same way, and writes an error for each' {
        Add-JsonReply 401 '{"error":{"message":"no"}}'
        'a', 'b' | Invoke-OpenAIEmbedding -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem.InputIndex | Should -Be 0, 1
        Get-SentRequest | Should -HaveCount 1
    }

    It 'does not send blank texts, and processes the others' {
        Add-Vector 2
        ('a', ' ', 'b' | Invoke-OpenAIEmbedding -ErrorVariable problem -ErrorAction SilentlyContinue).InputIndex | Should -Be 0, 2
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'EmptyPrompt,*'
        $problem[0].InputIndex | Should -Be 1
    }

    It 'does not accept too few answers' {
        Add-Vector 1
        Invoke-OpenAIEmbedding 'a', 'b' -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -BeLike 'MalformedResponse,*'
        "$problem" | Should -BeLike '*1 answers to 2 texts*'
        $problem.InputIndex | Should -Be 0, 1
    }

    It 'uses the deployment on Azure' {
        Connect-OpenAI 'key-1' -AzureEndpoint (Get-TestAddress) -ApiVersion 2024-10-21
        Add-Vector 1
        (Invoke-OpenAIEmbedding 'hello' -Model my-embedder).Dimensions | Should -Be 3
        (Get-SentRequest).path | Should -Be '/openai/deployments/my-embedder/embeddings?api-version=2024-10-21'
    }

    It 'survives a file' {
        Add-Vector 1
        Invoke-OpenAIEmbedding 'hello' | Export-Clixml TestDrive:/e.xml
        $back = Import-Clixml TestDrive:/e.xml
        $back | Should -BeOfType OpenAIStream.Embedding
        $back.Vector | Should -Be 0, 0.5, -0.25
        $back.Input | Should -Be 'hello'
    }
}

Describe 'Invoke-OpenAIModeration' {
    BeforeEach { Reset-TestServer }

    It 'shows for each text whether and how it is harmful' {
        Add-JsonReply 200 '{"id":"modr-1","model":"moderator","results":[{"flagged":true,"categories":{"violence":true,"self-harm/intent":true,"hate":false},"category_scores":{"violence":0.9,"hate":0.01}},{"flagged":false,"categories":{"violence":false},"category_scores":{"violence":0}}]}'
        $results = 'bad', 'good' | Invoke-OpenAIModeration
        $results | Should -BeOfType OpenAIStream.Moderation
        $results.Flagged | Should -Be $true, $false
        $results[0].Category | Should -Be 'violence', 'self-harm/intent'
        $results[0].CategoryScores.violence | Should -Be 0.9
        $results.Input | Should -Be 'bad', 'good'
        $results[1].Model | Should -Be 'moderator'
        ($results | Where-Object Flagged).Input | Should -Be 'bad'
        $request = Get-SentRequest
        $request.path | Should -Be '/v1/moderations'
        $request.body | Should -Be '{"input":["bad","good"]}'
    }

    It 'accepts a message with images' {
        Add-JsonReply 200 '{"results":[{"flagged":false,"categories":{}}]}'
        (New-OpenAIMessage 'What is it?' -ImageUrl https://host.example/a.png | Invoke-OpenAIModeration -Model omni-moderation-latest).Flagged | Should -BeFalse
        $sent = (Get-SentRequest).Json
        $sent.input.type | Should -Be 'text', 'image_url'
        $sent.input[1].image_url.url | Should -Be 'https://host.example/a.png'
        $sent.model | Should -Be 'omni-moderation-latest'
    }
}
