// SPDX-License-Identifier: MIT
#include "ipc/line_buffer.h"

#include <catch2/catch.hpp>
#include <random>
#include <sstream>
#include <vector>

namespace jetstream::ipc {

TEST_CASE("Lines come out as they went in, however they are cut") {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string stream;
    for (std::size_t i = random() % 60; i > 0; --i) stream += "ab\n\r"[random() % 4];
    std::vector<std::string> wanted;
    std::stringstream splitter(stream.substr(0, stream.rfind('\n') + 1));
    for (std::string line; std::getline(splitter, line);) wanted.push_back(line);

    LineBuffer buffer(60);
    std::vector<std::string> found;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t size = 1 + random() % 9;
      buffer.append(std::string_view(stream).substr(at, size));
      at += size;
      while (const auto line = buffer.next_line()) found.emplace_back(*line);
    }
    CHECK(found == wanted);
    CHECK_FALSE(buffer.too_long());
    CHECK(buffer.empty() == (stream.empty() || stream.back() == '\n'));
  }
}

TEST_CASE("The longest line passes, one byte more does not") {
  LineBuffer buffer(4);
  buffer.append("1234\n12345");
  CHECK(buffer.next_line() == "1234");
  CHECK_FALSE(buffer.next_line());
  CHECK(buffer.too_long());

  LineBuffer whole(4);
  whole.append("12345\n1\n");
  CHECK_FALSE(whole.next_line());
  CHECK(whole.too_long());
  CHECK_FALSE(whole.next_line());

  LineBuffer waiting(4);
  waiting.append("1234");
  CHECK_FALSE(waiting.next_line());
  CHECK_FALSE(waiting.too_long());
  waiting.append("\n");
  CHECK(waiting.next_line() == "1234");
}

}  // namespace jetstream::ipc
