# Says which part of a test run comes next, and how long the run has left, as Progress.psm1 does. The parts are in $parts;
# the seconds that each took are those of the last run here ($durations), or else of the file $written.

durations=${durations:-out/durations.txt} written=${written-tests/durations.txt}
part=0 part_name='' part_since=$SECONDS tests_took=0 tests_expected=0 all_took=0 parts_took='' # no local of a caller may have such a name: functions here would write to it

expected_of() { cat "$durations" "$written" 2>/dev/null | sed -n "s/^\([1-9][0-9]*\) $1\$/\1/p" | head -n 1 || true; }

# Rounded to the nearest.
spoken() { if (($1 < 120)); then echo "$1 s"; else echo "$((($1 + 30) / 60)) min"; fi; }

end_part() {
    [[ -n $part_name ]] || return 0
    local took=$((SECONDS - part_since)) expected
    expected=$(expected_of "$part_name")
    parts_took+="$took $part_name"$'\n'
    all_took=$((all_took + took))
    # A build tells nothing of the tests' pace: it may find all of its work done.
    if [[ $part_name != Build* && -n $expected ]]; then
        tests_took=$((tests_took + took)) tests_expected=$((tests_expected + expected))
    fi
}

begin_part() {
    end_part
    part=$((part + 1)) part_name=$1 part_since=$SECONDS
    local left=0 one expected
    for one in "${parts[@]:$((part - 1))}"; do
        expected=$(expected_of "$one")
        if [[ -z $expected ]]; then
            echo "== [$part/${#parts[@]}] $part_name: no estimate for the time left"
            return
        fi
        left=$((left + expected))
    done
    if ((tests_expected > 0)); then left=$((left * tests_took / tests_expected)); fi
    echo "== [$part/${#parts[@]}] $part_name: about $(spoken $left) left"
}

# Ends the last part, says how good the estimate was, and writes the seconds down for the next run.
end_run() {
    end_part
    local all_expected=0 one
    for one in "${parts[@]}"; do all_expected=$((all_expected + $(expected_of "$one" | grep . || echo 0))); done
    mkdir -p "$(dirname "$durations")"
    printf %s "$parts_took" >"$durations"
    echo "Took $(spoken $all_took); $(spoken $all_expected) were expected."
}
