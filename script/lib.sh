# Shared by the commands in this folder: finds a Python, brings the pinned uv where the machine has
# none, and makes one locked environment per purpose. Sourced, never run.
# shellcheck shell=bash
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"

UV_PINNED=0.13.9 # the version that wrote uv.lock; a newer one on the machine serves as well
export UV_PYTHON_DOWNLOADS=never # the machine's own Python, or a clear sentence

say() { printf '%s\n' "$*" >&2; }
die() { say "$@"; exit 1; }
is_root() { [ "$(id -u)" -eq 0 ]; }

find_python() {
  local candidate
  for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  die "Python 3.11 or newer is needed and was not found; on Debian 12 and Raspberry Pi OS: apt-get install python3."
}

apt_install() {
  say "Installing from Debian: $*"
  apt-get update -qq >&2 || say "The package lists could not be refreshed; trying with the old ones."
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# A Debian Python without python3-venv has the module venv but not ensurepip.
need_venv() {
  "$1" -c 'import ensurepip, venv' 2>/dev/null && return
  if is_root && command -v apt-get >/dev/null; then
    apt_install python3-venv
  else
    die "The package python3-venv is missing; install it with: sudo apt-get install python3-venv."
  fi
}

new_enough() { # $1 is at least $2
  [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

find_uv() {
  local python=$1 version
  if version=$(uv --version 2>/dev/null) && new_enough "$(cut -d' ' -f2 <<<"$version")" "$UV_PINNED"; then
    command -v uv
    return
  fi
  if ! .venv-tool/bin/uv --version 2>/dev/null | grep -q " $UV_PINNED\b"; then
    need_venv "$python"
    say "Bringing uv $UV_PINNED into .venv-tool"
    "$python" -m venv --clear .venv-tool
    .venv-tool/bin/python -m pip install --quiet --disable-pip-version-check "uv==$UV_PINNED"
  fi
  printf '%s\n' "$ROOT/.venv-tool/bin/uv"
}

# locked_env FOLDER ARGS…: the environment FOLDER holds exactly what uv.lock says, no more.
locked_env() {
  local folder=$1 python uv
  shift
  python=$(find_python)
  uv=$(find_uv "$python")
  UV_PROJECT_ENVIRONMENT=$folder UV_PYTHON=$python "$uv" sync --quiet --locked "$@"
}
