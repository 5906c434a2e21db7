// SPDX-License-Identifier: MIT
#include "daemon/metrics/metrics_server.h"

#include <pthread.h>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <list>
#include <optional>
#include <thread>

#include "daemon/metrics/metrics_connection.h"
#include "daemon/metrics/metrics_pages.h"
#include "ipc/socket_file.h"
#include "jetstream/address.h"
#include "net/clock.h"

namespace jetstream::daemon {
namespace {

/// At the same time. One more takes the place of the oldest: whoever has something to ask has done
/// so in milliseconds, and who keeps the others waiting is the one to go.
constexpr std::size_t kConnectionsMax = 64;
constexpr std::string_view kUnixPrefix = "unix:";
/// After which accepting is tried again when the system had no descriptor to give.
constexpr auto kAcceptAgain = std::chrono::milliseconds(100);

using Tcp = asio::ip::tcp;
using Local = asio::local::stream_protocol;

}  // namespace

/// All on its own thread, but for start(), publish() and the destructor.
class MetricsServer::Loop {
 public:
  ~Loop() {
    asio::post(io_, [this] { stop(); });
    if (thread_.joinable()) thread_.join();
  }

  Result<std::string> listen(const std::string& where);
  void run() {
    thread_ = std::thread([this] { io_.run(); });
    pthread_setname_np(thread_.native_handle(), "metrics");
  }
  void publish(std::shared_ptr<const Snapshot> snapshot) {
    asio::post(io_, [this, snapshot = std::move(snapshot)]() mutable {
      pages_.publish(net::clock_now(), std::move(snapshot));
    });
  }

 private:
  Result<std::string> listen_tcp(const PeerAddress& address);
  Result<std::string> listen_unix(const std::string& path);
  template <class Acceptor>
  void accept(Acceptor& acceptor);
  void serve(MetricsConnection::Socket socket);
  void stop();
  std::string answer(const HttpRequest& request);

  asio::io_context io_{1};
  std::optional<ipc::SocketFile> file_;
  std::optional<Tcp::acceptor> tcp_;
  std::optional<Local::acceptor> local_;
  asio::steady_timer accept_again_{io_};
  std::list<std::shared_ptr<MetricsConnection>> connections_;  // the oldest first
  MetricsPages pages_;
  std::thread thread_;
};

Result<std::string> MetricsServer::Loop::listen(const std::string& where) {
  if (where.starts_with(kUnixPrefix)) return listen_unix(where.substr(kUnixPrefix.size()));
  const auto address = parse_endpoint(where);
  if (!address) return unexpected(address.error());
  return listen_tcp(*address);
}

Result<std::string> MetricsServer::Loop::listen_tcp(const PeerAddress& address) {
  // "[::1]:80" and "127.0.0.1:80": Asio wants the part before the port, without brackets.
  std::string host = address.to_string();
  host = host.substr(0, host.rfind(':'));
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  const Tcp::endpoint endpoint(asio::ip::make_address(host), address.port);
  tcp_.emplace(io_);
  asio::error_code error;
  tcp_->open(endpoint.protocol(), error);
  // Connections of a run before may linger; sharing the port with another process is not asked for.
  if (!error) tcp_->set_option(Tcp::acceptor::reuse_address(true), error);
  if (!error) tcp_->bind(endpoint, error);
  if (!error) tcp_->listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return refuse(LocalCode::kSystem,
                  "metrics.listen: " + address.to_string() + ": " + error.message());
  }
  PeerAddress bound = address;
  bound.port = tcp_->local_endpoint(error).port();
  accept(*tcp_);
  return bound.to_string();
}

Result<std::string> MetricsServer::Loop::listen_unix(const std::string& path) {
  ipc::SocketFileOptions options;
  options.path = path;
  auto file = ipc::SocketFile::create(options);
  if (!file) return unexpected(Error{file.error().code, "metrics.listen: " + file.error().message});
  file_.emplace(std::move(*file));
  asio::error_code error;
  local_.emplace(io_);
  local_->assign(Local(), file_->take_listener().release(), error);
  if (error) return refuse(LocalCode::kSystem, "metrics.listen: " + error.message());
  accept(*local_);
  return std::string(kUnixPrefix) + path;
}

template <class Acceptor>
void MetricsServer::Loop::accept(Acceptor& acceptor) {
  acceptor.async_accept([this, &acceptor](const asio::error_code& error, auto socket) {
    if (!acceptor.is_open()) return;
    if (!error) {
      serve(MetricsConnection::Socket(std::move(socket)));
      return accept(acceptor);
    }
    accept_again_.expires_after(kAcceptAgain);
    accept_again_.async_wait([this, &acceptor](const asio::error_code& cancelled) {
      if (!cancelled && acceptor.is_open()) accept(acceptor);
    });
  });
}

void MetricsServer::Loop::serve(MetricsConnection::Socket socket) {
  if (connections_.size() >= kConnectionsMax) connections_.front()->close();
  connections_.push_back(std::make_shared<MetricsConnection>(
      std::move(socket), [this](const HttpRequest& request) { return answer(request); },
      [this](const std::shared_ptr<MetricsConnection>& gone) { connections_.remove(gone); }));
  connections_.back()->start();
}

std::string MetricsServer::Loop::answer(const HttpRequest& request) {
  if (request.input == HttpInput::kRefused) {
    return write_http_answer(request.status, "text/plain; charset=utf-8", "refused\n", false);
  }
  const HttpPage page = pages_.page(net::clock_now(), request.path);
  return write_http_answer(page.status, page.content_type, page.body, request.head);
}

void MetricsServer::Loop::stop() {
  asio::error_code ignored;
  if (tcp_) tcp_->close(ignored);
  if (local_) local_->close(ignored);
  accept_again_.cancel();
  while (!connections_.empty()) {
    const auto oldest = connections_.front();
    oldest->close();
  }
}

MetricsServer::MetricsServer() : loop_(std::make_unique<Loop>()) {}
MetricsServer::~MetricsServer() = default;

Result<std::unique_ptr<MetricsServer>> MetricsServer::start(const std::string& where) {
  std::unique_ptr<MetricsServer> server(new MetricsServer());
  auto bound = server->loop_->listen(where);
  if (!bound) return unexpected(bound.error());
  server->address_ = *std::move(bound);
  server->loop_->run();
  return server;
}

void MetricsServer::publish(std::shared_ptr<const Snapshot> snapshot) {
  loop_->publish(std::move(snapshot));
}

}  // namespace jetstream::daemon
