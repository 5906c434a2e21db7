// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "control/filter.h"
#include "jetstream/random.h"
#include "jetstream/time.h"
#include "jetstream/types.h"

namespace jetstream::daemon {

/// Sessions that somebody has been shown and may close, as long as no others match meanwhile.
struct ClosePlan {
  uid_t uid = 0;  ///< Whose plan it is.
  std::string filter_text;
  control::Filter filter;
  std::vector<SessionId> ids;  ///< In their order.
};

/// The plans that wait to be applied. Of bounded number; none outlives kLifetime. One thread.
class ClosePlans {
 public:
  /// Long enough to read the plan, and to ask a colleague.
  static constexpr Duration kLifetime = std::chrono::minutes(5);
  /// A plan of a full table takes some megabytes.
  static constexpr std::size_t kPlansMax = 16;
  static constexpr std::size_t kPlansOfOneMax = 4;

  /// `random` must outlive it.
  explicit ClosePlans(RandomSource& random) : random_(random) {}

  /// The token of the plan. Whoever has kPlansOfOneMax loses the oldest one. nullopt if there are
  /// too many of others.
  std::optional<std::string> add(Instant now, ClosePlan plan);
  /// The plan of that token, which means nothing from then on. nullopt if there is none, or it is
  /// somebody else's.
  std::optional<ClosePlan> take(Instant now, const std::string& token, uid_t uid);
  /// To be called every now and then: what nobody can take any more is given back.
  void forget_old(Instant now);
  std::size_t size() const { return plans_.size(); }

 private:
  struct Entry {
    ClosePlan plan;
    Instant made_at;
  };
  std::string fresh_token();

  RandomSource& random_;
  std::map<std::string, Entry> plans_;
};

/// An id of `now` that is not one of `before`, both in order: the set has grown.
std::optional<SessionId> first_new(const std::vector<SessionId>& before,
                                   const std::vector<SessionId>& now);

}  // namespace jetstream::daemon
