#!/usr/bin/env bash
# dist.sh: packs the release binary, with everything a person may want to read or edit beside it, into
# dist/sisetu-<version>-<arch>-linux.tar.gz. The binary carries viewer, rules and sample district inside,
# so the archive starts without a network. The same commit and binary give the same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."

binary=${CARGO_TARGET_DIR:-target}/release/sisetu
[[ -x $binary ]] || { echo "dist: $binary is missing; make dist builds it" >&2; exit 3; }

version=$(sed -n '0,/^version = "\(.*\)"/s//\1/p' Cargo.toml)
name=sisetu-$version-$(uname -m)-linux
archive=dist/$name.tar.gz
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
root=$stage/$name

# package_of SONAME: the Debian package that brings a shared library, or a dash where dpkg does not know.
package_of() {
  local owner
  owner=$(dpkg-query -S "*/$1" 2>/dev/null | sed -n '1s/[:,].*//p') || true
  echo "${owner:--}"
}

# What the launcher tells a machine that cannot load the binary.
write_needs() {
  (. /etc/os-release && echo "# built on $PRETTY_NAME")
  local soname
  readelf -d "$binary" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort | while read -r soname; do
    echo "$soname $(package_of "$soname")"
  done
}

install -D -m 755 "$binary" "$root/libexec/sisetu"
install -D -m 755 packaging/sisetu "$root/bin/sisetu"
install -D -m 644 packaging/sisetu.service "$root/systemd/sisetu.service"
install -m 644 packaging/INSTALL.md README.md README.zh-CN.md "$root"
cp -r docs data styles "$root"
write_needs >"$root/libexec/needs"
chmod -R u=rwX,go=rX "$root"

mkdir -p dist
made=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
tar --format=gnu --sort=name --mtime="@$made" --owner=0 --group=0 --numeric-owner -C "$stage" -c "$name" | gzip -9n >"$archive"
(cd dist && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
echo "dist: $archive ($(du -h "$archive" | cut -f1))"
