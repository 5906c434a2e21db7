// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "jetstream/address.h"
#include "jetstream/address_filter.h"
#include "jetstream/hello_secret.h"
#include "jetstream/identity.h"
#include "jetstream/rate_limits.h"
#include "jetstream/ticket.h"
#include "jetstream/time.h"
#include "jetstream/types.h"

namespace jetstream {

/// When a side changes the keys that it sends with, whichever comes first; the peer follows. The
/// defaults keep far below what the AEADs allow (RFC 9001 6.6) and bound what one stolen key opens.
struct KeyUpdateLimits {
  /// Packets sealed with the same keys. 16 to 2^22.
  std::uint64_t packets = std::uint64_t{1} << 20;
  /// Bytes of them. 64 KiB to 2^40.
  std::uint64_t bytes = std::uint64_t{1} << 36;
  /// How old keys get, checked when something is sent. 1 s to 24 h.
  Duration age = std::chrono::hours(1);
};

/// What one side offers to the other in its hello, and how it watches over a session. Plain values
/// with the defaults of the protocol; validate() tells about the ranges.
struct SessionConfig {
  /// A session is expired when nothing authenticated came for this long. The smaller of both sides'
  /// holds. 1 s to 10 min.
  Duration timeout = std::chrono::seconds(30);
  /// A heartbeat is sent when the path has been silent for this long. 100 ms to 10 min.
  Duration heartbeat_interval = std::chrono::seconds(5);
  /// Unanswered heartbeats after which the session closes with Timeout; 0 leaves it to `timeout`. 0
  /// to 100.
  std::uint32_t heartbeat_timeout_count = 3;
  /// Whether this side sends heartbeats. Clients do by default; the server answers either way.
  bool heartbeat_enabled = true;
  /// Streams the peer may have open at the same time. 1 to 65 535.
  std::uint32_t max_streams = 100;
  /// Bytes the peer may send beyond what was consumed, over all streams. 64 KiB to 64 MiB.
  std::uint64_t max_data = 1024 * 1024;
  /// The same for one stream. 16 KiB to 16 MiB.
  std::uint64_t max_stream_data = 256 * 1024;
  /// The largest message this side takes. 1 KiB to 16 MiB, at most max_stream_data.
  std::uint64_t message_bytes_max = 256 * 1024;
  /// The largest UDP payload this side takes, which bounds the peer's search for the path's MTU: 1
  /// 200 to 65 507, the largest that IPv4 can carry.
  std::uint32_t datagram_bytes_max = 65507;
  /// Bytes the application may have handed over and the peer not yet acknowledged, for one stream.
  /// A message is taken whole while less than this is buffered. 64 KiB to 64 MiB; 1 MiB fills 1
  /// Gbit/s over 8 ms.
  std::size_t send_buffer_bytes_max = 1024 * 1024;
  KeyUpdateLimits key_update{};
};

/// kInvalidArgument naming the field that is out of its range.
Result<> validate(const SessionConfig& config);
Result<> validate(const RateLimits& limits);

/// Whether clients must prove who they are.
enum class ClientAuth : std::uint8_t {
  kOff,       ///< Anybody may connect; client identities are neither asked for nor taken.
  kRequired,  ///< Only the keys in `authorized_clients`.
};

/// When a server asks clients to prove their address with a Retry, one more round trip, before it
/// starts a handshake for them.
enum class RetryMode : std::uint8_t {
  kAuto,  ///< While many handshakes are under way that prove nothing, or hellos had to be dropped.
  kAlways,  ///< Every client that has no address token.
  kOff,     ///< Nobody. Strangers with forged addresses can then keep new clients out.
};

/// How a server lets clients come back (docs/PROTOCOL.md, "Resumption" and "Early data").
struct ResumptionConfig {
  /// Gives out tickets and takes them.
  bool enabled = true;
  /// 1 s to 24 h. The keys that seal tickets change every 12 h and the one before is kept, so that
  /// a ticket may die a little sooner.
  Duration ticket_lifetime = std::chrono::hours(24);
  /// Bytes of 0-RTT packets taken with one ticket; 0 to 16 KiB, 0 takes no early data.
  std::uint32_t early_data_max = 16 * 1024;
  /// Services that take streams opened by early data at once. What such a stream says can be a
  /// recording: these services must not mind getting it twice, as far as they act on it. Streams to
  /// others wait for the client's Finished. Empty, as it is by default, takes no early data.
  std::vector<std::string> early_services{};
  /// Servers that ask clients who they are: ask again when they come back, before anything they say
  /// counts. False lets early data in on the word of the ticket alone.
  bool reauthenticate = true;
  /// Early data under a ticket of another epoch is refused: to be changed with whatever the
  /// application decides early data by.
  std::uint64_t policy_epoch = 1;
};

/// What makes an Endpoint a server.
struct ServerConfig {
  Identity identity;
  ClientAuth client_auth = ClientAuth::kOff;
  std::vector<PublicKey> authorized_clients{};
  /// Sessions on this endpoint; further handshakes are answered with CLOSE kServerFull. 1 to 1 048
  /// 576.
  std::uint32_t sessions_max = 1048576;
  /// Handshakes under way, each 1 536 bytes, allocated at start. Half of them is kept for clients
  /// that have proven their address. 2 to 65 536.
  std::uint32_t half_open_max = 8192;
  /// What the tokens of stateless resets are made from: a server that is started again with the
  /// same one ends the sessions of before at once, instead of leaving their clients to time out.
  /// The same for all workers that share one address and for nobody else, or strangers could have
  /// one endpoint give away the tokens of another's sessions. Unset: random.
  std::optional<std::array<std::uint8_t, 32>> reset_key{};
  RetryMode retry = RetryMode::kAuto;
  /// Handshakes of one source (an IPv4 address or the /64 of an IPv6 address) that has proven its
  /// address: so many a second (at most 1 000 000), 0 is no limit, and so many at once, 1 to 1 000
  /// 000. Many clients behind one NAT are one source.
  std::uint32_t handshake_rate_per_source = 100;
  std::uint32_t handshake_burst_per_source = 200;
  /// Sessions of one source. 1 to 1 048 576.
  std::uint32_t sessions_max_per_source = 4096;
  /// Addresses that the limits per source do not hold for.
  std::vector<AddressBlock> exempt = loopback_blocks();
  /// Whom to serve, from the first datagram on; null: everyone. See Endpoint::set_address_filter().
  std::shared_ptr<const AddressFilter> address_filter = nullptr;
  /// The same for all workers of a process. Null: the endpoint makes its own.
  std::shared_ptr<const HelloSecret> hello_secret = nullptr;
  ResumptionConfig resumption{};
};

/// Takes the next session number; shared by all workers of a process.
class SessionIdSource {
 public:
  virtual ~SessionIdSource() = default;
  virtual SessionId next() = 0;
};

/// Everything an Endpoint is made of.
struct EndpointConfig {
  SessionConfig session;
  /// A handshake that has not finished by then fails. Clients give up, servers forget. 1 s to 60 s.
  Duration handshake_timeout = std::chrono::seconds(10);
  /// How soon after its end the record of a session is freed, at the latest. 100 ms to 1 h.
  Duration cleanup_interval = std::chrono::seconds(10);
  /// What all sessions together may hold for streams and their data, in bytes as allocated. A
  /// session gets an eighth of what is free, for receiving and for sending each (docs/PROTOCOL.md
  /// 9.1). At least 32 times `session.message_bytes_max`, as no message can be larger than that
  /// part of it; the default gives 1 MiB each to a hundred sessions that take all they can.
  static constexpr std::size_t kMemoryMessagesMin = 32;
  std::size_t memory_bytes_max = std::size_t{256} * 1024 * 1024;
  /// Index of the worker, the first byte of every connection id made here.
  std::uint8_t worker = 0;
  /// Present on servers.
  std::optional<ServerConfig> server;
  /// Session numbers of a server; must outlive the endpoint. May be null on clients.
  SessionIdSource* session_ids = nullptr;
  /// Servers: what tickets are sealed with and what remembers those that brought early data, shared
  /// by all endpoints that take each other's tickets; must outlive the endpoint. Null makes the
  /// endpoint have its own. Shared keys without a shared store take no early data.
  TicketKeys* ticket_keys = nullptr;
  ReplayStore* replay_store = nullptr;
  /// True where the CPU has AES instructions: 0x1302 is then offered first and accepted first.
  bool prefer_aes = true;
  /// What each session may exchange with its services; nothing is limited by default.
  RateLimits limits;
  /// The limits of the whole process, which its endpoints share; null: none.
  std::shared_ptr<SharedLimiter> shared_limiter;
};

}  // namespace jetstream
