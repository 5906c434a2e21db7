// SPDX-License-Identifier: MIT
#include "daemon/access/ban_book.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace jetstream::daemon {
namespace {

constexpr std::array<std::string_view, kBanOriginCount> kOrigins = {"admin", "file", "auto"};

}  // namespace

std::string_view to_string(BanOrigin origin) { return kOrigins[static_cast<std::size_t>(origin)]; }

std::optional<BanOrigin> parse_ban_origin(std::string_view word) {
  const auto found = std::find(kOrigins.begin(), kOrigins.end(), word);
  if (found == kOrigins.end()) return std::nullopt;
  return static_cast<BanOrigin>(found - kOrigins.begin());
}

AddressBlock source_block(const PeerAddress& address) {
  constexpr std::uint8_t kNetworkBits = 64;
  AddressBlock block{.ip = address.ip};
  if (address.is_v4()) return block;
  std::fill(block.ip.begin() + kNetworkBits / 8, block.ip.end(), std::uint8_t{0});
  block.bits = kNetworkBits;
  return block;
}

bool BlockOrder::operator()(const AddressBlock& a, const AddressBlock& b) const {
  return std::tuple(!a.is_v4(), a.ip, a.bits) < std::tuple(!b.is_v4(), b.ip, b.bits);
}

BanBook::Added BanBook::add(Ban ban) {
  const auto found = bans_.find(ban.block);
  if (found == bans_.end()) {
    if (bans_.size() >= kBansMax) return Added::kFull;
    const AddressBlock block = ban.block;
    ++count_of(ban);
    bans_.emplace(block, std::move(ban));
    return Added::kNew;
  }
  if (ban.origin == BanOrigin::kAuto && found->second.origin != BanOrigin::kAuto) {
    return Added::kKept;
  }
  --count_of(found->second);
  ++count_of(ban);
  found->second = std::move(ban);
  return Added::kReplaced;
}

std::optional<Ban> BanBook::remove(const AddressBlock& block) {
  const auto found = bans_.find(block);
  if (found == bans_.end()) return std::nullopt;
  Ban ban = std::move(found->second);
  bans_.erase(found);
  --count_of(ban);
  return ban;
}

std::size_t BanBook::clear(std::optional<BanOrigin> origin) {
  const std::size_t removed = std::erase_if(
      bans_, [&](const auto& entry) { return !origin || entry.second.origin == *origin; });
  recount();
  return removed;
}

bool BanBook::replace_file(std::vector<Ban> bans) {
  Bans next;
  for (const auto& [block, ban] : bans_) {
    if (ban.origin != BanOrigin::kFile) next.emplace(block, ban);
  }
  for (Ban& ban : bans) {
    ban.origin = BanOrigin::kFile;
    const AddressBlock block = ban.block;
    next.emplace(block, std::move(ban));
  }
  if (next.size() > kBansMax) return false;
  bans_ = std::move(next);
  recount();
  return true;
}

std::vector<Ban> BanBook::take_expired(control::UnixTime now) {
  std::vector<Ban> expired;
  for (auto next = bans_.begin(); next != bans_.end();) {
    const auto here = next++;
    if (!here->second.until || *here->second.until > now) continue;
    --count_of(here->second);
    expired.push_back(std::move(here->second));
    bans_.erase(here);
  }
  return expired;
}

std::optional<control::UnixTime> BanBook::next_expiry() const {
  std::optional<control::UnixTime> next;
  for (const auto& [block, ban] : bans_) {
    if (ban.until && (!next || *ban.until < *next)) next = ban.until;
  }
  return next;
}

const Ban* BanBook::find(const AddressBlock& block) const {
  const auto found = bans_.find(block);
  return found == bans_.end() ? nullptr : &found->second;
}

const Ban* BanBook::around(const AddressBlock& block) const {
  PeerAddress first;
  first.ip = block.ip;
  const Ban* smallest = nullptr;
  for (const auto& [other, ban] : bans_) {
    if (other.bits >= block.bits || !other.contains(first)) continue;
    if (smallest == nullptr || other.bits > smallest->block.bits) smallest = &ban;
  }
  return smallest;
}

void BanBook::recount() {
  counts_ = {};
  for (const auto& [block, ban] : bans_) ++count_of(ban);
}

}  // namespace jetstream::daemon
