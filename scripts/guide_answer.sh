#!/usr/bin/env bash
# Makes the section "The answer" of docs/guide.md from the commands of that guide.
#
#   scripts/guide_answer.sh [SCALE [RUNS [DRAWS_OF_THE_BENCHMARK]]]
#
# The results stay in out/guide. A call that was interrupted goes on where it stopped.
set -euo pipefail
cd "$(dirname "$0")/.."
scale=${1:-20} runs=${2:-100} draws=${3:-20}
darien=${DARIEN:-target/release/darien}
out=out/guide
mkdir -p "$out"
ask() { # NAME ARGUMENTS...
  local name=$1
  shift
  "$darien" compare "$@" --scale "$scale" --runs "$runs" --resume --quiet --out "$out/$name" > /dev/null
}
ask flights status-quo-2025 flights-stop flights-doubled flights-include-venezuela
ask enforce status-quo-2025 darien-closed
ask cooperate status-quo-2025 regional-cooperation aid-to-origins lawful-pathways
ask worse status-quo-2025 regional-cooperation --attribute --assume crisis.VEN=0.79
ask rebound status-quo-2025 closure-half-year --until 2026-06-30
"$darien" bench policies --scale "$scale" --runs "$draws" --resume --quiet --out "$out/bench" > /dev/null

section() { # TITLE NAME: the answer without its legend
  printf '\n### %s\n\n```text\n' "$1"
  grep -v -e '^Words:' -e '^Past skill' "$out/$2/answer.txt"
  printf '```\n'
}
{
  section "Fly more?" flights
  section "Enforce more?" enforce
  section "Cooperate more, or help at the origin?" cooperate
  section "What if Venezuela gets worse?" worse
  section "Will they come back?" rebound
  printf '\n### Which policy, at what price, in which future?\n\n'
  cat "$out/bench/answer.md"
  printf '\n%s\n' "$(grep -h '^Words:' "$out/flights/answer.txt")"
  printf '\n%s\n' "$(grep -h '^Past skill' "$out/flights/answer.txt")"
  printf '\nMade with darien %s, scale %s, %s paired runs a comparison, %s draws of the benchmark.\n\n' \
    "$("$darien" --version | cut -d' ' -f2)" "$scale" "$runs" "$draws"
} > "$out/answer.md"

awk -v made="$out/answer.md" '
  /<!-- answer:begin -->/ { print; while ((getline line < made) > 0) print line; skip = 1; next }
  /<!-- answer:end -->/ { skip = 0 }
  !skip' docs/guide.md > "$out/guide.md"
cp "$out/guide.md" docs/guide.md
