# Models are retired: which model names may appear, and where.
Describe 'Names of models' {
    BeforeAll {
        $root = Resolve-Path (Join-Path $PSScriptRoot '../..')
        # Text that looks like an OpenAI model.
        $name = '\b(gpt-\d[\w.-]*|gpt-(image|audio|transcribe|realtime)[\w.-]*|o[134](-(mini|pro|preview))?\b(?=[''"` ])|whisper-1|tts-1(-hd)?|dall-e-\d|(text-)?davinci-\d+|babbage-\d+|chatgpt-[\w.-]+)'
        # Retired, or with an announced end, according to OpenAI's own package in November 2026.
        $ending = '\b(gpt-3\.5[\w.-]*|gpt-4(o|\.1|-|\b)[\w.-]*|gpt-5(\.1|-mini|-nano|-pro|\b(?!\.\d))[\w-]*|gpt-5\.4-nano|gpt-image-1[\w.-]*|gpt-audio-mini|o1[\w-]*|o3[\w-]*|o4-mini|whisper-1|tts-1(-hd)?|dall-e-\d|(text-)?davinci-\d+|babbage-\d+|chatgpt-[\w-]+)(?=[''"`\s.,;:)|]|$)'

        function Find-Name([string] $Pattern, [string[]] $Path, [string[]] $Ending) {
            Get-ChildItem ($Path | ForEach-Object { Join-Path $root $_ }) -Recurse -File |
                Where-Object { $_.Extension -in $Ending -and $_.FullName -notmatch '[\\/](bin|obj)[\\/]' } |
                Select-String -Pattern $Pattern -AllMatches |
                ForEach-Object { foreach ($match in $_.Matches) { "$(Split-Path $_.Path -Leaf): $($match.Value.TrimEnd('.'))" } } | Sort-Object -Unique
        }
    }

    It 'are defaults in one file of the code' {
        Find-Name $name src/OpenAIStream, src/OpenAIStream.Core, src/OpenAIStream.Loader .cs |
            Where-Object { $_ -notlike 'DefaultModels.cs: *' } | Should -BeNullOrEmpty
        Find-Name $name src/OpenAIStream .cs | Should -HaveCount 4 -Because 'the pattern finds what it is to find'
    }

    It 'are of models that exist, in what users read' {
        $allowed = @(
            'README.md: gpt-3.5-turbo-instruct' # asks for the recording that ships, beside the word that it is retired
            'about_OpenAIStream_Testing.md: gpt-3.5-turbo-instruct'
            'demo.ps1: gpt-3.5-turbo-instruct'
            'about_OpenAIStream.md: gpt-4o-mini-tts' # the default for speech, with its end
            'Connect-OpenAI.md: gpt-4o-mini-tts'
            'Invoke-OpenAISpeech.md: gpt-4o-mini-tts'
            'Invoke-OpenAITranscription.md: whisper-1' # tells when they end
            'Invoke-OpenAITranscription.md: gpt-4o-transcribe-diarize'
        )
        $found = Find-Name $ending README.md, docs, examples, src/OpenAIStream.Core/README.md, CONTRIBUTING.md .md, .ps1, .cs, .txt
        $found | Where-Object { $_ -notin $allowed } | Should -BeNullOrEmpty
        $allowed | Where-Object { $_ -notin $found } | Should -BeNullOrEmpty -Because 'what is not there needs no leave'
    }
}
