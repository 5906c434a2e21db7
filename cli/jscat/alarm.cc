// SPDX-License-Identifier: MIT
#include "cli/jscat/alarm.h"

#include <asio/steady_timer.hpp>

namespace jetstream::jscat {

struct Alarm::Pending {
  asio::steady_timer timer;
  std::function<void()> ring;
};

void Alarm::set(Duration after, std::function<void()> ring) {
  pending_ = std::make_shared<Pending>(Pending{asio::steady_timer(io_, after), std::move(ring)});
  pending_->timer.async_wait(
      [waiting = std::weak_ptr<Pending>(pending_)](const asio::error_code& error) {
        const auto pending = waiting.lock();
        if (pending && !error) pending->ring();
      });
}

}  // namespace jetstream::jscat
