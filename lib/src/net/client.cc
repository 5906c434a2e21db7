// SPDX-License-Identifier: MIT
#include "jetstream/client.h"

#include <asio/ip/udp.hpp>
#include <cstring>

#include "crypto/openssl_random.h"
#include "jetstream/system_random.h"
#include "net/sockaddr.h"
#include "net/switchboard.h"

namespace jetstream {

Result<Client> Client::create(asio::io_context& io, const EndpointConfig& config,
                              const UdpOptions& udp) {
  if (config.server) {
    return refuse(LocalCode::kInvalidArgument, "a configuration with `server` is not a client's");
  }
  auto board = std::make_unique<net::Switchboard>(CloseReason::kNormal);
  EndpointConfig own = config;
  own.prefer_aes = config.prefer_aes && crypto::cpu_has_aes();
  auto endpoint = Endpoint::create(std::move(own), system_random());
  if (!endpoint) return unexpected(endpoint.error());
  auto driver = UdpDriver::create(io, udp, std::move(*endpoint));
  if (!driver) return unexpected(driver.error());
  board->run(std::move(*driver));
  return Client(std::move(board));
}

Client::Client(std::unique_ptr<net::Switchboard> board) : board_(std::move(board)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<> Client::migrate(const UdpOptions& udp) { return board_->driver().rebind(udp); }

std::size_t Client::session_count() const { return board_->driver().endpoint().session_count(); }
PeerAddress Client::local_endpoint() const { return board_->driver().local_address(); }

asio::io_context::executor_type Client::executor(net::Switchboard& board) {
  return board.driver().io().get_executor();
}

void Client::start_connect(net::Switchboard& board, const ConnectOptions& options,
                           net::Completion<Connection> completion) {
  board.connect(options, std::move(completion));
}

Result<Connection> Client::connect_early(const ConnectOptions& options, EarlyRefused then) {
  return board_->connect_early(options, then);
}

namespace net {

void start_resolve(asio::io_context& io, const HostPort& host,
                   Completion<std::vector<PeerAddress>> completion) {
  using asio::ip::udp;
  auto resolver = std::make_shared<udp::resolver>(io);
  resolver->async_resolve(
      host.host, std::to_string(host.port), udp::resolver::numeric_service,
      [resolver, name = host.host, held = std::move(completion)](
          const asio::error_code& error, const udp::resolver::results_type& results) mutable {
        std::vector<PeerAddress> addresses;
        for (const auto& entry : results) {
          SocketAddress address{};
          std::memcpy(&address, entry.endpoint().data(), entry.endpoint().size());
          addresses.push_back(from_sockaddr(address));
        }
        if (error || addresses.empty()) {
          held(refuse(LocalCode::kSystem, name + ": " + error.message()));
        } else {
          held(std::move(addresses));
        }
      });
}

}  // namespace net
}  // namespace jetstream
