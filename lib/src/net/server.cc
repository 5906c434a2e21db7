// SPDX-License-Identifier: MIT
#include "jetstream/server.h"

#include "crypto/connection_id.h"
#include "crypto/openssl_random.h"
#include "jetstream/system_random.h"
#include "net/switchboard.h"

namespace jetstream {

Result<Server> Server::bind(asio::io_context& io, const UdpOptions& udp,
                            const EndpointConfig& config) {
  if (!config.server) {
    return refuse(LocalCode::kInvalidArgument, "a server needs `server` in its configuration");
  }
  auto board = std::make_unique<net::Switchboard>(CloseReason::kGoingAway);
  EndpointConfig own = config;
  own.prefer_aes = config.prefer_aes && crypto::cpu_has_aes();
  if (own.session_ids == nullptr) own.session_ids = &board->session_ids();
  // Sessions of a run before can only come to a port that stays.
  if (!own.server->reset_key && udp.bind.port != 0) {
    own.server->reset_key = crypto::reset_key(own.server->identity, udp.bind);
  }
  auto endpoint = Endpoint::create(std::move(own), system_random());
  if (!endpoint) return unexpected(endpoint.error());
  auto driver = UdpDriver::create(io, udp, std::move(*endpoint));
  if (!driver) return unexpected(driver.error());
  board->run(std::move(*driver));
  return Server(std::move(board));
}

Result<Server> Server::bind(asio::io_context& io, const PeerAddress& address,
                            const EndpointConfig& config) {
  UdpOptions udp;
  udp.bind = address;
  return bind(io, udp, config);
}

Server::Server(std::unique_ptr<net::Switchboard> board) : board_(std::move(board)) {}
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;
Server::~Server() = default;

Connection Server::get_session(const PeerAddress& remote) const { return board_->find(remote); }
std::size_t Server::session_count() const { return board_->driver().endpoint().session_count(); }
PeerAddress Server::local_endpoint() const { return board_->driver().local_address(); }

asio::io_context::executor_type Server::executor(net::Switchboard& board) {
  return board.driver().io().get_executor();
}

void Server::start_accept(net::Switchboard& board, net::Completion<Connection> completion) {
  board.accept(std::move(completion));
}

void Server::start_drain(net::Switchboard& board, const DrainOptions& options,
                         net::Completion<> completion) {
  board.drain(options, std::move(completion));
}

}  // namespace jetstream
