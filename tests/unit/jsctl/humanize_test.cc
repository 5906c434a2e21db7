// SPDX-License-Identifier: MIT
#include "jsctl/humanize.h"

#include <catch2/catch.hpp>

namespace jetstream::jsctl {

TEST_CASE("Sizes change their unit at its boundary and never look greater than they are") {
  CHECK(human_bytes(0) == "0 B");
  CHECK(human_bytes(1023) == "1023 B");
  CHECK(human_bytes(1024) == "1.0 KiB");
  CHECK(human_bytes(10 * 1024 - 1) == "9.9 KiB");
  CHECK(human_bytes(10 * 1024) == "10 KiB");
  CHECK(human_bytes(1024 * 1024 - 1) == "1023 KiB");
  CHECK(human_bytes(1024 * 1024) == "1.0 MiB");
  CHECK(human_bytes(std::uint64_t{3} << 40) == "3.0 TiB");
  CHECK(human_bytes(UINT64_MAX) == "15 EiB");
}

TEST_CASE("Times have two units at most") {
  CHECK(human_ms(0) == "0s");
  CHECK(human_ms(999) == "999ms");
  CHECK(human_ms(1000) == "1s");
  CHECK(human_ms(59'999) == "59s");
  CHECK(human_ms(60'000) == "1m");
  CHECK(human_ms(185'000) == "3m 5s");
  CHECK(human_ms(3'600'000) == "1h");
  CHECK(human_ms(25'920'000) == "7h 12m");
  CHECK(human_ms(86'400'000) == "1d");
  CHECK(human_ms(86'399'999) == "23h 59m");
  CHECK(human_ms(4 * 86'400'000ull + 6 * 3'600'000) == "4d 6h");
  CHECK(human_us(std::nullopt) == "-");
  CHECK(human_us(0) == "0us");
  CHECK(human_us(999) == "999us");
  CHECK(human_us(1'250) == "1.2ms");
  CHECK(human_us(120'000) == "120ms");
  CHECK(human_us(3'400'000) == "3.4s");
}

TEST_CASE("No text from elsewhere can drive the terminal") {
  CHECK(printable("plain \xc3\xbc \xe2\x82\xac") == "plain \xc3\xbc \xe2\x82\xac");
  CHECK(printable("a\x1b[2Jb\n\t\r\x7f") == "a?[2Jb? ??");
  CHECK(printable("\xc2\x9b"
                  "31m") == "?31m");
  CHECK(printable("\xc2\xa0") == "\xc2\xa0");
  CHECK(printable("\xc2") == "?");
}

}  // namespace jetstream::jsctl
