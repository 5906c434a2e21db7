#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# test_packages.sh PACKAGES CACHE: installs the packages of the folder PACKAGES into a fresh Debian root that systemd
# runs, uses what they brought as docs/INSTALL.md says, upgrades, removes and purges them. The folder CACHE keeps the
# root for the next time. Needs root and, for the root and what the packages depend on, a Debian mirror.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/root.sh"
[ "$(id -u)" = 0 ] || fail "this needs root"
packages=$(realpath "$1")
mkdir -p "$2"
cache=$(realpath "$2")
scratch=$(mktemp -d -p "$cache")
trap 'shutdown; rm -rf --one-file-system "$scratch"' EXIT
root=$scratch/root
config=$root/etc/jetstreamd/jetstreamd.yaml
daemon_package=$(basename "$packages"/jetstreamd_*.deb)
tools_package=$(basename "$packages"/jetstream-tools_*.deb)

# Everything that the packages depend on, once for each set of dependencies: what follows has no network.
fetch() {
  local wanted
  wanted=$(for package in "$packages"/*.deb; do dpkg-deb -f "$package" Package Depends Recommends; done | sha256sum)
  [ "$(cat "$cache/fetched" 2>/dev/null)" != "$wanted" ] || return 0
  say "fetching what the packages depend on"
  mkdir -p "$cache/base/packages"
  cp "$packages"/*.deb "$cache/base/packages/"
  cp /etc/resolv.conf "$cache/base/etc/resolv.conf"
  chroot "$cache/base" sh -c 'apt-get update -qq && apt-get install -qq --download-only /packages/*.deb' \
    >"$cache/fetch.log" 2>&1 || { cat "$cache/fetch.log" >&2; fail "fetching"; }
  rm -r "$cache/base/packages"
  echo "$wanted" >"$cache/fetched"
}

# The same package as an earlier version, whose configuration ends in another comment.
make_older_package() {
  dpkg-deb -R "$packages/$daemon_package" "$scratch/older"
  sed -i 's/^Version: .*/Version: 0.0.9-1/' "$scratch/older/DEBIAN/control"
  echo '# The last line of version 0.0.9.' >>"$scratch/older/etc/jetstreamd/jetstreamd.yaml"
  dpkg-deb --root-owner-group -b "$scratch/older" "$root/packages/older.deb" >/dev/null
}

apt() { inside apt-get -qq -o Dpkg::Options::=--force-confold "$@"; }
tree() { (cd "$root" && find . -xdev) | sort; }
active() { inside systemctl is-active jetstreamd.service; }
property() { inside systemctl show --value --property="$1" jetstreamd.service; }
fingerprint() { inside jsctl --json status | grep -o 'sha256:[A-Za-z0-9+/=]*' | head -n 1; }
is() { [ "$1" = "$2" ] || { echo "\"$1\" is not \"$2\""; return 1; }; }

# as_typed WORD: the commands of the block in docs/INSTALL.md that contains WORD.
as_typed() {
  local commands
  commands=$(awk -v word="$1" '/^```/ { if (open && index(block, word)) printf "%s", block; open = !open; block = ""; next }
                               open { block = block $0 "\n" }' "$here/../../docs/INSTALL.md")
  [ -n "$commands" ] || fail "docs/INSTALL.md has no block with $1"
  inside bash -ec "sudo() { \"\$@\"; }; $commands"
}

test_install() {
  say "install"
  expect "both packages with what they depend on" apt install /packages/older.deb "/packages/$tools_package"
  expect "the user" inside getent passwd jetstreamd
  expect "the groups of the admin sockets" inside getent group jetstreamd-admin jetstreamd-read
  expect "the service is enabled" inside systemctl is-enabled jetstreamd.service
  refuse "the socket is not" inside systemctl is-enabled jetstreamd.socket
  expect "systemd has nothing to say about the units" \
    inside sh -c '! systemd-analyze verify --man=no jetstreamd.service jetstreamd@.service jetstreamd.socket 2>&1 | grep .'
  expect "the exposure of the service is low" \
    inside systemd-analyze security --offline=true --threshold=15 /lib/systemd/system/jetstreamd.service
  expect "every program has a manual" inside sh -c \
    'cd /usr/share/man && ls man8/jetstreamd.8.gz man5/jetstreamd.yaml.5.gz man1/jsctl.1.gz man1/jscat.1.gz'
}

test_run() {
  say "run"
  expect "the daemon runs" active
  expect "the first steps as typed" as_typed "jscat check"
  expect "as a user without privileges" is "$(inside stat -c %U "/proc/$(property MainPID)")" jetstreamd
  expect "the state is the daemon's alone" \
    is "$(inside stat -c '%U:%G %a' /var/lib/jetstreamd)" "jetstreamd:jetstreamd-admin 700"
  test_access
  identity=$(fingerprint)
  [ -n "$identity" ] || fail "no fingerprint in jsctl status"
  inside systemctl kill --signal=KILL jetstreamd.service
  eventually "killed, it is started again" is_restarted
  expect "with the same identity" is "$(fingerprint)" "$identity"
  refuse "its log has no error, and no warning but of who was refused" inside sh -c \
    'journalctl --identifier=jetstreamd --priority=warning --output=cat | grep -v "^admin command refused"'
  expect "the journal finds its events by their fields" inside sh -c \
    'journalctl JETSTREAM_EVENT=daemon.ready --output=cat | grep "^listening"'
}
is_restarted() { is "$(property NRestarts)" 1 && inside jsctl status; }

test_access() {
  local ana=(setpriv --reuid=ana --regid=ana --init-groups jsctl)
  expect "the groups have their sockets" is "$(inside stat -c '%a %G' /run/jetstreamd/admin.sock /run/jetstreamd/read.sock |
    paste -sd' ')" "660 jetstreamd-admin 660 jetstreamd-read"
  inside useradd ana
  refuse "a stranger can't reach them" inside "${ana[@]}" status
  inside usermod --append --groups jetstreamd-read ana
  expect "who may look does so by the read socket" inside "${ana[@]}" status
  refuse "but may not change things" inside "${ana[@]}" log level info
  refuse "nor stop" inside "${ana[@]}" stop
  cp "$scratch/output" "$scratch/told"
  expect "and is told which role it takes" grep 'stop needs role admin; you (uid [0-9]*) have read' "$scratch/told"
  inside usermod --append --groups jetstreamd-admin ana
  expect "an operator may change things" inside "${ana[@]}" log level info
  refuse "but may not stop the daemon" inside "${ana[@]}" stop
}

test_upgrade() {
  say "upgrade with a changed configuration"
  echo '# Mine.' >>"$config"
  local before
  before=$(property MainPID)
  expect "to the newer version" apt install "/packages/$daemon_package"
  refuse "which replaces the older one" is "$(inside dpkg-query -W -f '${Version}' jetstreamd)" 0.0.9-1
  expect "the changed configuration stays" grep -q '^# Mine.' "$config"
  expect "the new one lies beside it" test -e "$config.dpkg-dist"
  expect "the daemon runs" active
  refuse "as another process" is "$(property MainPID)" "$before"
  expect "with the same identity" is "$(fingerprint)" "$identity"

  say "a configuration that the new version refuses"
  echo 'nonsense: 1' >>"$config"
  before=$(property MainPID)
  expect "does not break the upgrade" inside dpkg -i --force-confold "/packages/$daemon_package"
  cp "$scratch/output" "$scratch/told"
  expect "is told with its line" grep 'jetstreamd.yaml:[0-9]*:[0-9]*: error' "$scratch/told"
  expect "leaves the old daemon as it is" is "$(property MainPID)" "$before"
  refuse "does not start" inside systemctl restart jetstreamd.service
  expect "not even again and again" is "$(property ExecMainStatus) $(property NRestarts)" "78 0"
  sed -i '/^nonsense/d' "$config"
  inside systemctl disable jetstreamd.service
  expect "an upgrade starts nothing that is disabled" inside dpkg -i --force-confold "/packages/$daemon_package"
  refuse "so it is still stopped" active
  inside systemctl enable jetstreamd.service
  expect "and starts what is enabled" inside dpkg -i --force-confold "/packages/$daemon_package"
  eventually "so it runs" inside jsctl status
}

test_instance() {
  say "another instance"
  sed 's/^  listen: .*/  listen: "127.0.0.1:8088"/' "$config" >"$root/etc/jetstreamd/edge.yaml"
  expect "starts" inside systemctl start jetstreamd@edge
  expect "is reached at its own socket" inside jsctl --socket /run/jetstreamd-edge/admin.sock status
  expect "serves" inside jscat check 127.0.0.1:8088 --pin-file /var/lib/jetstreamd/edge/identity.pub
  refuse "has an identity of its own" inside cmp /var/lib/jetstreamd/identity.pub /var/lib/jetstreamd/edge/identity.pub
  expect "reloads" inside systemctl reload jetstreamd@edge
  expect "outlives the first one" inside systemctl stop jetstreamd.service
  expect "and is still reached" inside jsctl --socket /run/jetstreamd-edge/admin.sock status
  expect "stops" inside systemctl stop jetstreamd@edge
  rm "$root/etc/jetstreamd/edge.yaml"
  expect "and back to the first one" inside systemctl start jetstreamd.service
}

test_systemd() {
  say "socket activation"
  expect "as typed" as_typed "enable --now jetstreamd.socket"
  expect "systemd holds the socket" is "$(property TriggeredBy)" jetstreamd.socket
  expect "a session" inside jscat check 127.0.0.1:8080 --pin-file /var/lib/jetstreamd/identity.pub
  inside systemctl stop jetstreamd.service
  refuse "the daemon is stopped" active
  expect "the next client starts it" \
    inside jscat check 127.0.0.1:8080 --pin-file /var/lib/jetstreamd/identity.pub
  inside systemctl stop jetstreamd.socket jetstreamd.service
  mkdir "$root/etc/systemd/system/jetstreamd.socket.d"
  printf '%s\n' '[Socket]' ListenDatagram= ListenDatagram=127.0.0.1:808{0,0,0} ReusePort=yes \
    >"$root/etc/systemd/system/jetstreamd.socket.d/workers.conf"
  expect "three sockets of one address" \
    inside sh -c 'systemctl daemon-reload && systemctl start jetstreamd.socket jetstreamd.service'
  expect "make three workers" sh -c 'echo "$1" | grep "\"workers\": *3"' sh "$(inside jsctl --json status)"
  local client
  for client in 1 2 3 4 5 6; do
    expect "client $client" inside jscat check 127.0.0.1:8080 --pin-file /var/lib/jetstreamd/identity.pub
  done
  rm -r "$root/etc/systemd/system/jetstreamd.socket.d"
  inside systemctl daemon-reload
  expect "stop both" inside systemctl disable --now jetstreamd.socket jetstreamd.service
  expect "and back to the service" inside systemctl enable --now jetstreamd.service

  say "a credential"
  expect "as typed" as_typed "jscat keygen"
  expect "the daemon runs" active
  refuse "as somebody else" is "$(fingerprint)" "$identity"
  expect "whose key is root's alone" \
    is "$(inside stat -c '%U %a' /etc/jetstreamd/identity.key)" "root 600"
  expect "and whose public half is known" \
    inside jscat check 127.0.0.1:8080 --pin-file /var/lib/jetstreamd/identity.pub
  rm -r "$root/etc/systemd/system/jetstreamd.service.d" "$root/etc/jetstreamd/identity.key"
  inside systemctl daemon-reload
}

test_remove() {
  say "remove"
  expect "both packages" apt remove jetstreamd jetstream-tools
  refuse "the daemon is stopped" active
  refuse "no program is left" inside sh -c 'ls /usr/sbin/jetstreamd || ls /usr/bin/jsctl || ls /usr/bin/jscat'
  expect "the configuration stays" grep -q '^# Mine.' "$config"
  expect "install again" apt install "/packages/$daemon_package" "/packages/$tools_package"
  eventually "the daemon runs" inside jsctl status
  expect "with the identity of before" is "$(fingerprint)" "$identity"

  say "purge"
  expect "both packages" apt purge jetstreamd jetstream-tools
  # User and groups stay, so that nobody else gets their numbers.
  tree | comm -13 "$scratch/before" - | grep -i 'jetstream\|jsctl\|jscat' | grep -v '^./var/l[io][bg]/\(dpkg\|apt\)' \
    >"$scratch/left" || true
  [ ! -s "$scratch/left" ] || { cat "$scratch/left" >&2; fail "purge left something behind"; }
  echo "   nothing is left of them"
}

debian_root "$cache/base"
fetch
cp -a "$cache/base" "$root"
mkdir "$root/packages"
cp "$packages"/*.deb "$root/packages/"
make_older_package
say "boot"
boot "$root"
tree >"$scratch/before"
test_install
test_run
test_upgrade
test_instance
test_systemd
test_remove
say "packages: all as expected"
