#!/bin/bash
# SPDX-License-Identifier: MIT
# Installs the Debian packages that the table in $1 names (first column) and that are missing.
set -euo pipefail

# shellcheck disable=SC2016 # these backticks are the table's
mapfile -t wanted < <(sed -n 's/^| `\([a-z0-9.+-]*\)` |.*/\1/p' "$1")
if ! command -v apt-get >/dev/null; then
    echo "deps: this is not Debian (no apt-get); install the like of: ${wanted[*]}" >&2
    exit 1
fi

missing=()
for package in "${wanted[@]}"; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "deps: needs root or sudo to install: ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
echo "deps: installing with apt-get: ${missing[*]}"
"${as_root[@]}" apt-get -qq update
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
