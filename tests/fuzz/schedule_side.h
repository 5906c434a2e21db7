// SPDX-License-Identifier: MIT
#pragma once

#include <map>

#include "unit/endpoint/lone_endpoint.h"

namespace jetstream::testing {

/// What one side sends at most, so that no schedule takes long.
inline constexpr std::size_t kBytesMax = std::size_t{1} << 20;

/// One of two honest endpoints with an application that does what a schedule says, and that knows
/// of every byte it reads what it must be.
class ScheduleSide {
 public:
  /// With `server` a server, otherwise a client.
  ScheduleSide(std::optional<ServerConfig> server, EndpointConfig config)
      : endpoint(server, std::move(config), server ? 22 : 21), is_client_(!server) {}

  /// Client: the session that was started.
  void begin(SessionHandle session) { session_ = session; }
  /// Everything before was another session.
  void forget();
  /// One thing an application does, drawn from a byte.
  void command(std::uint8_t arg);
  void read_all();
  /// Looks at what the endpoint reported.
  void notice();
  /// Ends every stream that this side sends on.
  void finish_all();
  void close();
  /// Nothing is left to do: every stream is over, or the session is.
  bool over();
  bool has_session() const { return session_ && !closed_; }
  /// Told by a stateless reset that the other side knows nothing of the session.
  bool was_reset() const { return was_reset_; }
  /// Unless one of the two gave something up, all of what the other side sent was read here.
  void check_received_from(const ScheduleSide& sender) const;

  LoneEndpoint endpoint;

 private:
  struct Stream {
    Delivery delivery = Delivery::kReliable;
    std::uint64_t sent = 0;                     // bytes, of what keeps its order
    std::map<std::uint8_t, std::size_t> sizes;  // of messages that travel one by one, by number
    std::uint64_t received = 0;
    std::map<std::uint8_t, std::size_t> messages_received;
    Buffer arriving;  // the message that is being read
  };

  /// The byte at `offset` of what this side, or the other one, sends on a stream.
  std::uint8_t pattern(StreamId id, bool own, std::uint64_t offset) const;
  void open(unsigned kind);
  void learn(StreamId id);
  void send(std::size_t bytes);
  void send_message(StreamId id, Stream& stream, std::size_t bytes);
  void leave(unsigned how);
  void read(StreamId id, Stream& stream);
  void take(StreamId id, Stream& stream, const ReadView& view);
  void on_closed();

  bool is_client_;
  std::optional<SessionHandle> session_;
  std::map<StreamId, Stream> streams_;
  std::optional<StreamId> chosen_;
  std::size_t noticed_ = 0;
  bool connected_ = false;
  bool closed_ = false;
  bool was_reset_ = false;
  bool gave_up_ = false;
  bool finishing_ = false;
  std::size_t budget_ = kBytesMax;
};

}  // namespace jetstream::testing
