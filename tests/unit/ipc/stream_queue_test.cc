// SPDX-License-Identifier: MIT
#include "ipc/stream_queue.h"

#include <catch2/catch.hpp>

namespace jetstream::ipc {
namespace {

/// Room for eight bytes: four lines of one letter.
StreamQueue small_queue() {
  return {8, [](std::uint64_t lost) { return "-" + std::to_string(lost) + "\n"; }};
}

}  // namespace

TEST_CASE("Lines wait up to the last byte of room") {
  StreamQueue queue = small_queue();
  for (const char* line : {"a\n", "b\n", "c\n", "d\n"}) queue.push(line);
  CHECK(queue.take() == "a\nb\nc\nd\n");
  CHECK(queue.take().empty());
}

TEST_CASE("Lines that do not fit are counted where they would have stood") {
  StreamQueue queue = small_queue();
  for (const char* line : {"a\n", "b\n", "c\n", "d\n", "e\n", "f\n"}) queue.push(line);
  CHECK(queue.take() == "a\nb\nc\nd\n-2\n");
  queue.push("g\n");
  CHECK(queue.take() == "g\n");
}

TEST_CASE("A short line does not overtake those that were lost before it") {
  StreamQueue queue = small_queue();
  queue.push("abcde\n");
  queue.push("fgh\n");
  queue.push("\n");  // It has room, but not together with the line that tells of the loss.
  CHECK(queue.take() == "abcde\n-2\n");
}

TEST_CASE("The first and the last lines of a stream are never lost") {
  StreamQueue queue = small_queue();
  queue.push_always("much too long\n");
  queue.push("a\n");
  queue.push_always("the end\n");
  CHECK(queue.take() == "much too long\n-1\nthe end\n");
}

}  // namespace jetstream::ipc
