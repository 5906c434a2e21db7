#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# may_boot.sh: whether this machine lets root do what the tests of packages and image need: namespaces, mounts, devices
# and a control group. Says what it does not. Containers without privileges do none of it.
set -euo pipefail
[ "$(id -u)" = 0 ] || { echo "this is not root"; exit 1; }
groups=/sys/fs/cgroup
[ "$(stat -f -c %T $groups)" = cgroup2fs ] || groups=/sys/fs/cgroup/systemd
mkdir "$groups/may_boot.$$" 2>/dev/null || { echo "no control group can be made"; exit 1; }
rmdir "$groups/may_boot.$$"
exec unshare --mount --pid --net --ipc --uts --cgroup --fork --kill-child bash -ec '
  mount --make-rprivate /
  mount -t tmpfs tmpfs /mnt
  mkdir /mnt/proc
  mount -t proc proc /mnt/proc
  mknod -m 666 /mnt/null c 1 3
  : >/mnt/null'
