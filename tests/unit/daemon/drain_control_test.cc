// SPDX-License-Identifier: MIT
#include "daemon/workers/drain_control.h"

#include <asio/post.hpp>
#include <catch2/catch.hpp>

#include "daemon/config/config_schema.h"

namespace jetstream::daemon {
namespace {

using namespace std::chrono_literals;
using State = DrainControl::State;

/// A drain of workers that never answer, so that it only ends when it is cancelled.
struct Drained {
  Config config = default_config();
  asio::io_context io{1};
  WorkerGroup workers{io, config};
  DrainControl drain{io, workers};

  void start(Duration hold) {
    drain.start({}, {.sessions_left = 0, .hold = hold}, "test", [] {});
  }
  /// What is due waits in the queue, so that cancelling its timer comes too late.
  void queue_what_is_due() {
    asio::post(io, [] {});
    io.restart();
    io.poll_one();
  }
  State settle() {
    io.restart();
    io.poll();
    return drain.progress().state;
  }
};

}  // namespace

TEST_CASE("A drain that holds for a while is cancelled by itself, unless the process ends") {
  Drained f;
  f.start(1ns);
  CHECK(f.settle() == State::kIdle);

  for (const bool queued : {false, true}) {
    f.start(1ns);
    if (queued) f.queue_what_is_due();
    f.drain.make_final();
    CHECK(f.settle() == State::kDraining);
    CHECK_FALSE(f.drain.progress().hold_left);
  }
}

TEST_CASE("The hold of a drain before does not end the one that follows") {
  Drained f;
  for (const Duration next : {Duration::zero(), Duration(1h)}) {
    f.start(1ns);
    f.queue_what_is_due();
    f.start(next);
    CHECK(f.settle() == State::kDraining);
  }
}

}  // namespace jetstream::daemon
