// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "jetstream/address.h"
#include "jetstream/time.h"
#include "jetstream/types.h"

namespace jetstream {

/// Whether clients at an address are served at all.
enum class AddressVerdict : std::uint8_t {
  kWelcome,
  kDenied,  ///< By an access list.
  kBanned,  ///< For a time, or until the ban is taken back.
};
std::string_view to_string(AddressVerdict verdict);

/// Keeps the clients of a block out until then.
struct AddressBan {
  AddressBlock block;
  Instant until = kNever;
};

/// What an AddressFilter is made of.
struct AddressLists {
  /// Only these are served; empty is everyone.
  std::vector<AddressBlock> allow;
  /// And these are not. Of all blocks in both lists around an address the smallest decides; the
  /// same block in both is denied.
  std::vector<AddressBlock> deny;
  /// Whatever the lists say.
  std::vector<AddressBan> bans;
};

/// What an address comes under, and by which rule.
struct AddressFinding {
  AddressVerdict verdict = AddressVerdict::kWelcome;
  /// The block that decided. Unset if there is none: welcome because nothing is said of the
  /// address, or denied because `allow` does not have it.
  std::optional<AddressBlock> block;
  Instant until = kNever;  ///< Bans.
};

/// Says of every address whether it is served. Made as a whole and never changed, so that all
/// threads may use one; who wants another list makes another filter and hands that out. find() is
/// two binary searches without allocation, and bans end on their own.
class AddressFilter {
 public:
  explicit AddressFilter(const AddressLists& lists);
  ~AddressFilter();
  AddressFilter(const AddressFilter&) = delete;
  AddressFilter& operator=(const AddressFilter&) = delete;

  AddressFinding find(Instant now, const PeerAddress& address) const;
  /// Everybody is welcome, for ever.
  bool empty() const;

 private:
  struct Maps;
  std::unique_ptr<const Maps> maps_;
};

}  // namespace jetstream
