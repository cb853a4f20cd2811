#!/usr/bin/env bash
# Puts the agent on a Raspberry Pi, or takes it off again; run it as often as you like: --help.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PROGRAM=/opt/vuonso               # a link to the release that runs
RELEASES=/opt/vuonso-releases     # the one that runs and the one before it
CONFIG=/etc/vuonso/hardware.toml
DATA=/var/lib/vuonso
UNIT=vuonso-edge.service
GROUPS_OF_BUSES=(gpio spi i2c dialout)
DROP_INS=(
  /etc/systemd/system.conf.d/99-vuonso.conf
  /etc/systemd/journald.conf.d/99-vuonso.conf
  /etc/rpi/swap.conf.d/99-vuonso.conf
)
BEGIN="# vuonso begin"
END="# vuonso end"

ROOT="" DRY=false SOURCE=$(dirname "$HERE") IDENTITY="" ACTION="" PURGE=false FRESH=false REBOOT=false

usage() {
  cat <<'TEXT'
usage: deploy/install.sh [options] install | uninstall | rollback

  install          set up the system and the newest program; keeps hardware.toml, identity and data
  uninstall        remove program, service and settings; keeps hardware.toml, identity and data
  rollback         go back to the program before the last install

options:
  --from SOURCE    program: a wheel, a checkout or git+https://… (default: this checkout)
  --identity FILE  an identity.json from elsewhere; `vuonso edge join` makes one on the box
  --purge          with uninstall: also hardware.toml, identity and data
  --dry-run        only say what would be done
  --root DIR       prepare the system below DIR, a mounted card; commands are only told
TEXT
}

say() { printf '%s\n' "$*"; }
die() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }
on_this_machine() { ! $DRY && [ -z "$ROOT" ]; }

# A command that changes the running system.
act() {
  if on_this_machine; then "$@"; else say "would run: $*"; fi
}

# put MODE PATH: standard input becomes the file, in one move, and only where it differs.
put() {
  local mode=$1 path=$ROOT$2 fresh
  fresh=$(mktemp)
  cat >"$fresh"
  if cmp -s "$fresh" "$path"; then
    rm "$fresh"
    return 1
  fi
  if $DRY; then
    say "would write: $2"
  else
    say "writes: $2"
    mkdir -p "$(dirname "$path")"
    install -m "$mode" "$fresh" "$path.new"
    sync "$path.new"
    mv "$path.new" "$path"
  fi
  rm "$fresh"
}

drop() {
  local path
  for path in "$@"; do
    [ -e "$ROOT$path" ] || [ -L "$ROOT$path" ] || continue
    if $DRY; then
      say "would remove: $path"
    else
      say "removes: $path"
      rm -rf "$ROOT${path:?}"
    fi
  done
}

keep_original() {
  [ -e "$ROOT$1.before-vuonso" ] || $DRY || cp -p "$ROOT$1" "$ROOT$1.before-vuonso"
}

check_system() {
  local release=$ROOT/etc/os-release id="" version="" key value
  [ -r "$release" ] || die "$release is missing: not a Raspberry Pi OS or Debian."
  while IFS='=' read -r key value; do
    value=${value//\"/}
    case $key in ID) id=$value ;; VERSION_ID) version=$value ;; esac
  done <"$release"
  case $id in debian | raspbian) ;; *) die "$id is not supported: use Raspberry Pi OS or Debian." ;; esac
  [ "${version%%.*}" -ge 12 ] || die "$id $version is too old: use version 12 or newer."
  on_this_machine || return 0
  [ "$(id -u)" -eq 0 ] || die "run it as root: sudo $0 $ACTION"
}

packages() {
  act apt-get install -y -qq --no-install-recommends python3-venv python3-dev gcc swig
}

account() {
  local group
  for group in "${GROUPS_OF_BUSES[@]}"; do act groupadd --force --system "$group"; done
  if on_this_machine && id vuonso >/dev/null 2>&1; then return; fi
  act useradd --system --home-dir "$DATA" --no-create-home --shell /usr/sbin/nologin vuonso
}

# Every library exactly as the suite was run with it; the link moves when all of it is there.
program() {
  local release
  release=$RELEASES/$(date -u +%Y%m%dT%H%M%SZ)
  act mkdir -p "$RELEASES"
  act python3 -m venv "$release"
  # PYPI=1 builds lgpio whole where its wheel is missing for this Python
  act env PYPI=1 "$release/bin/python" -m pip install --quiet --disable-pip-version-check \
    --require-hashes -r "$HERE/requirements-pi.txt"
  act "$release/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$SOURCE"
  act "$release/bin/vuonso" edge --help >/dev/null
  point_to "$release"
  act ln -sfn "$PROGRAM/bin/vuonso" /usr/local/bin/vuonso
}

point_to() {
  act ln -sfn "$1" "$PROGRAM.new"
  act mv -T "$PROGRAM.new" "$PROGRAM"
}

releases() {
  [ ! -d "$ROOT$RELEASES" ] || find "$ROOT$RELEASES" -mindepth 1 -maxdepth 1 -type d | sort
}

forget_old_releases() {
  local old
  releases | head -n -2 | while read -r old; do drop "${old#"$ROOT"}"; done
}

previous_release() {
  local now
  now=$(readlink -f "$ROOT$PROGRAM") || die "no program is installed."
  releases | awk -v now="$now" '$0 == now { exit } { before = $0 } END { print before }'
}

