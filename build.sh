#!/usr/bin/env bash
# The tasks of build.ps1, also for a machine without PowerShell: ./build.sh [build|demo|test|bench|mutate] [-Long] [file]
# With an engine (pwsh 7.4+ from PATH, else the one that `dotnet tool restore` brings) it hands over to build.ps1.
# Without one it does all that needs none, and says what it left out.
set -euo pipefail
cd "$(dirname "$0")"

task=$(tr '[:upper:]' '[:lower:]' <<<"${1:-build}")
shift || true
arguments=$(tr '[:upper:]' '[:lower:]' <<<" $* ")
howto='Install PowerShell 7.4 or later (https://aka.ms/powershell) and run this again.'

is_new_enough() { "$@" -NoLogo -NoProfile -Command 'exit [int]($PSVersionTable.PSVersion -lt [version]"7.4")' >/dev/null 2>&1; }

if command -v pwsh >/dev/null && is_new_enough pwsh; then
    exec pwsh -NoLogo -NoProfile -File build.ps1 "$task" "$@"
fi
# The program itself, not `dotnet tool run`: there the process is dotnet's, and a test could not start another like it.
if dotnet tool restore >/dev/null 2>&1 && home=$(dotnet tool run pwsh -NoLogo -NoProfile -Command '$PSHOME' 2>/dev/null) && [[ -f $home/pwsh ]]; then
    export DOTNET_ROOT=${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}
    chmod +x "$home/pwsh"
    is_new_enough "$home/pwsh" && exec "$home/pwsh" -NoLogo -NoProfile -File build.ps1 "$task" "$@"
fi

passed=0 failed=0 skipped=0

# Builds in Release unless told otherwise, and says nothing unless it fails.
build() {
    local log
    log=$(dotnet build "$1" -c "${2:-Release}" --verbosity quiet --nologo) || { echo "$log" >&2; exit 1; }
}

# Runs one xunit assembly and adds its figures; one that dies without figures counts as a failure.
run_xunit() {
    local name=$1 configuration=$2 log summary
    local figures='Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+), Not Run: ([0-9]+)'
    echo "== $name ($configuration)"
    log=$(mktemp)
    dotnet "tests/$name/bin/$configuration/net10.0/$name.dll" -noColor -noLogo | tee "$log" || true
    summary=$(grep -E 'Total: [0-9]+, Errors: ' "$log" || true)
    rm -f "$log"
    if [[ $summary =~ $figures ]]; then
        local total=${BASH_REMATCH[1]} errors=${BASH_REMATCH[2]} bad=${BASH_REMATCH[3]} left=$((BASH_REMATCH[4] + BASH_REMATCH[5]))
        failed=$((failed + bad + errors)) skipped=$((skipped + left)) passed=$((passed + total - bad - left))
    else
        failed=$((failed + 1))
    fi
}

case "$task" in
    build)
        dotnet build OpenAIStream.sln -c Release
        ;;
    demo)
        build OpenAIStream.sln
        echo "There is no PowerShell here, so the C# core streams alone. $howto"
        exec 3< <(dotnet tests/LoopbackServer/bin/Release/net10.0/LoopbackServer.dll --parent $$ --recording src/module/recordings/explain-streaming/0001-post-completions.recording.txt)
        read -r addresses <&3
        echo
        OPENAI_BASE_URL=$(sed -E 's/.*"http1":"([^"]+)".*/\1v1/' <<<"$addresses") OPENAI_API_KEY='' \
            dotnet examples/bin/Release/net10.0/Examples.dll text
        ;;
    test)
        if [[ $arguments == *' -long '* ]]; then export OPENAISTREAM_LONG=1; fi
        build OpenAIStream.sln
        build tests/Core.Tests Debug # its small buffers meet every boundary
        build tests/Bench # not in the solution, and not to rot
        rm -rf out/package tests/Package.Consumer/{bin,obj} # NuGet would take what it unpacked from an earlier package
        log=$(dotnet pack src/OpenAIStream.Core -c Package -o out/package --verbosity quiet --nologo) || { echo "$log" >&2; exit 1; }
        build tests/Package.Consumer
        run_xunit Core.Tests Debug
        run_xunit Core.Tests Release
        run_xunit Core.Tests.NetStandard Release
        run_xunit Package.Consumer Release
        echo "Not run: the cmdlets' tests (tests/Engine.Tests, tests/Cmdlets), for want of PowerShell. $howto"
        echo "$passed passed, $failed failed, $skipped skipped"
        [[ $failed -eq 0 && $passed -gt 0 ]]
        ;;
    bench)
        build OpenAIStream.sln
        log=$(dotnet build tools/Precompile -c Release -restore -t:Precompile --verbosity quiet --nologo) || { echo "$log" >&2; exit 1; }
        build tests/Bench # not in the solution: only this needs its packages
        dotnet tests/Bench/bin/Release/net10.0/Bench.dll
        dotnet tests/Bench/bin/Release/net10.0/Bench.dll report
        echo "Not run: the cmdlets' half, for want of PowerShell. $howto"
        ;;
    mutate)
        build tools/Mutate
        dotnet tools/Mutate/bin/Release/net10.0/Mutate.dll "$@"
        ;;
    *)
        echo "Without PowerShell there are build, demo, test, bench and mutate; '$task' is none of them. $howto" >&2
        exit 2
        ;;
esac
