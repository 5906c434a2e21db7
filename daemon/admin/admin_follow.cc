// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_follow.h"

#include "daemon/admin/event_rows.h"

namespace jetstream::daemon {
namespace {

/// One stream. The connection owns it, through what it calls when the caller has gone; everything
/// else only knows it as long as it is there.
struct Following {
  explicit Following(AdminCall followed) : call(std::move(followed)) {}

  void hear(const control::EventRow& row) {
    ++told;
    if (stream) stream->write(call.event(row));
  }
  void end() { end_with(call.result(control::StreamSummary{told})); }
  void end_with(std::string line) {
    subscription.reset();
    if (stream) stream->finish(std::move(line));
  }

  AdminCall call;
  std::uint64_t told = 0;
  std::shared_ptr<AdminStream> stream;
  std::shared_ptr<EventAdmin::Subscription> subscription;
  std::shared_ptr<void> timer;
};

}  // namespace

std::function<void(const control::Failure&)> follow(EventAdmin& events, AdminCall call,
                                                    EventQuery query, FollowOptions options) {
  const std::uint64_t last_seq =
      options.last_seq ? *options.last_seq : events.replay(UINT64_MAX, {}).last_seq;
  auto following = std::make_shared<Following>(std::move(call));
  const std::weak_ptr<Following> weak = following;
  following->subscription = events.subscribe(std::move(query), [weak](const auto& row) {
    if (const auto there = weak.lock()) there->hear(row);
  });
  if (!following->subscription) {
    following->call.fail({control::ErrorCode::kBusy,
                          std::to_string(kTracesMax) + " sessions are traced already",
                          "end one of the other log tails"});
    return [](const control::Failure&) {};
  }
  if (options.ends_after) {
    following->timer = events.after(*options.ends_after, [weak] {
      if (const auto there = weak.lock()) there->end();
    });
  }
  const std::string first = following->call.event(begin_row(last_seq)) + options.first;
  const auto open = following->call.open_stream;
  following->stream = open(first, [following]() mutable { following.reset(); });
  return [weak](const control::Failure& failure) {
    if (const auto there = weak.lock()) there->end_with(there->call.error(failure));
  };
}

}  // namespace jetstream::daemon
