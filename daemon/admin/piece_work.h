// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <functional>

namespace jetstream::daemon {

/// Jobs that would hold up a thread for long, done in pieces: the thread does one piece of one job,
/// then whatever else waits for it, then a piece of the next job. However many jobs there are, what
/// waits meanwhile waits for one piece. One thread.
class PieceWork {
 public:
  /// Does one piece; true if more is left.
  using Step = std::function<bool()>;
  /// Has a function called later on the same thread, behind what waits already.
  using Post = std::function<void(std::function<void()>)>;

  explicit PieceWork(Post post) : post_(std::move(post)) {}

  void add(Step step) {
    jobs_.push_back(std::move(step));
    if (jobs_.size() == 1) post_next();
  }

 private:
  void post_next() {
    post_([this] { do_piece(); });
  }
  void do_piece() {
    // It stays in its place while it runs, so that add() sees that one is under way.
    if (jobs_.front()()) jobs_.push_back(std::move(jobs_.front()));
    jobs_.pop_front();
    if (!jobs_.empty()) post_next();
  }

  Post post_;
  std::deque<Step> jobs_;
};

}  // namespace jetstream::daemon
