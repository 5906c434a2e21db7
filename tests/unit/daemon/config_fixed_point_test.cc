// SPDX-License-Identifier: MIT
//
// What is printed of a configuration means the same when it is loaded, and is printed the same.
#include <catch2/catch.hpp>
#include <filesystem>

#include "daemon/config/config_compare.h"
#include "daemon/config/config_docs.h"
#include "daemon/config/config_format.h"
#include "unit/daemon/config_mutations.h"

using namespace jetstream::daemon;

namespace {

// Loads what is printed of `config`, which stood in a file elsewhere: paths are printed whole.
Config again(const Config& config, Shown shown = Shown::kEffective, bool with_origin = false) {
  const std::string text = to_yaml(config, shown, with_origin);
  const auto loaded = load_config_text("/elsewhere/u.yaml", text);
  INFO(text);
  if (!loaded) FAIL(loaded.error().text());
  return *loaded;
}

bool same(const Config& a, const Config& b) {
  const ConfigDifference difference = compare(a, b);
  for (const ConfigChange& change : difference.changes) {
    UNSCOPED_INFO(change.key << ": " << change.before << " -> " << change.after);
  }
  return difference.changes.empty();
}

void check_fixed_point(const Config& config) {
  const Config loaded = again(config);
  CHECK(same(config, loaded));
  CHECK(to_yaml(loaded) == to_yaml(config));
  CHECK(same(config, again(config, Shown::kEffective, true)));
  CHECK(same(config, again(config, Shown::kExplicit)));
  CHECK(same(config, again(config, Shown::kChanged)));
}

}  // namespace

TEST_CASE("the profiles that are shipped are printed as what they mean") {
  check_fixed_point(default_config());
  int profiles = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(JS_SOURCE_DIR) + "/config")) {
    INFO(entry.path());
    const auto config = load_config(entry.path());
    REQUIRE(config.has_value());
    check_fixed_point(*config);
    ++profiles;
  }
  CHECK(profiles >= 4);
}

TEST_CASE("every key that can be set is printed as what it means") {
  const auto config = load_config_text(
      "/etc/jetstreamd/t.yaml",
      "version: 1\n"
      "server: {listen: [\"0.0.0.0:1\", \"[::]:2\"], workers: 3, identity: {key_file: a b},\n"
      "         authorized_clients_file: \"#keys\"}\n"
      "sessions: {timeout: 1m30s, max_data: 65537B}\n"
      "drain: {alternate: \"192.0.2.1:3\", retry_after: 1500us}\n"
      "limits: {mode: observe, session: {messages_per_second: off}, exempt: []}\n"
      "access: {allow: [\"10.0.0.0/8\", \"2001:db8::/32\"], deny: \"10.1.0.0/16\"}\n"
      "services: {\"on\": {type: sink}, \"a.b\": {type: echo, early_data: true}, \"1\": {type: "
      "echo},\n"
      "           \"quo\\\"te\\\\\": {type: sink}, \"#no_comment\": {type: sink}}\n"
      "admin: {socket: {mode: \"0640\", group: \"100\"},\n"
      "        access: [{user: \"null\", role: read}, {group: 7, role: admin}]}\n"
      "metrics: {listen: \"unix:m.sock\"}\n"
      "log: {level: trace, format: text}\n");
  if (!config) FAIL(config.error().text());
  check_fixed_point(*config);
  CHECK(again(*config).key_file == "/etc/jetstreamd/a b");
  CHECK(again(*config).metrics_listen == "unix:/etc/jetstreamd/m.sock");
  CHECK(again(*config).services.size() == 5);
}

TEST_CASE("damaged configurations that are accepted are printed as what they mean") {
  const std::string original = default_config_text();
  std::mt19937 random(20240229);
  int accepted = 0;
  for (int round = 0; round < 2000; ++round) {
    const std::string text =
        round < 1500 ? mutate(original, random) : "version: 1\n" + noise(random);
    const auto config = load_config_text("/etc/t.yaml", text);
    if (!config) continue;
    INFO("round " << round << "\n" << text);
    const Config loaded = again(*config);
    CHECK(same(*config, loaded));
    CHECK(to_yaml(loaded) == to_yaml(*config));
    ++accepted;
  }
  CHECK(accepted > 200);
}

TEST_CASE("an origin can't break out of its comment") {
  auto config = load_config_text("/t.yaml", "version: 1\nlog: {level: debug}\n");
  REQUIRE(config.has_value());
  config->origins["log.level"] = "/a\nzzz: 1\n.yaml:2";
  CHECK(to_yaml(*config, Shown::kExplicit, true, "log") ==
        "log:\n  level: debug  # /a?zzz: 1?.yaml:2\n");
  CHECK(same(*config, again(*config, Shown::kEffective, true)));
}
