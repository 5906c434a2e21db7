// SPDX-License-Identifier: MIT
#include "pages/pages.h"

#include "cli/jscat/args.h"
#include "daemon/config/config_schema.h"
#include "daemon/process/args.h"
#include "daemon/process/signals.h"
#include "jsctl/args.h"
#include "pages/completion.h"
#include "pages/config_page.h"
#include "pages/describe.h"
#include "pages/man_page.h"

namespace jetstream::pages {
namespace {

const Notes kDaemon{
    .section = 8,
    .manual = "System Administration",
    .description =
        R"(`jetstreamd` serves encrypted, multiplexed sessions over UDP. It reads one configuration
file, makes its identity key at the first start, and answers `jsctl` on a local socket.

Its log goes to standard error: into the journal with a field for every value where standard error
leads there, as text on a terminal, as one JSON object a line otherwise, or as `log.format` says.

UDP sockets from the service manager (`LISTEN_FDS`, see `sd_listen_fds`(3)) stand in for
`server.listen`, and there are as many workers as sockets for one address. Its credential
identity.key (`LoadCredential=`, see `systemd.exec`(5)) is the private key where
`server.identity.key_file` is unset.
)",
    .files = R"(- `/etc/jetstreamd/jetstreamd.yaml`: the configuration, `jetstreamd.yaml`(5).
- `/var/lib/jetstreamd/identity.key`: the server's private key, made if it is missing.
- `/var/lib/jetstreamd/identity.pub`: its public half, which clients pin.
- `/run/jetstreamd/admin.sock`: the socket that `jsctl` talks to.
- `/run/jetstreamd/read.sock`: the same for those who only look, such as monitoring.
- `/etc/jetstreamd/NAME.yaml`, `/var/lib/jetstreamd/NAME`, `/run/jetstreamd-NAME`: the same for the
  instance `jetstreamd@NAME.service`; `jsctl --socket /run/jetstreamd-NAME/admin.sock` reaches it.
)",
    .examples = R"(Look for mistakes before the daemon does:

    jetstreamd --config /etc/jetstreamd/jetstreamd.yaml --check

See what would run, and where each value comes from:

    jetstreamd --config /etc/jetstreamd/jetstreamd.yaml --dump-config

Run in a terminal, with all state in one folder:

    jetstreamd --config jetstreamd.yaml --state-dir state --admin-socket state/admin.sock
)",
    .see_also = "`jetstreamd.yaml`(5), `jsctl`(1), `jscat`(1)",
};

const Notes kJsctl{
    .section = 1,
    .manual = "User Commands",
    .description =
        R"(`jsctl` asks a running `jetstreamd` on the same machine, over its admin socket. What a
caller may do depends on who the kernel says it is: root and the daemon's own user may do
everything, others what `admin.access` in the configuration grants. Who does not get at the admin
socket, and has named no other one, is connected to the read socket, where everybody may at most look.

Data goes to standard output, everything else to standard error. Options of the program itself may
stand before or after a command.

With `--json` an error of the daemon is a document, too: `{"type":"error","error":{"code":...}}`,
beside the text on standard error.
)",
    .files = R"(- `/run/jetstreamd/admin.sock`: the daemon's admin socket.
- `/run/jetstreamd/read.sock`: the one for those who only look.
)",
    .examples = R"(The sessions there are, and the end of one of them:

    jsctl session list
    jsctl session close 17 --reason going_away --message "see you"

For programs, one JSON document:

    jsctl status --json

Look for mistakes in a configuration, and what one of its keys means; no daemon needs to run:

    jsctl config check /etc/jetstreamd/jetstreamd.yaml
    jsctl config explain sessions.timeout

Stop the daemon and wait until it is gone:

    jsctl stop --wait
)",
    .see_also = "`jetstreamd`(8), `jetstreamd.yaml`(5), `jscat`(1)",
};

const Notes kJscat{
    .section = 1,
    .manual = "User Commands",
    .description =
        R"(`jscat` opens an encrypted session with a server that speaks JetStreamProto, as
`jetstreamd`(8) does, and joins it with standard input and output, measures it, or puts load on it.

A server is trusted if its key is pinned (`--pin`, `--pin-file`) or stands in the file of known
hosts. An unknown server is refused, with its fingerprint and the line to add.

After a session a ticket is kept, readable by its owner alone, and used once by the next session
with the same server, which then needs no new proof of it.
)",
    .files = R"(- `~/.config/jetstream/known_hosts`: servers that are trusted, one a line.
- `~/.config/jetstream/tickets`: a folder of session tickets.
)",
    .examples = R"(As with netcat:

    echo hello | jscat connect 127.0.0.1:8080 --pin-file /var/lib/jetstreamd/identity.pub

Is it there, and how far away:

    jscat ping -c 3 server.example:8080
)",
    .see_also = "`jetstreamd`(8), `jsctl`(1)",
};

Command grammar(void (*visit)(const std::function<void(const CLI::App&)>&)) {
  Command command;
  visit([&command](const CLI::App& app) { command = describe(app); });
  return command;
}

Notes notes_of_daemon() {
  Notes notes = kDaemon;
  for (const daemon::SignalSpec& signal : daemon::signal_table()) {
    notes.signals.emplace_back(signal.name, signal.doc);
  }
  return notes;
}

/// Shells offer the keys of the configuration, where the page names the one that lists them all.
Command with_keys(Command command) {
  for (Option& argument : command.arguments) {
    if (argument.value != "KEY") continue;
    for (const daemon::KeySpec& key : daemon::key_table()) argument.choices.emplace_back(key.path);
  }
  for (Command& below : command.commands) below = with_keys(std::move(below));
  return command;
}

void add_program(std::vector<Page>& pages, Command program, const Notes& notes,
                 const LiveValue& live) {
  const std::string man = "docs/man/" + program.name + "." + std::to_string(notes.section);
  const std::string completion = "docs/completion/" + program.name;
  pages.push_back({man, man_page(program, notes)});
  program = with_keys(std::move(program));
  pages.push_back({completion + ".bash", bash_completion(program, live)});
  pages.push_back({completion + ".zsh", zsh_completion(program, live)});
  pages.push_back({completion + ".fish", fish_completion(program, live)});
}

}  // namespace

std::vector<Page> all_pages() {
  std::vector<Page> pages;
  add_program(pages, grammar(daemon::visit_grammar), notes_of_daemon(), {});
  add_program(pages, grammar(jsctl::visit_grammar), kJsctl,
              {"ID", "jsctl session list --all --no-header"});
  add_program(pages, grammar(jscat::visit_grammar), kJscat, {});
  pages.push_back({"docs/man/jetstreamd.yaml.5", config_page()});
  return pages;
}

}  // namespace jetstream::pages
