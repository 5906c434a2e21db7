// SPDX-License-Identifier: MIT
//
// The key table against everything that must agree with it.
#include "daemon/config/config_schema.h"

#include <array>
#include <catch2/catch.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "daemon/config/config_docs.h"
#include "daemon/config/config_values.h"
#include "daemon/generated_files.h"

using namespace jetstream;
using namespace jetstream::daemon;

namespace {

std::string read_file(const std::string& path) {
  std::ifstream in(std::string(JS_SOURCE_DIR) + "/" + path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

Config profile(const std::string& name) {
  auto config = load_config(std::string(JS_SOURCE_DIR) + "/config/" + name);
  if (!config) FAIL(config.error().text());
  return *config;
}

bool is_item_key(std::string_view path) {
  return path.find_first_of("*[") != std::string_view::npos;
}

// A document that sets one key of the table.
std::string document(std::string_view path, const std::string& value) {
  std::string text = "version: 1\n";
  std::size_t depth = 0;
  while (true) {
    const std::size_t dot = path.find('.');
    text += std::string(depth++ * 2, ' ') + std::string(path.substr(0, dot)) + ":";
    if (dot == std::string_view::npos) return text + " " + value + "\n";
    text += "\n";
    path.remove_prefix(dot + 1);
  }
}

bool accepted(const KeySpec& key, const std::string& value) {
  return load_config_text("/t.yaml", document(key.path, value)).has_value();
}

}  // namespace

TEST_CASE("every row of the table is whole") {
  std::set<std::string_view> paths;
  for (const KeySpec& key : key_table()) {
    INFO(key.path);
    CHECK(paths.insert(key.path).second);
    CHECK(find_key(key.path) == &key);
    CHECK(key.store != nullptr);
    CHECK(key.doc.size() > 10);
    CHECK(key.doc.ends_with('.'));
    CHECK(key.doc.find_first_of("|\n") == std::string_view::npos);
    CHECK((key.type == ValueType::kChoice) == !key.choices.empty());
    CHECK(key.min <= key.max);
    CHECK(find_key(key.path.substr(0, key.path.rfind('.'))) ==
          (key.path.rfind('.') == std::string_view::npos ? &key : nullptr));
  }
  CHECK(key_table().front().path == "version");
}

TEST_CASE("the keys of a section stand together") {
  std::set<std::string> closed;
  std::string section;
  for (const KeySpec& key : key_table()) {
    const std::string now(key.path.substr(0, key.path.find('.')));
    if (now == section) continue;
    CHECK(closed.insert(now).second);
    section = now;
  }
}

TEST_CASE("ranges hold at their ends and not beyond") {
  const std::set<std::string_view> kNotTheLeast{"sessions.max_stream_data", "limits.worker_memory",
                                                "drain.deadline", "dynamic_bans.ban_at",
                                                "dynamic_bans.max_duration"};
  const std::set<std::string_view> kNotTheMost{"sessions.message_bytes_max", "drain.pace",
                                               "dynamic_bans.warn_at", "dynamic_bans.duration"};
  for (const KeySpec& key : key_table()) {
    if (is_item_key(key.path) || key.path == "version") continue;
    INFO(key.path);
    const auto text = [&](std::int64_t value) {
      return key.type == ValueType::kDuration ? format_duration(value)
             : key.type == ValueType::kSize   ? format_size(value)
                                              : std::to_string(value);
    };
    const std::int64_t step = key.type == ValueType::kDuration ? 1000 : 1;
    switch (key.type) {
      case ValueType::kInteger:
      case ValueType::kIntegerOrAuto:
      case ValueType::kDuration:
      case ValueType::kSize:
        // The window of a stream must hold a message: that rule has a test of its own.
        // So must the memory of a worker some of them, and the time of a drain its pace; and who
        // is banned is warned of before, for no longer than the longest ban.
        if (!kNotTheLeast.contains(key.path)) CHECK(accepted(key, text(key.min)));
        if (!kNotTheMost.contains(key.path)) CHECK(accepted(key, text(key.max)));
        // No time is shorter than none.
        if (key.type != ValueType::kDuration || key.min > 0) {
          CHECK_FALSE(accepted(key, text(key.min - step)));
        }
        CHECK_FALSE(accepted(key, text(key.max + step)));
        break;
      case ValueType::kChoice:
        for (const std::string& word : split_choices(key.choices)) {
          if (word != "required") CHECK(accepted(key, word));
        }
        CHECK_FALSE(accepted(key, "nonsense"));
        break;
      default:
        break;
    }
  }
}

TEST_CASE("what the documents and the library say is what is parsed") {
  const Config config = default_config();
  const SessionConfig library;
  const EndpointConfig endpoint;
  const ServerConfig server{.identity = *Identity::from_seed(std::array<std::uint8_t, 32>{}),
                            .authorized_clients = {}};
  CHECK(config.version == 1);
  REQUIRE(config.listen.size() == 1);
  CHECK(config.listen[0].to_string() == "127.0.0.1:8080");
  CHECK_FALSE(config.workers.has_value());
  CHECK(config.worker_count() >= 1);
  CHECK(config.worker_count() <= 64);
  CHECK(config.state_dir == "/var/lib/jetstreamd");
  CHECK(config.identity_key_file() == "/var/lib/jetstreamd/identity.key");
  CHECK(config.client_auth == ClientAuth::kOff);
  CHECK(config.authorized_clients_file.empty());
  CHECK(config.sessions_max == server.sessions_max);
  CHECK(config.worker_memory == endpoint.memory_bytes_max);
  CHECK(config.half_open_max == server.half_open_max);
  CHECK(config.sessions_max_per_source == server.sessions_max_per_source);
  CHECK(config.sessions_max_per_source == 4096);
  CHECK(config.handshake_rate_per_source == server.handshake_rate_per_source);
  CHECK(config.handshake_rate_per_source == 100);
  CHECK(config.handshake_burst_per_source == server.handshake_burst_per_source);
  CHECK(config.handshake_burst_per_source == 200);
  CHECK(config.limits_exempt == server.exempt);
  CHECK(config.retry == server.retry);
  CHECK(config.session.timeout == library.timeout);
  CHECK(config.session.timeout == std::chrono::seconds(30));
  CHECK(config.session.heartbeat_interval == library.heartbeat_interval);
  CHECK(config.session.heartbeat_interval == std::chrono::seconds(5));
  CHECK(config.session.heartbeat_timeout_count == library.heartbeat_timeout_count);
  CHECK(config.session.heartbeat_timeout_count == 3);
  CHECK_FALSE(config.session.heartbeat_enabled);
  CHECK(config.session.max_streams == library.max_streams);
  CHECK(config.session.max_streams == 100);
  CHECK(config.session.max_data == library.max_data);
  CHECK(config.session.max_stream_data == library.max_stream_data);
  CHECK(config.session.message_bytes_max == library.message_bytes_max);
  CHECK(config.session.datagram_bytes_max == library.datagram_bytes_max);
  CHECK(config.session.send_buffer_bytes_max == library.send_buffer_bytes_max);
  CHECK(config.cleanup_interval == endpoint.cleanup_interval);
  CHECK(config.cleanup_interval == std::chrono::seconds(10));
  CHECK(config.handshake_timeout == endpoint.handshake_timeout);
  CHECK(config.limits == RateLimits{.messages_per_second = 100, .bytes_per_second = 1048576});
  CHECK(config.global_messages_per_second == 10'000);
  CHECK(config.global_bytes_per_second == 100'000'000);
  CHECK(config.services.at("echo").type == ServiceType::kEcho);
  CHECK(config.services.at("sink").type == ServiceType::kSink);
  CHECK(config.services.size() == 2);
  CHECK(config.admin_socket == "/run/jetstreamd/admin.sock");
  CHECK(config.admin_socket_mode == 0660);
  CHECK(config.admin_socket_group.empty());
  CHECK(config.admin_read_socket_enabled);
  CHECK(config.read_socket_path() == "/run/jetstreamd/read.sock");
  CHECK(config.admin_read_socket_mode == 0660);
  CHECK(config.admin_read_socket_group == "jetstreamd-read");
  CHECK(config.admin_access ==
        std::vector<AccessRule>{{"", "jetstreamd-admin", AdminRole::kOperate},
                                {"", "jetstreamd-read", AdminRole::kRead}});
  CHECK(config.log_level == LogLevel::kInfo);
  CHECK(config.log_format == LogFormat::kAuto);
  CHECK(config.log_peer_addresses == PeerAddresses::kFull);
  CHECK(config.origins.empty());
}

TEST_CASE("limits may be off, and nothing else may") {
  for (const KeySpec& key : key_table()) {
    if (is_item_key(key.path) || key.type == ValueType::kChoice) continue;
    if (key.type == ValueType::kPath || key.type == ValueType::kName) continue;
    INFO(key.path);
    CHECK(accepted(key, "off") == key.may_be_off);
    CHECK(key.may_be_off == (describe_type(key).find(", or off") != std::string::npos));
  }
  const auto config = load_config_text("/t.yaml",
                                       "version: 1\n"
                                       "limits:\n"
                                       "  mode: observe\n"
                                       "  session: {messages_per_second: off}\n"
                                       "  global: {bytes_per_second: off}\n");
  REQUIRE(config.has_value());
  CHECK(config->limits == RateLimits{.messages_per_second = 0,
                                     .bytes_per_second = 1048576,
                                     .mode = LimitMode::kObserve});
  CHECK(config->global_messages_per_second == 10'000);
  CHECK(config->global_bytes_per_second == 0);
}

TEST_CASE("the profiles have the limits that the documents give them") {
  const std::string folder = std::string(JS_SOURCE_DIR) + "/config/";
  const auto production = load_config(folder + "production.yaml");
  REQUIRE(production.has_value());
  CHECK(production->limits.messages_per_second == 500);
  CHECK(production->limits.bytes_per_second == 1048576);
  CHECK(production->global_messages_per_second == 50'000);
  CHECK(production->handshake_rate_per_source == 100);
  CHECK(production->limits_exempt.empty());
  const auto bench = load_config(folder + "bench.yaml");
  REQUIRE(bench.has_value());
  CHECK(bench->limits == RateLimits{});
  CHECK(bench->global_messages_per_second == 0);
  CHECK(bench->global_bytes_per_second == 0);
  CHECK(bench->handshake_rate_per_source == 0);
  CHECK(bench->sessions_max_per_source == bench->sessions_max);
}

TEST_CASE("the printed default names every key and is read back") {
  const std::string text = default_config_text();
  REQUIRE(load_config_text("/t.yaml", text).has_value());
  for (const KeySpec& key : key_table()) {
    INFO(key.path);
    const std::string name(key.path.substr(key.path.rfind('.') + 1));
    CHECK(text.find(name + ":") != std::string::npos);
    CHECK(config_reference().find("`" + std::string(key.path.substr(0, key.path.find('*')))) !=
          std::string::npos);
  }
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 102);
}

TEST_CASE("every default in the file is the default of its key") {
  const auto config = load_config_text("/t.yaml", default_config_text());
  REQUIRE(config.has_value());
  std::set<std::string> set;
  for (const auto& [key, origin] : config->origins) set.insert(key);
  for (const KeySpec& key : key_table()) {
    if (is_item_key(key.path)) continue;
    INFO(key.path);
    CHECK(set.contains(std::string(key.path)) == !key.default_text.empty());
  }
}

TEST_CASE("the generated files are those in the repository") {
  for (const GeneratedFile& file : generated_files()) {
    INFO(file.path << " is stale: build the target generate_docs");
    CHECK(read_file(file.path) == file.text);
  }
}

TEST_CASE("the production profile is the documents'") {
  const Config config = profile("production.yaml");
  CHECK(config.session.timeout == std::chrono::seconds(60));
  CHECK(config.session.heartbeat_enabled);
  CHECK(config.session.heartbeat_interval == std::chrono::seconds(10));
  CHECK(config.session.max_streams == 200);
  CHECK(config.cleanup_interval == std::chrono::seconds(30));
  CHECK(config.log_format == LogFormat::kJson);
}

TEST_CASE("the development profile is the documents'") {
  const Config config = profile("development.yaml");
  CHECK(config.session.timeout == std::chrono::seconds(10));
  CHECK(config.session.heartbeat_enabled);
  CHECK(config.session.heartbeat_interval == std::chrono::seconds(2));
  CHECK(config.log_level == LogLevel::kDebug);
  CHECK(config.log_format == LogFormat::kText);
}

TEST_CASE("the bench profile logs nothing on the way and takes a free port") {
  const Config config = profile("bench.yaml");
  CHECK(config.log_level == LogLevel::kWarning);
  CHECK(config.listen.at(0).port == 0);
  CHECK(config.session.max_data == 64 * 1024 * 1024);
}

TEST_CASE("metrics are told at an address or a socket, or not at all") {
  const auto where = [](const std::string& text) {
    const auto config =
        load_config_text("/etc/t.yaml", "version: 1\nmetrics: {listen: " + text + "}\n");
    return config ? config->metrics_listen : config.error().text();
  };
  CHECK(default_config().metrics_listen.empty());
  CHECK(where("off").empty());
  CHECK(where("127.0.0.1:9464") == "127.0.0.1:9464");
  CHECK(where("\"[::1]:9464\"") == "[::1]:9464");
  CHECK(where("unix:/run/m.sock") == "unix:/run/m.sock");
  CHECK(where("unix:m.sock") == "unix:/etc/m.sock");
  CHECK(where("unix:/" + std::string(106, 'x')) == "unix:/" + std::string(106, 'x'));
  for (const std::string& wrong :
       {std::string("on"), std::string("9464"), std::string("\"*:9464\""),
        std::string("localhost:9464"), std::string("unix:"), "unix:/" + std::string(107, 'x'),
        std::string("[off]")}) {
    INFO(wrong);
    CHECK(where(wrong).find("/etc/t.yaml:2:") == 0);
  }
}