configuration() {
  local kept
  if [ -e "$ROOT$CONFIG" ]; then
    say "keeps: $CONFIG"
  else
    put 644 "$CONFIG" <"$HERE/hardware.example.toml"
    FRESH=true
  fi
  act install -d -m 700 -o vuonso -g vuonso "$DATA"
  [ -n "$IDENTITY" ] || return 0
  kept=$ROOT$DATA/identity.json
  if [ -e "$kept" ]; then
    cmp -s "$IDENTITY" "$kept" || die "another identity is there already; move $DATA/identity.json away first."
  else
    put 600 "$DATA/identity.json" <"$IDENTITY"
  fi
  act chown vuonso:vuonso "$DATA/identity.json"
}

boot_file() {
  local file
  for file in /boot/firmware/config.txt /boot/config.txt; do
    if [ -f "$ROOT$file" ]; then
      say "$file"
      return
    fi
  done
  return 1
}

# boot_options BLOCK: the lines between our two marks become BLOCK; nothing else of the file changes.
boot_options() {
  local file
  file=$(boot_file) || { say "skips the boot options: no config.txt, so not a Raspberry Pi"; return; }
  keep_original "$file"
  if BLOCK=$1 awk -v begin="$BEGIN" -v end="$END" '
    $0 == begin { inside = 1; if (!done && ENVIRON["BLOCK"] != "") print ENVIRON["BLOCK"]; done = 1 }
    !inside { print }
    $0 == end { inside = 0 }
    END { if (!done && ENVIRON["BLOCK"] != "") print ENVIRON["BLOCK"] }' "$ROOT$file" | put 644 "$file"
  then
    REBOOT=true
  fi
}

our_boot_options() {
  cat <<TEXT
$BEGIN
[all]
# an output goes back to an input when its process ends, however it ends
dtparam=strict_gpiod
# the chip restarts the board when the kernel hangs
dtparam=watchdog=on
dtparam=spi=on
dtparam=i2c_arm=on
$END
TEXT
}

drop_ins() {
  # The chip's own limit is 16 s and the kernel feeds it in between; less than 30 s would restart a
  # Pi Zero whose systemd is only slow.
  if printf '[Manager]\nRuntimeWatchdogSec=30\n' | put 644 "${DROP_INS[0]}"; then REBOOT=true; fi
  # The agent's own history is in its store; the system's words are not worth the card.
  printf '[Journal]\nStorage=volatile\nRuntimeMaxUse=32M\n' | put 644 "${DROP_INS[1]}" || true
  [ -e "$ROOT/etc/rpi/swap.conf" ] || return 0
  if printf '[Main]\nMechanism=zram\n' | put 644 "${DROP_INS[2]}"; then REBOOT=true; fi
}

card() {
  if [ -f "$ROOT/etc/dphys-swapfile" ]; then act systemctl disable --now dphys-swapfile; fi
  [ -f "$ROOT/etc/fstab" ] || return 0
  keep_original /etc/fstab
  if awk '$1 !~ /^#/ && $2 == "/" && $4 !~ /(^|,)noatime(,|$)/ { $4 = $4 ",noatime" } { print }' \
    "$ROOT/etc/fstab" | put 644 /etc/fstab; then REBOOT=true; fi
}

service() {
  put 644 "/etc/systemd/system/$UNIT" <"$HERE/$UNIT" || true
  act systemctl daemon-reload
  if $FRESH; then
    say "not started: write into $CONFIG what hangs on which pin, then run this again"
  elif [ ! -e "$ROOT$DATA/identity.json" ]; then
    say "not started: there is no $DATA/identity.json yet; run: sudo vuonso edge join https://…, then this again"
  else
    act systemctl enable --quiet "$UNIT"
    start
  fi
}

# Type=notify: the restart succeeds only when the new program has reached its control loop.
start() {
  if act systemctl restart "$UNIT"; then return; fi
  say "the new program does not start: going back"
  rollback
  die "the program before it runs again; see: journalctl -u $UNIT"
}

rollback() {
  local before
  before=$(previous_release)
  [ -n "$before" ] || die "there is no program to go back to."
  point_to "${before#"$ROOT"}"
  act systemctl restart "$UNIT"
}

install_all() {
  packages
  account
  program
  configuration
  boot_options "$(our_boot_options)"
  drop_ins
  card
  service
  forget_old_releases
  ! $REBOOT || say "restart the Pi once: sudo reboot"
  say "then look at everything: sudo vuonso edge doctor"
}

uninstall_all() {
  act systemctl disable --now "$UNIT"
  drop "/etc/systemd/system/$UNIT" "${DROP_INS[@]}" /usr/local/bin/vuonso "$PROGRAM" "$RELEASES"
  act systemctl daemon-reload
  boot_options ""
  if $PURGE; then
    drop /etc/vuonso "$DATA"
    act userdel vuonso
  else
    say "keeps: /etc/vuonso $DATA (--purge removes them)"
  fi
}

while [ $# -gt 0 ]; do
  case $1 in
    install | uninstall | rollback) ACTION=$1 ;;
    --dry-run) DRY=true ;;
    --purge) PURGE=true ;;
    --from | --identity | --root)
      [ $# -ge 2 ] || die "$1 needs a value"
      case $1 in --from) SOURCE=$2 ;; --identity) IDENTITY=$2 ;; --root) ROOT=${2%/} ;; esac
      shift
      ;;
    -h | --help) usage; exit ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done
[ -z "$IDENTITY" ] || [ -r "$IDENTITY" ] || die "$IDENTITY cannot be read"

case $ACTION in
  install) check_system; install_all ;;
  uninstall) check_system; uninstall_all ;;
  rollback) check_system; rollback ;;
  *) usage >&2; exit 2 ;;
esac
