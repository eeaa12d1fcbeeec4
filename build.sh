#!/usr/bin/env bash
# Runs the tasks of build.ps1, also on a machine without PowerShell: ./build.sh [build|demo|test|bench|mutate] [-Long] [file]
# If there is an engine (pwsh 7.4 or later in PATH, otherwise the one from `dotnet tool restore`), it runs build.ps1.
# Without an engine, it does everything that does not need one, and reports what it skipped.
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
# Runs the program itself, not `dotnet tool run`: with that, the process is dotnet, and tests could not start another one like it.
if dotnet tool restore >/dev/null 2>&1 && home=$(dotnet tool run pwsh -NoLogo -NoProfile -Command '$PSHOME' 2>/dev/null) && [[ -f $home/pwsh ]]; then
    export DOTNET_ROOT=${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}
    chmod +x "$home/pwsh"
    is_new_enough "$home/pwsh" && exec "$home/pwsh" -NoLogo -NoProfile -File build.ps1 "$task" "$@"
fi

passed=0 failed=0 skipped=0

# Builds in Release by default, and writes output only if it fails.
build() {
    local log
    log=$(dotnet build "$1" -c "${2:-Release}" "${@:3}" --verbosity quiet --nologo) || { echo "$log" >&2; exit 1; }
}

# Runs one xunit assembly and adds its figures. If it ends without figures, that counts as a failure.
run_xunit() {
    local name=$1 configuration=$2 log summary
    local figures='Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+), Not Run: ([0-9]+)'
    begin_part "$name ($configuration)"
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
        log=$(dotnet build tools/Demo -p:Engine=none --verbosity quiet --nologo) || { echo "$log" >&2; exit 1; }
        echo "There is no PowerShell here, so the C# core streams alone. $howto"
        exec 3< <(dotnet tests/LoopbackServer/bin/Release/net10.0/LoopbackServer.dll --parent $$ --recording src/module/recordings/explain-streaming/0001-post-completions.recording.txt)
        read -r addresses <&3
        echo
        OPENAI_BASE_URL=$(sed -E 's/.*"http1":"([^"]+)".*/\1v1/' <<<"$addresses") OPENAI_API_KEY='' \
            dotnet examples/bin/Release/net10.0/Examples.dll text
        ;;
    test)
        if [[ $arguments == *' -long '* ]]; then export OPENAISTREAM_LONG=1 durations=out/durations-long.txt written=''; fi
        parts=(Build 'Core.Tests (Debug)' 'Core.Tests (Release)' 'Core.Tests.NetStandard (Release)' 'Package.Consumer (Release)')
        source tests/progress.sh
        begin_part Build
        build OpenAIStream.sln
        build tests/Core.Tests Debug -p:RunAnalyzersDuringBuild=false # its small buffers test every boundary; the Release build analyzes
        build tests/Bench # not in the solution; built here so that it keeps compiling
        rm -rf out/package tests/Package.Consumer/{bin,obj} # otherwise NuGet would reuse an earlier package that it has unpacked
        log=$(dotnet pack src/OpenAIStream.Core -c Package -o out/package --verbosity quiet --nologo) || { echo "$log" >&2; exit 1; }
        build tests/Package.Consumer
        run_xunit Core.Tests Debug
        run_xunit Core.Tests Release
        run_xunit Core.Tests.NetStandard Release
        run_xunit Package.Consumer Release
        end_run
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
        echo "Not run: the cmdlet benchmarks, because PowerShell was not found. $howto"
        ;;
    mutate)
        build tools/Mutate
        dotnet tools/Mutate/bin/Release/net10.0/Mutate.dll "$@"
        ;;
    *)
        echo "Without PowerShell, the tasks are build, demo, test, bench and mutate, not '$task'. $howto" >&2
        exit 2
        ;;
esac
