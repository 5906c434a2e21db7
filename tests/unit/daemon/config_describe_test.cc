// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <set>

#include "daemon/config/config_schema.h"

using namespace jetstream::daemon;

namespace {

std::string like(std::string_view key) {
  const KeySpec* spec = find_key_like(key);
  return spec == nullptr ? "" : std::string(spec->path);
}

}  // namespace

TEST_CASE("a key is found as it stands in a file") {
  CHECK(like("sessions.timeout") == "sessions.timeout");
  CHECK(like("services.echo.type") == "services.*.type");
  CHECK(like("services.a.b.early_data") == "services.*.early_data");
  CHECK(like("admin.access[0].role") == "admin.access[].role");
  CHECK(like("admin.access[12].user") == "admin.access[].user");
  CHECK(like("services.*.type") == "services.*.type");
  CHECK(like("services") == "services");
  for (const char* none : {"", "sessions", "services.type", "services..type", "services.echo.zzz",
                           "admin.access.role", "timeout", "services.echo"}) {
    INFO(none);
    CHECK(like(none).empty());
  }
}

TEST_CASE("every type of a key has a word, and its bounds are written as in the file") {
  std::set<std::string_view> words;
  for (int i = 0; i <= static_cast<int>(ValueType::kItems); ++i) {
    CHECK(words.insert(to_string(static_cast<ValueType>(i))).second);
  }
  const auto range = [](std::string_view key) {
    const auto found = range_of(*find_key(key));
    return found ? found->min + " " + found->max : "";
  };
  CHECK(range("sessions.timeout") == "1s 10m");
  CHECK(range("sessions.max_data") == "64KiB 64MiB");
  CHECK(range("sessions.max") == "1 1048576");
  CHECK(range("admin.socket.mode") == "0600 0777");
  CHECK(range("server.listen") == "1 16");
  CHECK(range("log.level").empty());
  CHECK(range("sessions.heartbeat_enabled").empty());
  CHECK(units_of(ValueType::kDuration).front() == "us");
  CHECK(units_of(ValueType::kSize).back() == "GB");
  CHECK(units_of(ValueType::kInteger).empty());
  CHECK(default_text_of(*find_key("sessions.timeout")) == "30s");
  CHECK(default_text_of(*find_key("services.*.type")) == "required");
  CHECK(default_text_of(*find_key("server.identity.key_file")) == "unset");
  for (const KeySpec& key : key_table()) CHECK(key.since == "0.1.0");
}
