#!/usr/bin/env bash
# Makes a report in both languages and opens it in headless Chromium (tests/browser/check_report.mjs).
# Installs what it needs where it may; says so and leaves with success where it cannot.
#
#   scripts/check_report.sh [--shots DIR]
set -euo pipefail
cd "$(dirname "$0")/.."
skip() { echo "report not opened in a browser: $*" >&2; exit 0; }

need=()
command -v chromium > /dev/null || command -v chromium-browser > /dev/null || need+=(chromium)
command -v npm > /dev/null || need+=(nodejs npm)
if [ ${#need[@]} -gt 0 ]; then
  [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null || skip "install ${need[*]}"
  { apt-get update && apt-get install -y --no-install-recommends "${need[@]}"; } > /dev/null 2>&1 \
    || skip "${need[*]} cannot be installed here"
fi
tools=target/browser
mkdir -p "$tools"
cp tests/browser/package.json "$tools/"
npm install --prefix "$tools" --no-audit --no-fund --loglevel=error > /dev/null 2>&1 \
  || skip "the packages of tests/browser/package.json cannot be installed here"

darien=target/release/darien
[ -x "$darien" ] || cargo build --release
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$darien" run status-quo-2025 darien-closed --scale 500 --runs 12 --until 2025-06-30 --out "$out/run" --quiet > /dev/null
folders=("$out/run")
if "$darien" compare --help > /dev/null 2>&1; then
  "$darien" compare status-quo-2025 darien-closed --scale 500 --runs 12 --until 2025-06-30 --out "$out/compare" --quiet > /dev/null
  folders+=("$out/compare")
fi
for lang in en es; do
  "$darien" report "${folders[@]}" --lang "$lang" --out "$out/report-$lang.html" --quiet
done
NODE_MODULES="$tools/node_modules" timeout 300 node tests/browser/check_report.mjs "$@" "$out/report-en.html" "$out/report-es.html"
