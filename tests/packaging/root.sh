# SPDX-License-Identifier: MIT
# Sourced by the tests of packages and image: a Debian root with systemd as its first process, and words to say what
# is expected. Whoever sources it is root and has set `scratch`, a folder that is removed afterwards.

say() { printf '\033[1m== %s\033[0m\n' "$*" >&2; }

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}

# expect WHAT COMMAND...: the command has to succeed. Its output is in $scratch/output.
expect() {
  local what=$1
  shift
  "$@" >"$scratch/output" 2>&1 || { cat "$scratch/output" >&2; fail "$what: $*"; }
  printf '   %s\n' "$what"
}

# refuse WHAT COMMAND...: the command has to fail.
refuse() {
  local what=$1
  shift
  if "$@" >"$scratch/output" 2>&1; then cat "$scratch/output" >&2; fail "$what: $*"; fi
  printf '   %s\n' "$what"
}

# eventually WHAT COMMAND...: the command has to succeed within a minute.
eventually() {
  local what=$1 end=$((SECONDS + 60))
  shift
  until "$@" >"$scratch/output" 2>&1; do
    [ "$SECONDS" -lt "$end" ] || { cat "$scratch/output" >&2; fail "$what: $*"; }
    sleep 0.1
  done
  printf '   %s\n' "$what"
}

# debian_root FOLDER: the smallest Debian 12 with systemd, made once.
debian_root() {
  [ ! -d "$1" ] || return 0
  say "making a Debian 12 root (once)"
  rm -rf "$1.new"
  debootstrap --variant=minbase --include=systemd bookworm "$1.new" >"$1.log" 2>&1 ||
    { tail -n 20 "$1.log" >&2; fail "debootstrap"; }
  mv "$1.new" "$1"
}

# make_devices FOLDER: those that every container has.
make_devices() {
  local name major minor
  while read -r name major minor; do
    mknod -m 666 "$1/$name" c "$major" "$minor"
  done <<<$'null 1 3\nzero 1 5\nfull 1 7\nrandom 1 8\nurandom 1 9\ntty 5 0'
  ln -s /proc/self/fd "$1/fd"
}

# Runs in the new namespaces: what systemd wants to find, and nothing of the machine that it could change.
prepare_root() {
  local root=$1
  mount --make-rprivate /
  mount --bind "$root" "$root"
  mount -t proc proc "$root/proc"
  mount --bind "$root/proc/sys" "$root/proc/sys"
  mount -o remount,ro,bind "$root/proc/sys"
  mount -t sysfs -o ro sysfs "$root/sys"
  if [ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ]; then
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
  else
    mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
    mkdir "$root/sys/fs/cgroup/systemd"
    mount -t cgroup -o none,name=systemd,xattr cgroup "$root/sys/fs/cgroup/systemd"
  fi
  for folder in run tmp dev; do mount -t tmpfs tmpfs "$root/$folder"; done
  make_devices "$root/dev"
  mkdir "$root/dev/shm" "$root/dev/pts"
  mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
  ln -s pts/ptmx "$root/dev/ptmx"
  # systemd mounts a service's credentials in another namespace, and counts on seeing them in its own.
  mount --make-rshared "$root"
}

# boot ROOT: starts systemd in ROOT, in namespaces and a control group of its own; shutdown ends it with all it
# started. `inside COMMAND...` then runs there.
boot() {
  local groups=/sys/fs/cgroup
  [ "$(stat -f -c %T $groups)" = cgroup2fs ] || groups=/sys/fs/cgroup/systemd
  group=$groups/packages-test.$$
  mkdir "$group"
  (
    echo "$BASHPID" >"$group/cgroup.procs"
    exec unshare --mount --pid --net --ipc --uts --cgroup --fork --kill-child bash -c '
      set -e
      . "$1"
      ip link set lo up
      prepare_root "$2"
      exec chroot "$2" env -i container=other PATH=/usr/sbin:/usr/bin /lib/systemd/systemd --unit=multi-user.target
    ' bash "${BASH_SOURCE[0]}" "$1"
  ) >"$scratch/boot.log" 2>&1 &
  keeper=$!
  eventually "systemd has started" find_first_process
  eventually "and finished starting" inside sh -c 'systemctl is-system-running | grep -x "running\|degraded"'
}
find_first_process() {
  first_process=$(pgrep -P "$keeper") && [ "$(cat "/proc/$first_process/comm")" = systemd ]
}
inside() {
  nsenter --target "$first_process" --mount --pid --net --ipc --uts --cgroup --root --wd \
    env -i PATH=/usr/sbin:/usr/bin LC_ALL=C DEBIAN_FRONTEND=noninteractive "$@"
}
shutdown() {
  [ -n "${keeper:-}" ] || return 0
  kill -KILL "$keeper" 2>/dev/null || true
  wait "$keeper" 2>/dev/null || true
  keeper=
  # The deepest groups first; the last process may take a moment to be gone.
  local end=$((SECONDS + 10))
  until find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || [ "$SECONDS" -ge "$end" ]; do sleep 0.1; done
}
