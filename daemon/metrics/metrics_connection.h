// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <asio/generic/stream_protocol.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "daemon/metrics/http_request.h"

namespace jetstream::daemon {

/// One connection to the metrics server: one request, one answer, and that within kExchange from
/// the first byte to the last, however slow the other side is.
class MetricsConnection : public std::enable_shared_from_this<MetricsConnection> {
 public:
  using Socket = asio::generic::stream_protocol::socket;
  using MakeAnswer = std::function<std::string(const HttpRequest&)>;
  using OnClosed = std::function<void(const std::shared_ptr<MetricsConnection>&)>;

  /// Ten times what a scrape over a slow line takes.
  static constexpr std::chrono::seconds kExchange{5};

  MetricsConnection(Socket socket, MakeAnswer make_answer, OnClosed on_closed)
      : socket_(std::move(socket)),
        timer_(socket_.get_executor()),
        make_answer_(std::move(make_answer)),
        on_closed_(std::move(on_closed)) {}

  void start();
  /// Calls OnClosed, the first time.
  void close();

 private:
  void read_more();
  void answer(const HttpRequest& request);
  void discard();

  Socket socket_;
  asio::steady_timer timer_;
  MakeAnswer make_answer_;
  OnClosed on_closed_;
  std::string received_;
  std::array<char, 4096> chunk_{};
  std::string outgoing_;
  std::size_t discarded_ = 0;
};

}  // namespace jetstream::daemon
