// SPDX-License-Identifier: MIT
#include "control/filter.h"

#include <array>
#include <catch2/catch.hpp>
#include <map>

using namespace jetstream;
using namespace jetstream::control;

namespace {

constexpr std::array<std::string_view, 2> kSuites{"aes", "chacha"};
constexpr std::array kFields{
    FilterField{"id", FilterType::kNumber, ""},
    FilterField{"state", FilterType::kText, ""},
    FilterField{"idle", FilterType::kDuration, ""},
    FilterField{"rx_bytes", FilterType::kSize, ""},
    FilterField{"peer", FilterType::kAddress, ""},
    FilterField{"identity", FilterType::kText, ""},
    FilterField{"suite", FilterType::kText, "", {}, kSuites},
};

/// Session 7, established, idle for 5 minutes, with 64 KiB from 192.0.2.7:443 by suite aes, without
/// identity.
class Row : public FilterSubject {
 public:
  FilterValue value(std::size_t field) const override {
    switch (field) {
      case 0:
        return std::int64_t{7};
      case 1:
        return std::string_view("established");
      case 2:
        return std::int64_t{300'000'000'000};
      case 3:
        return std::int64_t{65536};
      case 4:
        return PeerAddress::v4({192, 0, 2, 7}, 443);
      case 6:
        return std::string_view("aes");
      default:
        return std::monostate();
    }
  }
};

bool match(std::string_view text) {
  const auto filter = Filter::parse(text, kFields);
  if (!filter) FAIL(text << ": " << filter.error().message);
  return filter->matches(Row());
}

FilterFault fault(std::string_view text) {
  const auto filter = Filter::parse(text, kFields);
  INFO(text);
  REQUIRE_FALSE(filter.has_value());
  return filter.error();
}

}  // namespace

TEST_CASE("an empty filter is of every row") {
  CHECK(match(""));
  CHECK(match("  \t "));
  CHECK(Filter().matches(Row()));
}

TEST_CASE("numbers compare in every way") {
  CHECK(match("id=7"));
  CHECK_FALSE(match("id = 8"));
  CHECK(match("id != 8"));
  CHECK(match("id < 8"));
  CHECK_FALSE(match("id < 7"));
  CHECK(match("id <= 7"));
  CHECK(match("id > 6"));
  CHECK_FALSE(match("id > 7"));
  CHECK(match("id >= 7"));
  CHECK(match("id in (1, 7)"));
  CHECK_FALSE(match("id in (1,8)"));
}

TEST_CASE("durations and sizes have units") {
  CHECK(match("idle = 5m"));
  CHECK(match("idle >= 4m60s"));
  CHECK_FALSE(match("idle > 5m"));
  CHECK(match("rx_bytes = 64KiB"));
  CHECK(match("rx_bytes < 66kB"));
  CHECK(fault("idle > 5").hint == "did you mean \"5s\"?");
  CHECK(fault("rx_bytes > 1K").message == "\"1K\" has two meanings");
}

TEST_CASE("texts are compared whole or with a pattern") {
  CHECK(match("state=established"));
  CHECK(match("state = \"established\""));
  CHECK_FALSE(match("state = establish"));
  CHECK(match("state ~ est*"));
  CHECK(match("state ~ *lish?d"));
  CHECK(match("state ~ *"));
  CHECK(match("state ~ e*e*d"));
  CHECK_FALSE(match("state ~ e?"));
  CHECK_FALSE(match("state ~ *closing*"));
  CHECK(match("state in (closing, established)"));
}

TEST_CASE("patterns of many stars are no work") {
  std::string stars;
  for (int i = 0; i < 200; ++i) stars += "*a";
  CHECK_FALSE(match("state ~ " + stars));
}

TEST_CASE("peers are met by address, by block, and with their port") {
  CHECK(match("peer = 192.0.2.7:443"));
  CHECK_FALSE(match("peer = 192.0.2.7:444"));
  CHECK(match("peer = 192.0.2.7"));
  CHECK(match("peer in 192.0.2.0/24"));
  CHECK_FALSE(match("peer in 192.0.3.0/24"));
  CHECK(match("peer in (10.0.0.0/8, 192.0.2.7:443)"));
  CHECK(match("peer != [2001:db8::7]:443"));
  CHECK(match("not peer in 2001:db8::/32"));
  CHECK(fault("peer = 192.0.2.7:99999").message == "\"192.0.2.7:99999\" is no address");
  CHECK(fault("peer = 192.0.2.0/33").offset == 7);
  CHECK(fault("peer = example.org").hint ==
        "write 192.0.2.7, 192.0.2.7:443, 192.0.2.0/24, 2001:db8::7, [2001:db8::7]:443 or "
        "2001:db8::/32");
}

TEST_CASE("an address may stand in brackets, a block or half of a pair may not") {
  CHECK_FALSE(match("peer = [::1]"));
  CHECK(match("peer != [::1]"));
  CHECK(match("peer != [fe80::1%eth0]"));
  for (const char* wrong : {"[::1", "::1]", "[2001:db8::/32]", "[2001:db8::]/32", "[]", "[1.2.3.4]",
                            "[::1]:", "[[::1]]"}) {
    INFO(wrong);
    CHECK_FALSE(Filter::parse("peer = " + std::string(wrong), kFields));
  }
}

TEST_CASE("and binds more tightly than or, not more tightly than both") {
  CHECK(match("id=7 or id=8 and state=closing"));
  CHECK_FALSE(match("(id=7 or id=8) and state=closing"));
  CHECK(match("not id=8 and state=established"));
  CHECK_FALSE(match("not (id=8 or state=established)"));
  CHECK(match("not not id=7"));
}

TEST_CASE("a field without a value meets no comparison") {
  CHECK_FALSE(match("identity = x"));
  CHECK_FALSE(match("identity != x"));
  CHECK_FALSE(match("identity ~ *"));
  CHECK(match("not identity ~ *"));
}

TEST_CASE("faults say what, where, and what to do") {
  CHECK(fault("idlee > 5m").message == "there is no field \"idlee\"");
  CHECK(fault("idlee > 5m").hint == "did you mean \"idle\"?");
  CHECK(fault("id=7 and nonsense=1").offset == 9);
  CHECK(fault("zzz=1").hint == "the fields are id, state, idle, rx_bytes, peer, identity, suite");
  CHECK(fault("id").message == "the filter ends where =, !=, <, <=, >, >= or in should follow");
  CHECK(fault("id").hint == "FIELD OPERATOR VALUE, such as: peer in 192.0.2.0/24 and not id = 7");
  CHECK(fault("id = ").message == "the filter ends where a value should follow");
  CHECK(fault("id = )").message == "\")\" stands where a value should");
  CHECK(fault("id=7 state=closing").message ==
        "\"state\" stands where \"and\", \"or\" or the end should");
  CHECK(fault("state < x").offset == 6);
  CHECK(fault("peer ~ x").message == "\"~\" stands where =, != or in should");
  CHECK(fault("(id=7").message == "the filter ends where \")\" should follow");
  CHECK(fault("id in (1,").message == "the filter ends where a value should follow");
  CHECK(fault("id in (1 2)").message == "\"2\" stands where \",\" or \")\" should");
  CHECK(fault("state = \"x").message == "the closing quote is missing");
  CHECK(fault("and id=7").message == "there is no field \"and\"");
  CHECK(fault("\"id\" = 7").message == "there is no field \"id\"");
  CHECK(fault("id=99999999999999999999").message == "\"99999999999999999999\" is too large");
}

TEST_CASE("quotes keep blanks and marks, and a backslash keeps quotes") {
  CHECK_FALSE(match(R"(state = "a b (c) \"d\" \\")"));
  CHECK_FALSE(match("state = \"and\""));
  CHECK(match("state != \"\""));
}

TEST_CASE("a field with choices is compared with one of them") {
  CHECK(match("suite = aes"));
  CHECK_FALSE(match("suite in (chacha, \"chacha\")"));
  CHECK(match("suite != chacha"));
  CHECK(match("suite ~ a*"));
  CHECK_FALSE(match("suite ~ nonsense"));  // a pattern of no star is a pattern
  for (const char* filter : {"suite = aesh", "suite != aesh", "suite in (aes, aesh)"}) {
    INFO(filter);
    CHECK(fault(filter).message == "\"aesh\" is no value of \"suite\"");
    CHECK(fault(filter).offset == std::string_view(filter).find("aesh"));
    CHECK(fault(filter).hint == "did you mean \"aes\"?");
  }
  CHECK(fault("suite = \"\"").hint == "one of aes, chacha");
  CHECK(fault("suite = AES").hint == "one of aes, chacha");
}

TEST_CASE("single quotes are refused where they stand") {
  CHECK(fault("identity = 'x'").message == "texts stand in double quotes");
  CHECK(fault("identity = 'x'").offset == 11);
  CHECK(fault("'id' = 7").offset == 0);
  CHECK(fault("id in (7, '8')").offset == 10);
  CHECK(fault("id=7 'x'").message == "texts stand in double quotes");
  CHECK_FALSE(match("identity = it's"));
  CHECK_FALSE(match("identity = \"'x'\""));
}

TEST_CASE("the headings of tables lead to their fields") {
  CHECK(fault("RX > 1KiB").hint == "did you mean \"rx_bytes\"?");
  CHECK(fault("bytes > 1KiB").hint == "did you mean \"rx_bytes\"?");
  CHECK(fault("IDENTITY = x").hint == "did you mean \"identity\"?");
  CHECK(fault("STAT = closing").hint == "did you mean \"state\"?");
  CHECK(fault("\"\" = 1").hint->starts_with("the fields are "));
}

TEST_CASE("what a filter may cost is bounded") {
  std::string many = "id=1";
  for (std::size_t i = 1; i < kFilterComparisonsMax; ++i) many += " or id=1";
  CHECK_FALSE(match(many));
  CHECK(fault(many + " or id=1").message == "a filter has at most 32 comparisons");

  const std::string deep(15, '(');
  CHECK(match(deep + "id=7" + std::string(15, ')')));
  CHECK(fault("(" + deep + "id=7" + std::string(16, ')')).message ==
        "the filter is nested too deep");

  const std::string blanks(kFilterBytesMax - 4, ' ');
  CHECK(match("id=7" + blanks));
  CHECK(fault("id=7 " + blanks).message == "a filter has at most 512 bytes");
}
