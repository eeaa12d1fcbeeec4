# Reads the first chunk by hand, then loops over the rest. OpenAI has retired its completion models, so this example uses a
# server that has the endpoint, such as llama.cpp, vLLM or Ollama.
param(
    [Parameter(Mandatory)]
    [string] $Model,

    [uri] $BaseUri = 'http://localhost:11434/v1'
)

Import-Module OpenAIStream
Connect-OpenAI -BaseUri $BaseUri -Model $Model

$stream = Invoke-OpenAICompletion 'Explain streaming in one sentence.' -MaxTokens 50 -Temperature 0 -Stream -NoEnumerate
try {
    if ($stream.MoveNext()) {
        "First chunk: $($stream.Current.ToJson())"
    }

    foreach ($chunk in $stream) {
        $chunk.ToJson()
    }
}
finally {
    $stream.Dispose()
}
