// SPDX-License-Identifier: MIT
#pragma once

#include <asio/io_context.hpp>
#include <functional>
#include <memory>

#include "jetstream/time.h"

namespace jetstream::jscat {

/// Calls back once after a while, unless it is set anew, cancelled or destroyed before: what was
/// forgotten never fires, not even from the loop's queue.
class Alarm {
 public:
  explicit Alarm(asio::io_context& io) : io_(io) {}

  void set(Duration after, std::function<void()> ring);
  void cancel() { pending_.reset(); }

 private:
  struct Pending;
  asio::io_context& io_;
  std::shared_ptr<Pending> pending_;
};

}  // namespace jetstream::jscat
