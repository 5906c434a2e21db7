// SPDX-License-Identifier: MIT
#include "jetstream/address_filter.h"

#include "base/address_map.h"

namespace jetstream {

struct AddressFilter::Maps {
  std::vector<AddressBlock> access;  // those that are allowed, then those that are not
  std::uint32_t allowed;
  base::AddressMap access_map;
  std::vector<AddressBan> bans;
  base::AddressMap ban_map;
};

namespace {

std::vector<AddressBlock> joined(const AddressLists& lists) {
  std::vector<AddressBlock> blocks = lists.allow;
  blocks.insert(blocks.end(), lists.deny.begin(), lists.deny.end());
  return blocks;
}

std::vector<AddressBlock> blocks_of(const std::vector<AddressBan>& bans) {
  std::vector<AddressBlock> blocks;
  blocks.reserve(bans.size());
  for (const AddressBan& ban : bans) blocks.push_back(ban.block);
  return blocks;
}

}  // namespace

AddressFilter::AddressFilter(const AddressLists& lists)
    : maps_(new Maps{.access = joined(lists),
                     .allowed = static_cast<std::uint32_t>(lists.allow.size()),
                     .access_map = base::AddressMap(joined(lists)),
                     .bans = lists.bans,
                     .ban_map = base::AddressMap(blocks_of(lists.bans))}) {}

AddressFilter::~AddressFilter() = default;

bool AddressFilter::empty() const { return maps_->access.empty() && maps_->bans.empty(); }

AddressFinding AddressFilter::find(Instant now, const PeerAddress& address) const {
  constexpr std::uint32_t kNone = base::AddressMap::kNone;
  // A small block's ban may end before that of a larger one around it.
  for (std::uint32_t i = maps_->ban_map.find(address); i != kNone; i = maps_->ban_map.around(i)) {
    const AddressBan& ban = maps_->bans[i];
    if (now < ban.until) return {AddressVerdict::kBanned, ban.block, ban.until};
  }
  const std::uint32_t i = maps_->access_map.find(address);
  if (i == kNone) {
    return {.verdict = maps_->allowed > 0 ? AddressVerdict::kDenied : AddressVerdict::kWelcome,
            .block = std::nullopt};
  }
  return {.verdict = i < maps_->allowed ? AddressVerdict::kWelcome : AddressVerdict::kDenied,
          .block = maps_->access[i]};
}

std::string_view to_string(AddressVerdict verdict) {
  switch (verdict) {
    case AddressVerdict::kWelcome:
      return "welcome";
    case AddressVerdict::kDenied:
      return "denied";
    case AddressVerdict::kBanned:
      return "banned";
  }
  return "unknown";
}

}  // namespace jetstream
