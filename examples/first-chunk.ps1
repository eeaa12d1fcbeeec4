# Reads the first chunk by hand, then loops over the rest. The key comes from OPENAI_API_KEY.
Import-Module OpenAIStream

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
