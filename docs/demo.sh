#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# docs/demo.sh BUILD_FOLDER: one session from hello to close, shown as it happens. Everything it starts it also ends;
# what it writes is in a folder of its own that is removed in the end.
set -euo pipefail
build=${1:-build/release}
server=127.0.0.1:8080
dir=$(mktemp -d)
daemon_pid=
client_pid=
tidy_up() {
  [ -z "$client_pid" ] || kill "$client_pid" 2>/dev/null || true
  [ -z "$daemon_pid" ] || kill "$daemon_pid" 2>/dev/null || true
  rm -rf "$dir"
}
trap tidy_up EXIT

title() { printf '\n\033[1m# %s\033[0m\n' "$*"; }
show() { # prints the command without the folders, then runs it
  printf '\033[2m$ %s\033[0m\n' "$(sed -e "s#$build/[a-z/]*/##g; s#$dir#DIR#g" <<<"$*")"
  "$@"
}
jsctl() { show "$build/cli/jsctl/jsctl" --socket "$dir/admin.sock" "$@"; }
wait_for() { # file, text: follows the file until the text is in it
  grep -q -m 1 -- "$2" < <(timeout 20 tail -n +1 -f --pid="$$" "$1") ||
    { echo "demo: waited 20 s for: $2" >&2; cat "$1" >&2; exit 1; }
}

title "the daemon, with its shipped configuration"
printf '\033[2m$ jetstreamd --config config/jetstreamd.yaml --state-dir DIR --admin-socket DIR/admin.sock &\033[0m\n'
"$build/daemon/jetstreamd" --config config/jetstreamd.yaml --state-dir "$dir" --admin-socket "$dir/admin.sock" 2>"$dir/log" &
daemon_pid=$!
wait_for "$dir/log" '"event":"daemon\.\(ready\|failed\)"'
if grep -q '"event":"daemon.failed"' "$dir/log"; then cat "$dir/log"; daemon_pid=; exit 1; fi
show cat "$dir/identity.pub"

title "a client that trusts this key: one session, an echo on three streams"
printf '\033[2m$ jscat check %s --pin-file DIR/identity.pub --streams 3 --hold &\033[0m\n' "$server"
"$build/cli/jscat/jscat" check "$server" --pin-file "$dir/identity.pub" --streams 3 --hold >"$dir/client" 2>&1 &
client_pid=$!
wait_for "$dir/client" '^holding\|^jscat:'
cat "$dir/client"
grep -q '^holding' "$dir/client"

title "what the operator sees"
jsctl status
jsctl session list
session=$(sed -n 's/^session \([0-9]*\) .*/\1/p' "$dir/client" | head -n 1)

title "the operator closes the session, and the client is told"
jsctl session close "$session" --reason going_away --message "demo is over"
wait "$client_pid"
client_pid=
tail -n 1 "$dir/client"
jsctl session list

title "a graceful stop"
jsctl stop
wait "$daemon_pid"
daemon_pid=
cat "$dir/log"
title "done: the daemon ended with exit code 0"
