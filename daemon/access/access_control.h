// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/access/ban_book.h"
#include "daemon/config/config.h"
#include "daemon/process/clock_reading.h"

namespace jetstream::daemon {

/// What a change of the bans has come to. It is in force in any case.
struct BanChange {
  BanBook::Added outcome = BanBook::Added::kNew;
  /// Why it will not survive a restart, if it won't.
  std::optional<std::string> unsaved{};
};

/// Who may come by address: the access lists of the configuration and the bans, made into the
/// filter of all endpoints. Keeps the bans in a file, tells the log of every change, and lets bans
/// end. Belongs to the main thread.
class AccessControl {
 public:
  struct Outside {
    std::function<ClockReading()> clock;
    /// Gives the filter to every endpoint.
    std::function<void(std::shared_ptr<const AddressFilter>)> publish;
    /// Has on_timer() called after so long, instead of whenever it was before.
    std::function<void(Duration)> wake_in;
  };

  /// `config` must outlive this.
  AccessControl(const Config& config, Outside outside);

  /// Reads the bans that were kept. To be called before anything is served: a file that can't be
  /// read must not open the gate. Publishes nothing.
  Result<> load();
  std::shared_ptr<const AddressFilter> filter() const;
  /// After the configuration has changed.
  void apply();
  /// Lets go of what is over.
  void on_timer();

  /// kFull changes nothing.
  BanChange add(Ban ban);
  /// As add() for the daemon itself: in force and on the disk within a second, so that many at once
  /// cost what one costs.
  void add_auto(Ban ban);
  /// Bans of add_auto() that found no room, BanBook::kBansMax being there.
  std::uint64_t autos_refused() const { return autos_refused_; }
  /// Several of an operator's at once; how many of them there was room for.
  std::size_t add_all(const std::vector<Ban>& bans);
  /// Nullopt if there is no such ban.
  std::optional<BanChange> remove(const AddressBlock& block);
  /// `removed` says how many there were.
  BanChange clear(std::optional<BanOrigin> origin, std::size_t& removed);
  /// kFull changes nothing.
  BanChange replace_file(std::vector<Ban> bans);

  const BanBook& book() const { return book_; }
  /// Why an operator should think twice before keeping a block out: it holds clients that
  /// limits.exempt names, or a large part of all addresses. Nothing if there is no such reason.
  std::optional<std::string> risk_of(const AddressBlock& block) const;
  ClockReading now() const { return outside_.clock(); }
  std::filesystem::path path() const;

 private:
  /// Publishes and saves; the reason if that failed.
  std::optional<std::string> settle();
  void arm();

  const Config& config_;
  Outside outside_;
  BanBook book_;
  bool unsettled_ = false;
  std::uint64_t autos_refused_ = 0;
};

}  // namespace jetstream::daemon
