#!/usr/bin/env bash
# setup.sh run|test: sees to it that this machine can build and run Sisetu (run), or test it as well (test).
# Looks for what is needed, says what is missing, and installs that with apt-get. When nothing is missing it does
# nothing, in a fraction of a second. Exit codes: 0 all there, 2 wrong usage, 3 something is missing still.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/find.sh

purpose=${1:-}
[[ $purpose == run || $purpose == test ]] || { echo "usage: scripts/setup.sh run|test" >&2; exit 2; }

say() { echo "setup: $*"; }

# give_up WHY [LINE]: LINE, to be run by hand, stands alone so that it can be copied.
give_up() {
  say "$1" >&2
  shift
  if (($# > 0)); then printf '%s\n' "$@" >&2; fi
  exit 3
}

# --- Rust: never installed from here, since it belongs to the person and not to the machine.

check_rust() {
  local wanted found
  wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  if ! found=$(cargo --version 2>/dev/null) || ! rustc --version >/dev/null 2>&1; then
    give_up "Rust $wanted or newer is missing. Get it from https://rustup.rs, or with this line:" \
      "  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile default"
  fi
  found=${found#cargo }
  if ! at_least "$wanted" "${found%% *}"; then
    give_up "Rust ${found%% *} is too old, $wanted or newer is needed. This line brings it:" "  rustup update stable"
  fi
  if [[ $purpose == test ]] && ! { cargo fmt --version && cargo clippy --version; } >/dev/null 2>&1; then
    give_up "the tests need Rust's formatter and linter. This line brings them:" "  rustup component add rustfmt clippy"
  fi
}

# at_least WANTED FOUND: is version FOUND no older than WANTED?
at_least() { [[ $(printf '%s\n' "$1" "$2" | sort -V | head -n1) == "$1" ]]; }

# --- System packages: each is asked for by what it must be able to do, whatever brought it here.

missing=()

# need "PACKAGES" PROBE…: PACKAGES go on the list unless the probe succeeds.
need() {
  local packages
  read -ra packages <<<"$1"
  shift
  "$@" >/dev/null 2>&1 || missing+=("${packages[@]}")
}

has() { command -v "$1"; }
c_compiler_links() { cc -x c -o /dev/null - <<<'#include <stdlib.h>
int main(void) { return 0; }'; }
node_is_recent() { at_least 18 "$(node --version | tr -d v)"; }
chinese_font() { [[ -n $(fc-list :lang=zh-cn file) ]]; }
is_debian() { grep -qx 'ID=debian' /etc/os-release; }

look_for_build_needs() {
  need 'gcc libc6-dev' c_compiler_links
  need 'pkg-config' has pkg-config
  need 'libgdal-dev' pkg-config --exists 'gdal >= 3.4'
  need 'libsqlite3-dev' pkg-config --exists sqlite3
  need 'nodejs' node_is_recent
  need 'npm' has npm
}

look_for_test_needs() {
  need 'gdal-bin' has ogrinfo
  need 'fontconfig fonts-wqy-microhei' chinese_font
  need 'postgresql postgresql-postgis' find_postgis
  if is_debian; then need 'chromium' find_chrome; fi
}

look() {
  missing=()
  look_for_build_needs
  if [[ $purpose == test ]]; then look_for_test_needs; fi
}

# --- Installing

# Sets as_root to what makes a command run as root; gives up with the one line to run when nothing does.
# sudo may ask for a password only where somebody is there to type it.
find_root() {
  local line="apt-get update && $1"
  if ((EUID == 0)); then
    as_root=(env)
  elif sudo -n true 2>/dev/null || { has sudo >/dev/null && [[ -t 0 ]]; }; then
    as_root=(sudo env)
  elif has sudo >/dev/null; then
    give_up "installing needs root. Run this line, then start again:" "  sudo sh -c '$line'"
  else
    give_up "installing needs root. Run this line, then start again:" "  su -c '$line'"
  fi
  as_root+=(DEBIAN_FRONTEND=noninteractive)
}

apt() { "${as_root[@]}" apt-get -qq -o DPkg::Lock::Timeout=300 "$@"; }

# Debian's server package makes a database cluster of its own and starts it. The tests bring their own,
# so that is switched off while PostgreSQL comes in; a machine that had PostgreSQL before keeps its settings.
install_without_cluster() {
  local settings=/etc/postgresql-common/createcluster.conf line='create_main_cluster = false'
  apt install -y --no-install-recommends postgresql-common >/dev/null
  "${as_root[@]}" sed -i "\$a $line" "$settings"
  apt install -y --no-install-recommends "$@" >/dev/null || { local failed=$?; }
  "${as_root[@]}" sed -i "/^$line\$/d" "$settings"
  return "${failed:-0}"
}

install_missing() {
  local wanted=("${missing[@]}")
  if ! has apt-get >/dev/null; then
    give_up "this machine has no apt-get. What is missing goes by these names on Debian and Ubuntu:" "  ${wanted[*]}"
  fi
  find_root "apt-get install -y --no-install-recommends ${wanted[*]}"
  say "these system packages are missing and will be installed: ${wanted[*]}"
  apt update || say "the package lists could not be refreshed, trying with those at hand"
  if [[ " ${wanted[*]} " == *' postgresql '* && ! -e /etc/postgresql-common ]]; then
    install_without_cluster "${wanted[@]}"
  else
    apt install -y --no-install-recommends "${wanted[@]}" >/dev/null
  fi || give_up "apt-get could not install them; its own words are above"
  look
  ((${#missing[@]} == 0)) || give_up "still missing, or too old, after installing: ${missing[*]}"
  say "installed"
}

check_rust
look
if ((${#missing[@]} > 0)); then install_missing; fi
