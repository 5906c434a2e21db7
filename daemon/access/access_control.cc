// SPDX-License-Identifier: MIT
#include "daemon/access/access_control.h"

#include <algorithm>

#include "daemon/access/ban_file.h"
#include "daemon/log/log.h"

namespace jetstream::daemon {
namespace {

/// Bans that end together are let go of together. The filter itself knows the moment.
constexpr Duration kSettleAfter = std::chrono::seconds(1);
/// A clock that is set is noticed within this time.
constexpr Duration kLookAgainAfter = std::chrono::hours(1);

/// Larger blocks than these are a 256th of the IPv4 internet, or more than any one network has.
constexpr std::uint8_t kWideV4Bits = 96 + 8;
constexpr std::uint8_t kWideV6Bits = 16;

Instant to_instant(control::UnixTime time, const ClockReading& clocks) {
  // A ban of many years must not overflow; nobody tells it from one without end.
  constexpr std::int64_t kFarMs = std::int64_t{1000} * 60 * 60 * 24 * 365 * 100;
  const std::int64_t left = std::min(time.value() - clocks.wall.value(), kFarMs);
  return clocks.now + std::chrono::milliseconds(left);
}

/// One line, however many are concerned.
void tell(LogEvent event, const Ban& first, std::size_t more) {
  log_event(event, {{"block", first.block.to_string()},
                    {"origin", to_string(first.origin)},
                    {"reason", first.reason},
                    {"more", more}});
}

}  // namespace

AccessControl::AccessControl(const Config& config, Outside outside)
    : config_(config), outside_(std::move(outside)) {}

std::filesystem::path AccessControl::path() const { return config_.state_dir / "bans"; }

Result<> AccessControl::load() {
  auto bans = load_bans(path());
  if (!bans) return unexpected(bans.error());
  for (Ban& ban : *bans) (void)book_.add(std::move(ban));
  // What ended while nobody ran ends now.
  on_timer();
  return {};
}

std::shared_ptr<const AddressFilter> AccessControl::filter() const {
  const ClockReading clocks = now();
  AddressLists lists{.allow = config_.access_allow, .deny = config_.access_deny, .bans = {}};
  lists.bans.reserve(book_.bans().size());
  for (const auto& [block, ban] : book_.bans()) {
    lists.bans.push_back({block, ban.until ? to_instant(*ban.until, clocks) : kNever});
  }
  return std::make_shared<AddressFilter>(lists);
}

void AccessControl::apply() { outside_.publish(filter()); }

void AccessControl::arm() {
  if (unsettled_) return outside_.wake_in(kSettleAfter);
  const auto next = book_.next_expiry();
  if (!next) return;
  const ClockReading clocks = now();
  outside_.wake_in(
      std::clamp(to_instant(*next, clocks) - clocks.now, kSettleAfter, kLookAgainAfter));
}

std::optional<std::string> AccessControl::settle() {
  unsettled_ = false;
  outside_.publish(filter());
  arm();
  const auto saved = save_bans(path(), book_);
  if (saved) return std::nullopt;
  log_event(LogEvent::kBansNotSaved, {{"error", saved.error().message}});
  return saved.error().message;
}

void AccessControl::on_timer() {
  const std::vector<Ban> expired = book_.take_expired(now().wall);
  if (!expired.empty()) tell(LogEvent::kBanExpired, expired.front(), expired.size() - 1);
  if (unsettled_ || !expired.empty()) {
    (void)settle();
  } else {
    arm();
  }
}

BanChange AccessControl::add(Ban ban) {
  BanChange change{.outcome = book_.add(ban)};
  if (change.outcome == BanBook::Added::kFull) return change;
  tell(LogEvent::kBanAdded, ban, 0);
  change.unsaved = settle();
  return change;
}

std::size_t AccessControl::add_all(const std::vector<Ban>& bans) {
  std::size_t added = 0;
  for (const Ban& ban : bans) added += book_.add(ban) == BanBook::Added::kFull ? 0 : 1;
  if (added == 0) return 0;
  tell(LogEvent::kBanAdded, bans.front(), added - 1);
  (void)settle();
  return added;
}

void AccessControl::add_auto(Ban ban) {
  const BanBook::Added outcome = book_.add(ban);
  if (outcome == BanBook::Added::kFull) ++autos_refused_;
  if (outcome == BanBook::Added::kFull || outcome == BanBook::Added::kKept) return;
  tell(LogEvent::kBanAdded, ban, 0);
  if (!std::exchange(unsettled_, true)) arm();
}

std::optional<BanChange> AccessControl::remove(const AddressBlock& block) {
  const auto removed = book_.remove(block);
  if (!removed) return std::nullopt;
  tell(LogEvent::kBanRemoved, *removed, 0);
  return BanChange{.unsaved = settle()};
}

BanChange AccessControl::clear(std::optional<BanOrigin> origin, std::size_t& removed) {
  const auto first = std::ranges::find_if(
      book_.bans(), [&](const auto& entry) { return !origin || entry.second.origin == *origin; });
  if (first == book_.bans().end()) {
    removed = 0;
    return {};
  }
  const Ban shown = first->second;
  removed = book_.clear(origin);
  tell(LogEvent::kBanRemoved, shown, removed - 1);
  return {.outcome = BanBook::Added::kNew, .unsaved = settle()};
}

BanChange AccessControl::replace_file(std::vector<Ban> bans) {
  const std::size_t before = book_.count(BanOrigin::kFile);
  if (!book_.replace_file(std::move(bans))) return {.outcome = BanBook::Added::kFull};
  log_event(LogEvent::kBansLoaded, {{"bans", book_.count(BanOrigin::kFile)}, {"before", before}});
  return {.outcome = BanBook::Added::kReplaced, .unsaved = settle()};
}

std::optional<std::string> AccessControl::risk_of(const AddressBlock& block) const {
  for (const AddressBlock& other : config_.limits_exempt) {
    PeerAddress first_of_block;
    first_of_block.ip = block.ip;
    PeerAddress first_of_other;
    first_of_other.ip = other.ip;
    if (block.contains(first_of_other) || other.contains(first_of_block)) {
      return block.to_string() + " concerns " + other.to_string() + " of limits.exempt";
    }
  }
  if (block.bits < (block.is_v4() ? kWideV4Bits : kWideV6Bits)) {
    return block.to_string() + " is a large part of all addresses";
  }
  return std::nullopt;
}

}  // namespace jetstream::daemon
