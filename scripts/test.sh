#!/usr/bin/env bash
# test.sh: everything that must hold before a change may go in. The first step that fails ends the run.
# Whatever happens, the last line is the total over the Rust and the viewer's tests: N passed, N failed, N skipped.
#
# A test that cannot run here appends one line to the file named by SISETU_SKIP_LOG,
#   SKIPPED: <test> — <reason>
# and returns; it is then counted as skipped. With CI=true a skipped browser or PostGIS test fails the run.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/find.sh

logs=${CARGO_TARGET_DIR:-target}/test-logs
rm -rf "$logs"
mkdir -p "$logs"
logs=$(cd "$logs" && pwd)
export SISETU_SKIP_LOG=$logs/skipped
: >"$SISETU_SKIP_LOG"
if [[ -t 1 ]]; then export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-always}; fi

# sum PATTERN FILES…: adds up the number that follows each match of PATTERN's \K.
sum() { { grep -ahoP "$1" "${@:2}" 2>/dev/null || true; } | awk '{ n += $1 } END { print n + 0 }'; }

# Counts cargo's "test result:" lines and the closing lines of node's test runner.
count() {
  local rust=$logs/rust.log web=$logs/viewer.log
  skipped=$(($(wc -l <"$SISETU_SKIP_LOG")))
  passed=$(($(sum 'test result:.* \K\d+(?= passed)' "$rust") + $(sum '^(#|ℹ) pass \K\d+' "$web") - skipped))
  failed=$(($(sum 'test result:.* \K\d+(?= failed)' "$rust") + $(sum '^(#|ℹ) (fail|cancelled) \K\d+' "$web")))
  skipped=$((skipped + $(sum 'test result:.* \K\d+(?= ignored)' "$rust") + $(sum '^(#|ℹ) skipped \K\d+' "$web")))
}

# A step that fails without a failed test (a lint, a build, a crash) counts as one failure.
current=
totals() {
  local code=$?
  count
  sort "$SISETU_SKIP_LOG"
  if ((code != 0)); then
    echo "The step \"$current\" failed."
    failed=$((failed > 0 ? failed : 1))
  fi
  echo "$passed passed, $failed failed, $skipped skipped" | tee "$logs/totals"
  exit "$code"
}
trap totals EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# step NAME LOG COMMAND…: runs COMMAND, shows its output and keeps it in the file LOG.
step() {
  current=$1
  echo "── $1 · $((SECONDS / 60)) min $((SECONDS % 60)) s"
  "${@:3}" 2>&1 | tee -a "$logs/$2.log"
}

# Without a browser its tests are skipped; where that is not allowed, say so before the long steps.
browser() {
  find_chrome && return
  echo "No Chrome or Chromium on PATH or in CHROME: the browser tests cannot run."
  [[ ${CI:-} != true ]]
}

no_important_skips() {
  if [[ ${CI:-} == true ]] && grep -iE '^SKIPPED: [^—]*(browser|postgis)' "$SISETU_SKIP_LOG"; then
    echo "With CI=true these tests have to run."
    return 1
  fi
}

step 'system packages' setup scripts/setup.sh test
step 'browser' browser browser
if CHROME=$(find_chrome); then export CHROME; else unset CHROME; fi
step 'viewer' viewer scripts/viewer.sh test
step 'format' format cargo fmt --check
step 'lints' lints cargo clippy --locked --all-targets -- -D warnings
step 'tests' rust scripts/postgis.sh cargo test --locked --no-fail-fast
step 'skipped tests' skipped-check no_important_skips
RUSTDOCFLAGS='-D warnings' step 'documentation' doc cargo doc --locked --no-deps
