// SPDX-License-Identifier: MIT
#include "daemon/config/config_values.h"

#include <catch2/catch.hpp>
#include <limits>

using namespace jetstream;
using namespace jetstream::daemon;

TEST_CASE("durations are whole numbers with units, larger units first") {
  CHECK(parse_duration("30s") == 30'000'000'000);
  CHECK(parse_duration("0s") == 0);
  CHECK(parse_duration("1h30m") == 5'400'000'000'000);
  CHECK(parse_duration("1d2h3m4s5ms6us") == 93'784'005'006'000);
  CHECK(parse_duration("250us") == 250'000);
  for (const char* text : {"", "s", "-5s", "1.5s", "30 s", "30S", "30sec", "30m1h", "1s1s", "1s2",
                           "5ns", "1sms", "s5", "+1s"}) {
    INFO(text);
    CHECK_FALSE(parse_duration(text).has_value());
  }
}

TEST_CASE("a duration without a unit gets the likely one as advice") {
  const auto error = parse_duration("30");
  REQUIRE_FALSE(error.has_value());
  CHECK(error.error().what == "\"30\" has no unit");
  CHECK(error.error().help == "did you mean \"30s\"?");
}

TEST_CASE("durations end where their representation does") {
  CHECK(parse_duration("9223372036854775us") == 9'223'372'036'854'775'000);
  CHECK_FALSE(parse_duration("9223372036854776us").has_value());
  CHECK_FALSE(parse_duration("106751d86400s9000h").has_value());
  CHECK_FALSE(parse_duration("106751d24h").has_value());
  CHECK_FALSE(parse_duration("99999999999999999999s").has_value());
}

TEST_CASE("sizes are whole numbers with binary or decimal units") {
  CHECK(parse_size("1200B") == 1200);
  CHECK(parse_size("64KiB") == 65536);
  CHECK(parse_size("2MiB") == 2097152);
  CHECK(parse_size("1GiB") == 1073741824);
  CHECK(parse_size("64kB") == 64000);
  CHECK(parse_size("3MB") == 3000000);
  CHECK(parse_size("1GB") == 1000000000);
  for (const char* text : {"", "B", "64KB", "64kib", "1TiB", "-1B", "1.5MiB", "1 MiB", "1MiB1",
                           "8589934592GiB", "1MiB2KiB"}) {
    INFO(text);
    CHECK_FALSE(parse_size(text).has_value());
  }
  CHECK(parse_size("8589934591GiB").has_value());
}

TEST_CASE("a size that could mean two things is refused with both") {
  CHECK(parse_size("4M").error().help ==
        "write \"4MiB\" (powers of 1024) or \"4MB\" (powers of 1000)");
  CHECK(parse_size("4k").error().help ==
        "write \"4KiB\" (powers of 1024) or \"4kB\" (powers of 1000)");
  CHECK(parse_size("4096").error().help == "did you mean \"4096B\"?");
}

TEST_CASE("integers are decimal") {
  CHECK(parse_integer("0") == 0);
  CHECK(parse_integer("65535") == 65535);
  CHECK(parse_integer("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
  for (const char* text :
       {"", "010", "00", "-1", "+1", "0x10", "1_000", "1e3", "9223372036854775808", " 1"}) {
    INFO(text);
    CHECK_FALSE(parse_integer(text).has_value());
  }
}

TEST_CASE("only true and false are booleans") {
  CHECK(parse_boolean("true") == true);
  CHECK(parse_boolean("false") == false);
  CHECK(parse_boolean("yes").error().help == "did you mean true?");
  CHECK(parse_boolean("off").error().help == "did you mean false?");
  CHECK(parse_boolean("perhaps").error().help == "write true or false");
}

TEST_CASE("file modes are four octal digits that leave the owner in") {
  CHECK(parse_file_mode("0660") == 0660);
  CHECK(parse_file_mode("0600") == 0600);
  CHECK(parse_file_mode("0777") == 0777);
  for (const char* text :
       {"", "660", "0880", "00660", "1660", "0400", "0060", "rw--", "0 60", "-660"}) {
    INFO(text);
    CHECK_FALSE(parse_file_mode(text).has_value());
  }
}

TEST_CASE("addresses are digits and a port") {
  CHECK(parse_address("127.0.0.1:8080") == PeerAddress::v4({127, 0, 0, 1}, 8080));
  CHECK(parse_address("0.0.0.0:0") == PeerAddress::v4({0, 0, 0, 0}, 0));
  CHECK(parse_address("[::1]:65535").value().to_string() == "[::1]:65535");
  CHECK(parse_address("[2001:db8::7]:1").value().to_string() == "[2001:db8::7]:1");
  for (const char* text : {"",
                           ":",
                           "8080",
                           ":8080",
                           "*:8080",
                           "localhost:80",
                           "127.0.0.1",
                           "127.0.0.1:",
                           "127.0.0.1:65536",
                           "127.0.0.1:-1",
                           "127.0.0.1:8080x",
                           "256.0.0.1:80",
                           "::1:80",
                           "[::1]",
                           "[::1]80",
                           "[::1%lo]:80",
                           "[127.0.0.1]:80",
                           "fe80::1",
                           "1:2:3:4:5:6:7:8",
                           "127.1:80"}) {
    INFO(text);
    CHECK_FALSE(parse_address(text).has_value());
  }
}

TEST_CASE("formatted durations and sizes read back") {
  for (const std::int64_t value :
       {0LL, 1'000LL, 30'000'000'000LL, 5'400'000'000'000LL, 93'784'005'006'000LL}) {
    CHECK(parse_duration(format_duration(value)) == value);
  }
  for (const std::int64_t value : {0LL, 1LL, 1200LL, 65507LL, 65536LL, 3LL << 30}) {
    CHECK(parse_size(format_size(value)) == value);
  }
  CHECK(format_duration(5'400'000'000'000) == "1h30m");
  CHECK(format_size(65536) == "64KiB");
}
