#!/usr/bin/env bash
# viewer.sh build|test: bundles the viewer into web/dist, from where the Rust build embeds it; test checks its types
# and runs its unit tests first. Packages are fetched, and the bundle made, only when something changed.
set -euo pipefail
cd "$(dirname "$0")/../web"

fetched=node_modules/.sisetu-fetched # a copy of the lock file that node_modules was filled from
built=node_modules/.sisetu-built     # as old as the bundle

fetch_packages() {
  if cmp -s package-lock.json "$fetched"; then return; fi
  npm ci --no-audit --no-fund
  cp package-lock.json "$fetched"
}

# Is there a bundle, and nothing newer than it among what it is made of?
up_to_date() {
  [[ -e dist/index.html && -e $built ]] || return 1
  [[ -z $(find . ../styles -name node_modules -prune -o -name dist -prune -o -newer "$built" -print -quit) ]]
}

build() {
  if up_to_date; then return; fi
  npm run --silent build
  touch "$built"
}

case ${1:-} in
build) fetch_packages; build ;;
test) fetch_packages; npm run --silent check; npm test --silent; build ;;
*) echo "usage: scripts/viewer.sh build|test" >&2; exit 2 ;;
esac
