# Sourced by the other scripts: where the tools they need live on this machine.
# Each function prints a path and succeeds, or prints nothing and fails.
# shellcheck shell=bash

# The folder of a PostgreSQL server's programs (initdb, pg_ctl, psql), the newest one that also has PostGIS.
find_postgis() {
  local bin share
  while read -r bin share; do
    if [[ -x $bin/initdb && -e $share/extension/postgis.control ]]; then
      echo "$bin"
      return 0
    fi
  done < <(postgres_folders)
  return 1
}

# One line for each PostgreSQL on this machine: its programs and its shared files, newest first.
# Debian keeps the servers by version and off the PATH; elsewhere pg_config knows.
postgres_folders() {
  local bin version
  for bin in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV); do
    version=${bin%/bin}
    echo "$bin /usr/share/postgresql/${version##*/}"
  done
  if command -v pg_config >/dev/null; then
    echo "$(pg_config --bindir) $(pg_config --sharedir)"
  fi
}

# A Chrome or Chromium that starts: the one named by $CHROME, else the first on PATH.
# Ubuntu's chromium-browser is only a pointer to a snap, so each candidate has to tell its version.
find_chrome() {
  local name path
  for name in ${CHROME:+"$CHROME"} chromium google-chrome google-chrome-stable chrome chromium-browser; do
    if path=$(command -v "$name") && "$path" --version >/dev/null 2>&1; then
      echo "$path"
      return 0
    fi
  done
  return 1
}
