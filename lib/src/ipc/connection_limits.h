// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <unordered_map>

namespace jetstream::ipc {

/// How many connections there may be, and how many of one user. Root and the daemon's own user are
/// privileged: some connections are kept for them, and the limit of a user is not theirs, so that
/// forgotten monitoring scripts never lock out whoever has to stop the daemon.
class ConnectionLimits {
 public:
  struct Options {
    std::size_t connections_max = 32;
    std::size_t reserved = 2;  ///< Of connections_max, for privileged users.
    std::size_t per_user_max = 8;
  };

  ConnectionLimits(const Options& options, uid_t own_user)
      : options_(options), own_user_(own_user) {}

  /// True: the connection counts from now on, until release().
  bool admit(uid_t user);
  void release(uid_t user);
  std::size_t count() const { return count_; }

 private:
  Options options_;
  uid_t own_user_;
  std::size_t count_ = 0;
  std::unordered_map<uid_t, std::size_t> by_user_;
};

}  // namespace jetstream::ipc
