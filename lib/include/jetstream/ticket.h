// SPDX-License-Identifier: MIT
//
// Resuming sessions (docs/PROTOCOL.md, "Resumption" and "Early data"): what a client keeps of one
// session for the next, and what the workers of a server share so that they can take it.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "jetstream/random.h"
#include "jetstream/result.h"
#include "jetstream/time.h"
#include "jetstream/types.h"

namespace jetstream {

/// A ticket and all a client has to remember with it. Good for one session with one server: give
/// it to ConnectOptions::import_session_ticket() once. A secret: whoever reads it can act as this
/// client in early data. Erased on destruction.
struct SessionTicket {
  SessionTicket() = default;
  SessionTicket(const SessionTicket&) = default;
  SessionTicket(SessionTicket&&) = default;
  SessionTicket& operator=(const SessionTicket&) = default;
  SessionTicket& operator=(SessionTicket&&) = default;
  ~SessionTicket();

  /// SHA-256 of `encrypted_state`: names the ticket, tells nothing.
  std::array<std::uint8_t, 32> ticket_id{};
  /// What goes to the server, which alone can read it. 1 to 512 bytes.
  std::vector<std::uint8_t> encrypted_state;
  /// When it came, on the clock of the endpoint it is used with.
  Instant created_at{};
  /// At most 24 h.
  Duration lifetime{};

  /// Who gave it; nobody else gets it back.
  PublicKey server{};
  CipherSuite suite = CipherSuite::kAes256Gcm;
  std::array<std::uint8_t, 32> psk{};
  std::uint32_t age_add = 0;
  /// Bytes of 0-RTT packets the server takes with it; 0 is no early data at all.
  std::uint64_t early_data_max = 0;
  /// The server's limits, which hold for early data as long as it has not told new ones.
  std::uint64_t max_data = 0;
  std::uint64_t max_stream_data = 0;
  std::uint64_t max_streams = 0;
  std::uint64_t message_bytes_max = 0;

  bool expired(Instant now) const { return now < created_at || now - created_at >= lifetime; }

  /// The ticket as bytes, for a file that only its owner can read.
  std::vector<std::uint8_t> serialize(Instant now) const;
  /// Reads serialize()'s bytes again. `stored_for` is how long ago they were made: an endpoint's
  /// clock says nothing to the next process. kInvalidArgument if they are of another version,
  /// malformed, or out of range.
  static Result<SessionTicket> parse(Bytes bytes, Instant now, Duration stored_for = {});
};

/// Seals tickets and opens them again; all endpoints that are to take each other's tickets share
/// one. Must be thread-safe then.
class TicketKeys {
 public:
  virtual ~TicketKeys() = default;
  /// The ticket with that state inside.
  virtual std::vector<std::uint8_t> seal(Instant now, Bytes state) = 0;
  /// The state inside; nullopt for whatever was not sealed here, or too long ago.
  virtual std::optional<std::vector<std::uint8_t>> open(Instant now, Bytes ticket) = 0;
};

/// Remembers which tickets have brought early data, so that a recorded flight is taken once at
/// most. Whatever shares TicketKeys has to share this as well. Must be thread-safe then.
class ReplayStore {
 public:
  using Key = std::array<std::uint8_t, 16>;
  enum class Verdict : std::uint8_t {
    kFresh,  ///< Not seen before, and remembered now.
    kSeen,   ///< Seen, or perhaps seen.
    kFull,   ///< No room to remember it, or the store does not answer.
  };
  virtual ~ReplayStore() = default;
  /// Only kFresh lets early data in. Has to hold for 10 s at least, of a clock that all callers
  /// share.
  virtual Verdict strike(Instant now, const Key& key) = 0;
};

/// Both of the above for the workers of one process, thread-safe. The keys live in memory alone, so
/// a restart makes every ticket worthless. `random` must be thread-safe and outlive them.
std::unique_ptr<TicketKeys> make_shared_ticket_keys(RandomSource& random);
std::unique_ptr<ReplayStore> make_shared_replay_store(RandomSource& random);

}  // namespace jetstream
