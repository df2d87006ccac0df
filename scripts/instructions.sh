#!/usr/bin/env bash
# Instructions that each kernel needs, counted by valgrind: no noise of the machine hides a regression.
# Compares with scripts/instructions.txt and fails where a kernel needs more than TOLERANCE per cent more (default 5);
# with --record it writes that file anew. Counts depend on the compiler and the C library: record anew after a change
# of either, and say so in the commit.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v valgrind > /dev/null || { echo "valgrind is missing: the counts are not checked" >&2; exit 2; }
cargo build --release --quiet --example kernels
kernels=${CARGO_TARGET_DIR:-target}/release/examples/kernels
recorded=scripts/instructions.txt
tolerance=${TOLERANCE:-5}
count() {
  valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null "$kernels" "$1" 2>&1 |
    sed -n 's/.*I *refs: *//p' | tr -d ,
}
base=$(count nothing)
now=$(mktemp)
trap 'rm -f "$now"' EXIT
while read -r name operations; do
  [ "$name" = nothing ] && continue
  total=$(count "$name")
  awk -v n="$name" -v t="$total" -v b="$base" -v o="$operations" 'BEGIN { printf "%s %.1f\n", n, (t - b) / o }'
done < <("$kernels") > "$now"
if [ "${1:-}" = --record ]; then
  { echo "# Instructions an operation (history-1000: a run of history at 1 : 1000); see scripts/instructions.sh."; cat "$now"; } > "$recorded"
  cat "$recorded"
  exit 0
fi
awk -v tolerance="$tolerance" '
  /^#/ { next }
  NR == FNR { before[$1] = $2; next }
  {
    change = ($1 in before) ? 100 * ($2 / before[$1] - 1) : 0
    mark = change > tolerance ? "  MORE THAN ALLOWED" : ""
    printf "%-14s %14.1f %14.1f %+7.1f %%%s\n", $1, before[$1], $2, change, mark
    if (mark) failed = 1
  }
  END { exit failed }' "$recorded" "$now"
