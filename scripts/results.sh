# shellcheck shell=bash
# results.sh: sourced by what runs tests and checks. A result is one line of $results, "PASSED FAILED NAME",
# and its output is $results.d/NAME.log.

# What every program that is built with a sanitizer runs under.
export ASAN_OPTIONS=allocator_may_return_null=1
export UBSAN_OPTIONS=print_stacktrace=1
export LSAN_OPTIONS=suppressions=$PWD/tests/sanitizers/leaks.txt:print_suppressions=0
export TSAN_OPTIONS=suppressions=$PWD/tests/sanitizers/races.txt

results=${PAWL_RESULTS:-build/results}

begin_results() {
    mkdir -p "$results.d"
    rm -f "$results.d"/*.log
    : > "$results"
}

# record_result NAME PASSED FAILED SECONDS
record_result() {
    local mark=ok
    [ "$3" -eq 0 ] || mark=FAILED
    printf '%-6s %5d  %6.1f s  %s\n' "$mark" "$(($2 + $3))" "$4" "$1"
    echo "$2 $3 $1" >> "$results"
}

seconds_since() {
    awk -v begin="$1" -v end="$(date +%s.%N)" 'BEGIN { printf "%.2f", end - begin }'
}

# run_check NAME COMMAND...: one check counts as one; the return value is the command's.
run_check() {
    local name=$1 begin status=0
    shift
    begin=$(date +%s.%N)
    "$@" > "$results.d/$name.log" 2>&1 || status=$?
    if [ $status -eq 0 ]; then
        record_result "$name" 1 0 "$(seconds_since "$begin")"
    else
        record_result "$name" 0 1 "$(seconds_since "$begin")"
    fi
    return $status
}

# Prints what failed, then the one line of sums. Fails when anything failed or nothing ran.
end_results() {
    local passed failed name
    while read -r passed failed name; do
        [ "$failed" -eq 0 ] && continue
        printf '\n--- %s: %d failed\n' "$name" "$failed"
        tail -n 100 "$results.d/$name.log"
    done < "$results"
    awk '{ passed += $1; failed += $2 }
         END { printf "%d passed, %d failed\n", passed, failed; exit failed > 0 || passed == 0 }' "$results"
}
