// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ipc/line_server.h"
#include "raw_socket.h"
#include "temp_dir.h"

namespace jetstream::ipc::testing {

using jetstream::testing::raw_listener;
using jetstream::testing::RawClient;
using jetstream::testing::TempDir;
using std::chrono::milliseconds;

/// What has to run into a timeout waits so long; what must not, for the default.
inline constexpr milliseconds kShort{15};

/// Server and clients on one thread: the clients' calls never wait, and the io_context runs until
/// what was expected has happened.
class Fixture {
 public:
  explicit Fixture(const LineServerOptions& options = {}) {
    server_ =
        std::make_unique<LineServer>(io_, raw_listener(path_), options,
                                     [this](std::string_view line, std::shared_ptr<Answer> answer) {
                                       lines_.emplace_back(line);
                                       handler_(line, std::move(answer));
                                     });
  }

  void on_line(std::function<void(std::string_view, std::shared_ptr<Answer>)> handler) {
    handler_ = std::move(handler);
  }
  RawClient connect() const { return RawClient(path_); }
  LineServer& server() { return *server_; }
  void destroy_server() { server_.reset(); }
  const std::vector<std::string>& lines() const { return lines_; }

  bool until(const std::function<bool()>& happened) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!happened() && std::chrono::steady_clock::now() < deadline) {
      io_.restart();
      io_.run_one_for(milliseconds(5));
    }
    return happened();
  }
  bool until_received(RawClient& client, const std::string& text) {
    return until([&] {
      client.receive();
      return client.received() == text;
    });
  }
  bool until_ended(RawClient& client) {
    return until([&] {
      client.receive();
      return client.ended();
    });
  }
  /// Runs what can run without waiting.
  void settle() {
    io_.restart();
    io_.poll();
  }

 private:
  TempDir dir_;
  std::string path_ = dir_.file("s");
  asio::io_context io_;
  std::vector<std::string> lines_;
  std::function<void(std::string_view, std::shared_ptr<Answer>)> handler_ =
      [](std::string_view line, const std::shared_ptr<Answer>& answer) {
        answer->finish("<" + std::string(line) + ">\n");
      };
  std::unique_ptr<LineServer> server_;
};

}  // namespace jetstream::ipc::testing
