// SPDX-License-Identifier: MIT
#include "ipc/connection_limits.h"

#include <catch2/catch.hpp>

namespace jetstream::ipc {
namespace {
constexpr uid_t kOwn = 990;
}

TEST_CASE("A user has so many connections and not one more") {
  ConnectionLimits limits({}, kOwn);
  for (int i = 0; i < 8; ++i) CHECK(limits.admit(1000));
  CHECK_FALSE(limits.admit(1000));
  CHECK(limits.admit(1001));
  limits.release(1000);
  CHECK(limits.admit(1000));
  CHECK_FALSE(limits.admit(1000));
  CHECK(limits.count() == 9);
}

TEST_CASE("Two connections are kept for root and the daemon's own user") {
  ConnectionLimits limits({}, kOwn);
  for (uid_t user = 1000; user < 1030; ++user) CHECK(limits.admit(user));
  CHECK_FALSE(limits.admit(2000));
  CHECK(limits.admit(0));
  CHECK_FALSE(limits.admit(2000));
  CHECK(limits.admit(kOwn));
  CHECK_FALSE(limits.admit(0));
  CHECK_FALSE(limits.admit(kOwn));
  limits.release(1000);
  CHECK_FALSE(limits.admit(2000));
  CHECK(limits.admit(0));
}

TEST_CASE("Privileged users may take all connections, but no more than there are") {
  ConnectionLimits limits({}, kOwn);
  for (int i = 0; i < 32; ++i) CHECK(limits.admit(i % 2 == 0 ? 0 : kOwn));
  CHECK_FALSE(limits.admit(0));
  CHECK(limits.count() == 32);
}

}  // namespace jetstream::ipc
