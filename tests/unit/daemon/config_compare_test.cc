// SPDX-License-Identifier: MIT
#include "daemon/config/config_compare.h"

#include <catch2/catch.hpp>

using namespace jetstream;
using namespace jetstream::daemon;

namespace {

Config loaded(const std::string& text) {
  const auto config = load_config_text("/etc/t.yaml", "version: 1\n" + text);
  if (!config) FAIL(config.error().text());
  return *config;
}

using Changes = std::vector<std::string>;

Changes changes(const Config& before, const Config& after) {
  Changes lines;
  for (const ConfigChange& change : compare(before, after).changes) {
    lines.push_back(change.key + ": " + change.before + " -> " + change.after + " " +
                    std::string(to_string(change.reload)));
  }
  return lines;
}

}  // namespace

TEST_CASE("what is written in another way is no change") {
  CHECK(compare(loaded("sessions: {timeout: 90s}\n"), loaded("sessions: {timeout: 1m30s}\n"))
            .changes.empty());
  CHECK(compare(loaded("server: {listen: \"127.0.0.1:8080\"}\n"), loaded("")).changes.empty());
  CHECK(compare(loaded("server: {state_dir: /etc/../var/lib/jetstreamd}\n"), loaded(""))
            .changes.empty());
  const auto none = compare(loaded(""), loaded(""));
  CHECK(none.unchanged > 50);
}

TEST_CASE("changes come in the order of the table, with what they take") {
  const Config before = loaded("");
  const Config after = loaded(
      "log: {level: debug}\n"
      "sessions: {timeout: 40s}\n"
      "server: {workers: 2}\n");
  CHECK(changes(before, after) == Changes{"server.workers: auto -> 2 restart",
                                          "sessions.timeout: 30s -> 40s new_sessions",
                                          "log.level: info -> debug all_sessions"});
  CHECK(compare(before, after).unchanged == compare(before, before).unchanged - 3);
}

TEST_CASE("items are compared by their names and places, what is gone last") {
  const Config before = loaded(
      "services: {a: {type: echo}, b: {type: echo}}\n"
      "admin: {access: [{user: x, role: read}]}\n");
  const Config after = loaded(
      "services: {b: {type: sink}, c: {type: echo}}\n"
      "admin: {access: [{user: z, role: read}]}\n");
  CHECK(changes(before, after) == Changes{"services.b.type: echo -> sink all_sessions",
                                          "services.c.type:  -> echo all_sessions",
                                          "services.c.early_data:  -> false all_sessions",
                                          "admin.access[0].user: x -> z all_sessions",
                                          "services.a.early_data: false ->  all_sessions",
                                          "services.a.type: echo ->  all_sessions"});
}

TEST_CASE("other keys in the same file of clients are a change of the key that names it") {
  const Config before = loaded("server: {client_auth: required, authorized_clients_file: keys}\n");
  Config after = before;
  CHECK(changes(before, after).empty());
  after.authorized_clients = {PublicKey{1}, PublicKey{2}};
  CHECK(changes(before, after) ==
        Changes{"server.authorized_clients_file: /etc/keys with 0 keys -> "
                "/etc/keys with 2 keys (2 new, 0 gone) all_sessions"});
  Config exchanged = after;
  exchanged.authorized_clients[0] = PublicKey{3};
  CHECK(changes(after, exchanged) ==
        Changes{"server.authorized_clients_file: /etc/keys with 2 keys -> "
                "/etc/keys with 2 keys (1 new, 1 gone) all_sessions"});
}
