// SPDX-License-Identifier: MIT
#pragma once

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <list>
#include <memory>

#include "daemon/admin/event_admin.h"
#include "daemon/admin/event_ring.h"
#include "daemon/log/log_feed.h"

namespace jetstream::daemon {

/// Takes events from the log's feed, numbers and remembers the notable ones, and gives each to
/// those who want it. Belongs to the main thread; one in a process. Does nothing if there is no
/// log.
class EventHub final : public EventAdmin {
 public:
  explicit EventHub(asio::io_context& io);
  ~EventHub() override;
  EventHub(const EventHub&) = delete;
  EventHub& operator=(const EventHub&) = delete;

  EventReplay replay(std::uint64_t since, const LogEventSet& events) override;
  std::shared_ptr<Subscription> subscribe(EventQuery query, Hear hear) override;
  std::shared_ptr<void> after(std::chrono::milliseconds delay, std::function<void()> then) override;

 private:
  struct Subscriber final : Subscription {
    EventQuery query;
    Hear hear;
  };

  void wait();
  /// Takes a piece of what is there, and goes on later if there is more.
  void take_some();
  void take(LogRecord record);
  void take_losses();
  void tell(const control::EventRow& row, const std::function<bool(const EventQuery&)>& wanted);
  void update_interest();

  asio::io_context& io_;
  LogFeed* feed_;
  asio::posix::stream_descriptor readable_;
  asio::steady_timer next_turn_;
  EventRing ring_;
  std::list<std::weak_ptr<Subscriber>> subscribers_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace jetstream::daemon
