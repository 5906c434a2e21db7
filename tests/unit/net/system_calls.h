// SPDX-License-Identifier: MIT
#pragma once

#include <deque>

namespace jetstream::test {

/// Makes the next sends of this program fail with these errors, one each; 0 lets one through.
/// sendmsg() and sendmmsg() of the test program stand in front of those of the system.
class FailingSends {
 public:
  explicit FailingSends(std::deque<int> errors);
  ~FailingSends();
  FailingSends(const FailingSends&) = delete;
  FailingSends& operator=(const FailingSends&) = delete;

  /// All errors have happened.
  bool used_up() const;
};

/// As long as it lives, segmented sends fail with `error` and all others work.
class FailingSegmentation {
 public:
  explicit FailingSegmentation(int error);
  ~FailingSegmentation();
  FailingSegmentation(const FailingSegmentation&) = delete;
  FailingSegmentation& operator=(const FailingSegmentation&) = delete;
};

/// Calls of sendmsg() and of sendmmsg() so far.
struct SendCalls {
  int sendmsg = 0;
  int sendmmsg = 0;
};
SendCalls& send_calls();

}  // namespace jetstream::test
