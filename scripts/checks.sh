# shellcheck shell=bash
# checks.sh: sourced; the checks that need no build. Each is first shown to fail on a bad sample.

check_format() {
    for folder in src tests bench scripts; do scripts/list_files.sh . $folder '*.[ch]'; done |
        xargs clang-format --dry-run --Werror
}

# The generated table is current, and every room has its sentence.
check_map() {
    local room
    for room in $(sed -n 's/^\([a-z_]*\):.*/\1/p' src/rooms.txt); do
        grep -q "^- \*\*\`$room\`\*\*: " ARCHITECTURE.md || { echo "ARCHITECTURE.md: no '- **\`$room\`**: ...'"; return 1; }
    done
    scripts/generate_map.sh src/rooms.txt ARCHITECTURE.md | diff ARCHITECTURE.md - ||
        { echo "ARCHITECTURE.md: the map is stale: run scripts/generate_map.sh --update"; return 1; }
}

run_checks() {
    run_check layers scripts/check_layers.sh src
    run_check format check_format
    run_check tidy scripts/tidy.sh .
    run_check map check_map
    run_check checks-fail-on-bad-samples tests/tidy/run.sh
}
