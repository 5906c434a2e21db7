// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include "daemon/admin/admin_call.h"

namespace jetstream::daemon {

/// The streams that are open, so that none outlives the role it takes. One thread.
class AdminStreams {
 public:
  /// `call` is what the stream answers.
  void add(const std::shared_ptr<AdminStream>& stream, AdminCall call);
  /// Ends those that their callers may not follow under `policy`, each with the error that a new
  /// request would get, and records it.
  void judge(const std::shared_ptr<const AccessPolicy>& policy);
  std::size_t size() const { return open_.size(); }

 private:
  struct Open {
    std::weak_ptr<AdminStream> stream;
    AdminCall call;
  };
  void forget_ended();

  std::vector<Open> open_;
};

}  // namespace jetstream::daemon
