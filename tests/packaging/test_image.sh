#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# test_image.sh CACHE: builds the image of the Dockerfile on a Debian root of the folder CACHE and runs its file
# system as a container would: as process 1, as nobody in particular, read-only, without any capability. Needs root
# and a Debian mirror, but no registry and no container engine: what an engine adds (its network, its volumes, calling
# the health check every ten seconds) is done here by hand, or not at all.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/root.sh"
[ "$(id -u)" = 0 ] || fail "this needs root"
source_dir=$(realpath "$here/../..")
mkdir -p "$1"
cache=$(realpath "$1")
scratch=$(mktemp -d -p "$cache")
container=
trap 'end_container; rm -rf --one-file-system "$scratch"' EXIT

# What buildah keeps goes with the test: nothing of it could be used again once a source file has changed.
store() { buildah --root "$scratch/images" --runroot "$scratch/store" --storage-driver vfs "$@"; }
end_container() {
  [ -z "${keeper:-}" ] || kill -KILL "$keeper" 2>/dev/null || true
  [ -z "$container" ] || store rm "$container" >/dev/null || true
}

build_base() {
  debian_root "$cache/base"
  say "making the base image"
  tar -C "$cache/base" --exclude=./var/cache/apt/archives -cf "$scratch/base.tar" .
  local base
  base=$(store from scratch)
  store add -q "$base" "$scratch/base.tar" >/dev/null
  store commit -q "$base" localhost/debian-base >/dev/null
  store rm "$base" >/dev/null
}

# setting TEMPLATE: what the image says about itself.
setting() { store inspect --type image --format "{{$1}}" localhost/jetstreamd | tr -d '[]'; }

# Gives up everything but the root folder and the user, and becomes the image's program.
become_container='
import ctypes, os, sys
root, user, *words = sys.argv[1:]
user, group = map(int, user.split(":"))
prctl = ctypes.CDLL(None, use_errno=True).prctl
os.chroot(root)
os.chdir("/")
for capability in range(64):
    prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP; there are fewer than 64
prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
os.setgroups([])
os.setgid(group)
os.setuid(user)
os.execve(words[0], words, {})
'

# The processes of a container. The first one is what the image says; $first_process is its number outside.
start() {
  local words
  read -ra words <<<"$(setting .Docker.Config.Entrypoint) $(setting .Docker.Config.Cmd)"
  unshare --mount --pid --net --ipc --uts --fork --kill-child bash -c '
    set -e
    . "$1"
    root=$2 user=$3 program=$4
    shift 4
    ip link set lo up
    mount --make-rprivate /
    mount --bind "$root" "$root"
    mount -o remount,ro,bind "$root"
    mount -t proc proc "$root/proc"
    mount -t tmpfs tmpfs "$root/dev"
    make_devices "$root/dev"
    for folder in run/jetstreamd var/lib/jetstreamd; do  # as volumes take over their owner
      mount -t tmpfs -o "uid=${user%:*},gid=${user#*:},mode=755" tmpfs "$root/$folder"
    done
    exec python3 -c "$program" "$root" "$user" "$@"
  ' bash "$here/root.sh" "$root" "$(setting .Docker.Config.User)" "$become_container" "${words[@]}" >"$scratch/container.log" 2>&1 &
  keeper=$!
  eventually "the daemon is ready" grep -q '"daemon.ready"' "$scratch/container.log"
  first_process=$(pgrep -P "$keeper")
}
# What `docker exec` does.
inside() {
  nsenter --target "$first_process" --mount --pid --net --ipc --uts --root --wd \
    --setuid 65532 --setgid 65532 "$@"
}
healthy() {
  local words
  read -ra words <<<"$(setting .Docker.Config.Healthcheck.Test)"
  [ "${words[0]}" = CMD ] || { echo "the health check needs a shell"; return 1; }
  inside "${words[@]:1}"
}
status_field() { awk -v key="$1:" '$1 == key { print $2; exit }' "/proc/$first_process/status"; }
is() { [ "$1" = "$2" ] || { echo "\"$1\" is not \"$2\""; return 1; }; }

build_base
say "building the image"
store bud --isolation chroot --format docker --build-arg BASE=localhost/debian-base --tag localhost/jetstreamd \
  "$source_dir" >"$cache/build.log" 2>&1 || { tail -n 40 "$cache/build.log" >&2; fail "buildah"; }
container=$(store from localhost/jetstreamd)
root=$(store mount "$container")

say "what is in it"
refuse "no shell, no package manager" sh -c "ls $root/bin/sh || ls $root/usr/bin/sh || ls $root/usr/bin/dpkg"
expect "nothing that gives privileges" is "$(find "$root" -xdev -perm /6000)" ""
printf '   %s in all\n' "$(du -sh "$root" | cut -f 1)"

say "run"
start
expect "as process 1" is "$(status_field NSpid) $(awk '/^NSpid/ { print $NF }' "/proc/$first_process/status")" \
  "$first_process 1"
expect "as user 65532" is "$(status_field Uid)" 65532
expect "without any capability" is "$(status_field CapEff)$(status_field CapBnd)" "$(printf '0%.0s' {1..32})"
refuse "on a file system that it can't change" nsenter --target "$first_process" --mount \
  touch "$root/etc/jetstreamd/new"
expect "the health check" healthy
expect "a session" inside /usr/bin/jscat check 127.0.0.1:8080 --pin-file /var/lib/jetstreamd/identity.pub
kill -STOP "$first_process"
refuse "the health check fails where nobody answers" healthy
kill -CONT "$first_process"
expect "the health check is well again" healthy

say "stop"
expect "the signal is SIGTERM" is "$(setting .Docker.Config.StopSignal)" SIGTERM
begin=$SECONDS
kill -TERM "$first_process"
code=0
wait "$keeper" || code=$?
keeper=
expect "it ends with 0" is "$code" 0
expect "in less than the ten seconds that an engine waits" [ $((SECONDS - begin)) -lt 10 ]
say "image: all as expected"
