// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jetstream/control/values.h"

namespace jetstream::control {

/// Bytes of an address block as text, and of the reason of a ban.
inline constexpr std::uint64_t kBlockBytesMax = 49;
inline constexpr std::uint64_t kBanReasonMax = 200;
/// The longest ban that has an end: ten years. Longer ones are better off without.
inline constexpr std::uint64_t kBanMsMax = std::uint64_t{10} * 366 * 24 * 3600 * 1000;
/// Bans that one piece of a list may have: 200 of the longest ones fit into a request.
inline constexpr std::uint64_t kBanPieceMax = 200;
/// Rows a ban.list answer may have, and how many it has if nobody asks.
inline constexpr std::uint64_t kBanListMax = 1000;
inline constexpr std::uint64_t kBanListDefault = 100;

struct BanAddArgs {
  std::string block;
  std::optional<std::uint64_t> for_ms;
  std::string reason;
  bool yes = false;
  friend bool operator==(const BanAddArgs&, const BanAddArgs&) = default;
};

struct BanDelArgs {
  std::string block;
  friend bool operator==(const BanDelArgs&, const BanDelArgs&) = default;
};

struct BanListArgs {
  std::uint64_t limit = kBanListDefault;
  std::optional<std::string> cursor;
  std::optional<std::string> origin;
  friend bool operator==(const BanListArgs&, const BanListArgs&) = default;
};

struct BanClearArgs {
  std::optional<std::string> origin;
  friend bool operator==(const BanClearArgs&, const BanClearArgs&) = default;
};

struct BanLoadItemsArgs {
  std::uint64_t load = 0;
  /// Each a block, and perhaps a blank and the reason.
  std::vector<std::string> bans;
  friend bool operator==(const BanLoadItemsArgs&, const BanLoadItemsArgs&) = default;
};

struct BanLoadCommitArgs {
  std::uint64_t load = 0;
  std::uint64_t count = 0;
  std::optional<std::uint64_t> for_ms;
  bool yes = false;
  friend bool operator==(const BanLoadCommitArgs&, const BanLoadCommitArgs&) = default;
};

struct BanRow {
  std::string block;
  std::string origin;
  std::optional<std::uint64_t> uid;
  std::string reason;
  UnixTime since;
  std::optional<UnixTime> until;
  std::optional<std::uint64_t> left_ms;
  friend bool operator==(const BanRow&, const BanRow&) = default;
};

/// Of ban.add and ban.del.
struct BanReport {
  BanRow ban;
  std::string outcome;
  std::optional<std::string> unsaved;
  friend bool operator==(const BanReport&, const BanReport&) = default;
};

struct BanListSummary {
  std::uint64_t count = 0;
  std::uint64_t bans = 0;
  std::optional<std::string> cursor;
  friend bool operator==(const BanListSummary&, const BanListSummary&) = default;
};

struct BanClearReport {
  std::uint64_t removed = 0;
  std::optional<std::string> unsaved;
  friend bool operator==(const BanClearReport&, const BanClearReport&) = default;
};

/// Of ban.load_begin and ban.load_items.
struct BanLoadReport {
  std::uint64_t load = 0;
  std::uint64_t count = 0;
  friend bool operator==(const BanLoadReport&, const BanLoadReport&) = default;
};

struct BanLoadedReport {
  std::uint64_t bans = 0;
  std::uint64_t before = 0;
  std::optional<std::string> unsaved;
  friend bool operator==(const BanLoadedReport&, const BanLoadedReport&) = default;
};

}  // namespace jetstream::control
