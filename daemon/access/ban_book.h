// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jetstream/address_filter.h"
#include "jetstream/control/values.h"

namespace jetstream::daemon {

/// Who put a ban there.
enum class BanOrigin : std::uint8_t {
  kAdmin,  ///< An operator, one by one.
  kFile,   ///< An operator, as one of a list that is replaced as a whole.
  kAuto,   ///< The daemon, for what a client did (dynamic_bans).
};
inline constexpr std::size_t kBanOriginCount = 3;
std::string_view to_string(BanOrigin origin);  ///< "admin", "file", "auto"
std::optional<BanOrigin> parse_ban_origin(std::string_view word);

/// Bytes of the reason of a ban.
inline constexpr std::size_t kBanReasonBytesMax = 200;

/// One ban and where it came from.
struct Ban {
  AddressBlock block;
  BanOrigin origin = BanOrigin::kAdmin;
  std::optional<std::uint32_t> uid{};  ///< Whose it is; nobody's if the daemon made it.
  std::string reason{};                ///< Printable, at most kBanReasonBytesMax bytes.
  control::UnixTime since{};
  std::optional<control::UnixTime> until{};  ///< Unset: until it is taken back.
  friend bool operator==(const Ban&, const Ban&) = default;
};

/// Whom an address stands for where somebody is to be kept out: itself, or the /64 of an IPv6
/// address, which is what one customer gets.
AddressBlock source_block(const PeerAddress& address);

/// IPv4 before IPv6, by address, the larger block first.
struct BlockOrder {
  bool operator()(const AddressBlock& a, const AddressBlock& b) const;
};

/// All bans, one for each block. A value without clock, file or thread.
class BanBook {
 public:
  /// 100 000 bans take a quarter of a second to load, and 50 MB with the filter that workers ask.
  static constexpr std::size_t kBansMax = 100'000;

  using Bans = std::map<AddressBlock, Ban, BlockOrder>;

  enum class Added : std::uint8_t {
    kNew,
    kReplaced,  ///< Another one of the same block.
    kKept,      ///< Nothing changed: an operator's ban is there, and the daemon's gives way.
    kFull,      ///< Nothing changed: kBansMax are there.
  };
  Added add(Ban ban);
  std::optional<Ban> remove(const AddressBlock& block);
  /// Those of one origin, or all; how many they were.
  std::size_t clear(std::optional<BanOrigin> origin);
  /// These instead of all bans of BanOrigin::kFile; blocks that have another ban keep that. False,
  /// and nothing has changed, if there would be too many.
  bool replace_file(std::vector<Ban> bans);
  /// Takes out what is over.
  std::vector<Ban> take_expired(control::UnixTime now);
  std::optional<control::UnixTime> next_expiry() const;

  const Bans& bans() const { return bans_; }
  const Ban* find(const AddressBlock& block) const;
  /// The smallest ban around a block that is larger than it; null if there is none.
  const Ban* around(const AddressBlock& block) const;
  std::size_t count(BanOrigin origin) const { return counts_[static_cast<std::size_t>(origin)]; }

 private:
  std::size_t& count_of(const Ban& ban) { return counts_[static_cast<std::size_t>(ban.origin)]; }
  void recount();

  Bans bans_;
  std::array<std::size_t, kBanOriginCount> counts_{};  // asked for every second
};

}  // namespace jetstream::daemon
