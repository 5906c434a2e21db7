// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>

#include "daemon/access/ban_book.h"
#include "daemon/config/config.h"
#include "jetstream/event.h"

namespace jetstream::daemon {

/// Whether a session that ended so speaks against who was there: the peer broke rules of the
/// protocol or hoarded. Only who has proven an address has a session, so nobody can have others
/// banned.
bool is_abuse(const CloseInfo& why);
/// The same of a client that has finished its handshake, which proves its address too, and got no
/// session: it could not say who it is, or is nobody that is welcome.
bool is_failed_authentication(TransportCode code);

/// Decides when the daemon bans by itself (dynamic_bans of the configuration). Of bounded size, and
/// without clock or thread.
class DynamicBans {
 public:
  /// What is counted is what came within this time.
  static constexpr Duration kWindow = std::chrono::minutes(1);
  /// Sources that are remembered; the one that was heard of longest ago makes room.
  static constexpr std::size_t kSourcesMax = 4096;

  /// `config` must outlive this, and may change.
  explicit DynamicBans(const Config& config) : config_(config) {}

  struct Verdict {
    AddressBlock block;             ///< The source: an IPv4 address, or the /64 of an IPv6 address.
    std::uint32_t count = 0;        ///< Of the evidence in the window.
    bool warn = false;              ///< It has just come to warn_at.
    std::optional<Duration> ban{};  ///< It has come to ban_at: for so long.
  };
  /// A client at `peer`, which has proven to be there, has done something wrong. Nothing if there
  /// are no such bans, the address is exempt from limits, or it is none (SessionInfo::proven).
  std::optional<Verdict> note(Instant now, const PeerAddress& peer);
  std::size_t sources() const { return sources_.size(); }

 private:
  struct Source {
    Instant window_began;
    Instant heard_at;
    std::uint32_t count = 0;
    Duration last_ban{};  ///< The next one lasts twice as long.
    Instant ban_ends{};
  };
  Source& source_of(Instant now, const AddressBlock& block);

  const Config& config_;
  std::map<AddressBlock, Source, BlockOrder> sources_;
};

}  // namespace jetstream::daemon
