// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>
#include <limits>

#include "jetstream/control.h"

namespace jetstream::control {

TEST_CASE("A session id is a decimal number and nothing else") {
  CHECK(parse_session_id("1") == SessionId(1));
  CHECK(parse_session_id("18446744073709551615") ==
        SessionId(std::numeric_limits<std::uint64_t>::max()));
  for (const char* bad :
       {"", "0", "01", "+1", "-1", " 1", "1 ", "1x", "0x1", "1.0", "18446744073709551616", "one"}) {
    INFO(bad);
    CHECK_FALSE(parse_session_id(bad));
  }
  CHECK_FALSE(parse_session_id(std::string_view("1\0", 2)));
}

TEST_CASE("Words and enumerators belong together both ways") {
  for (auto access : {Access::kNone, Access::kRead, Access::kOperate, Access::kAdmin}) {
    CHECK(parse_access(to_string(access)) == access);
  }
  CHECK_FALSE(parse_access("root"));
  for (std::uint8_t i = 0; i <= kCloseReasonMax; ++i) {
    const auto reason = static_cast<CloseReason>(i);
    CHECK(parse_close_reason(jetstream::to_string(reason)) == reason);
  }
  CHECK_FALSE(parse_close_reason("unknown"));
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(ErrorCode::kInternal); ++i) {
    const auto code = static_cast<ErrorCode>(i);
    CHECK(parse_error_code(to_string(code)) == code);
  }
  CHECK(parse_error_code("a_code_of_the_future") == ErrorCode::kInternal);
  for (auto outcome :
       {CloseOutcome::kClosed, CloseOutcome::kNotFound, CloseOutcome::kAlreadyClosing}) {
    CHECK(parse_close_outcome(to_string(outcome)) == outcome);
  }
}

TEST_CASE("Times are written and read as RFC 3339 with milliseconds in UTC") {
  CHECK(to_rfc3339(UnixTime(0)) == "1970-01-01T00:00:00.000Z");
  CHECK(to_rfc3339(UnixTime(1'000'000'000'123)) == "2001-09-09T01:46:40.123Z");
  CHECK(to_rfc3339(UnixTime(-1)) == "1969-12-31T23:59:59.999Z");
  CHECK(to_rfc3339(UnixTime(951'782'400'000)) == "2000-02-29T00:00:00.000Z");
  CHECK(to_rfc3339(UnixTime(std::numeric_limits<std::int64_t>::max())) ==
        "9999-12-31T23:59:59.999Z");
  CHECK(to_rfc3339(UnixTime(std::numeric_limits<std::int64_t>::min())) ==
        "0000-01-01T00:00:00.000Z");
  for (std::int64_t ms : {std::int64_t{0}, std::int64_t{1'000'000'000'123}, std::int64_t{-1},
                          std::int64_t{951'782'399'999}, std::int64_t{253'402'300'799'999}}) {
    CHECK(parse_rfc3339(to_rfc3339(UnixTime(ms))) == UnixTime(ms));
  }
}

TEST_CASE("Times in another form are refused") {
  for (const char* bad :
       {"", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000", "1970-01-01 00:00:00.000Z",
        "1970-13-01T00:00:00.000Z", "2001-02-29T00:00:00.000Z", "1970-01-01T24:00:00.000Z",
        "1970-01-01T00:60:00.000Z", "1970-01-01T00:00:60.000Z", "1970-01-01T00:00:00.000z",
        "1970-01-01T00:00:00.0000Z", "197a-01-01T00:00:00.000Z"}) {
    INFO(bad);
    CHECK_FALSE(parse_rfc3339(bad));
  }
}

}  // namespace jetstream::control
