// SPDX-License-Identifier: MIT
#include "base/closest_word.h"

#include <array>
#include <catch2/catch.hpp>
#include <vector>

using namespace jetstream::base;

TEST_CASE("the distance of two words is the number of edits between them") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("ab", "ba") == 1);
  CHECK(edit_distance("levle", "level") == 1);
  CHECK(edit_distance("ca", "abc") == 3);  // not by exchanging and parting what was exchanged
  CHECK(edit_distance("abcd", "badc") == 2);
  CHECK(edit_distance("send", "send") == 0);
}

TEST_CASE("the closest word is the one that was meant, if it is close enough") {
  const std::vector<std::string> names = {"timeout", "max_streams", "max", "heartbeat_interval"};
  CHECK(closest_word("timeot", names) == "timeout");
  CHECK(closest_word("max_stream", names) == "max_streams");
  CHECK(closest_word("mx", names) == "max");
  CHECK(closest_word("hartbeat_intervall", names) == "heartbeat_interval");
  CHECK(closest_word("something", names).empty());
  CHECK(closest_word("", names).empty());
  CHECK(closest_word(std::string(65, 'x'), names).empty());
  CHECK(closest_word(std::string(100000, 'x'), names).empty());
}

TEST_CASE("one edit in three letters, and one in any case") {
  const std::array<std::string_view, 2> words{"limit", "cursor"};
  CHECK(closest_word("limi", words) == "limit");
  CHECK(closest_word("limti", words) == "limit");
  CHECK(closest_word("lomot", words).empty());       // two in five
  CHECK(closest_word("corsir", words) == "cursor");  // two in six
  CHECK(closest_word("lmiit1", words).empty());      // three, of six and five
  CHECK(closest_word("lmit12", words).empty());
}
