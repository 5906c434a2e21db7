// SPDX-License-Identifier: MIT
#include "daemon/admin/piece_work.h"

#include <catch2/catch.hpp>
#include <string>

namespace jetstream::daemon {
namespace {

/// A thread's queue that is run by hand.
class Queue {
 public:
  PieceWork::Post post() {
    return [this](std::function<void()> call) { waiting_.push_back(std::move(call)); };
  }
  std::size_t waiting() const { return waiting_.size(); }
  void run_one() {
    auto call = std::move(waiting_.front());
    waiting_.pop_front();
    call();
  }

 private:
  std::deque<std::function<void()>> waiting_;
};

}  // namespace

TEST_CASE("Of all jobs one piece is done at a time, in turn, and others get theirs between") {
  Queue queue;
  PieceWork work(queue.post());
  std::string log;
  const auto job = [&](char name, int pieces) {
    return [&log, name, left = pieces]() mutable {
      log += name;
      return --left > 0;
    };
  };
  work.add(job('a', 3));
  work.add(job('b', 1));
  work.add(job('c', 2));
  CHECK(log.empty());
  for (int i = 0; i < 6; ++i) {
    REQUIRE(queue.waiting() == 1);  // however many jobs there are
    queue.run_one();
    CHECK(log.size() == static_cast<std::size_t>(i) + 1);
  }
  CHECK(log == "abcaca");
  CHECK(queue.waiting() == 0);

  work.add(job('d', 1));
  REQUIRE(queue.waiting() == 1);
  queue.run_one();
  CHECK(log == "abcacad");
  CHECK(queue.waiting() == 0);
}

TEST_CASE("A piece may add jobs") {
  Queue queue;
  PieceWork work(queue.post());
  std::string log;
  work.add([&] {
    log += 'a';
    work.add([&] {
      log += 'b';
      return false;
    });
    return false;
  });
  while (queue.waiting() > 0) {
    REQUIRE(queue.waiting() == 1);
    queue.run_one();
  }
  CHECK(log == "ab");
}

}  // namespace jetstream::daemon
