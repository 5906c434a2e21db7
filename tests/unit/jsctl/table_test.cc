// SPDX-License-Identifier: MIT
#include "jsctl/table.h"

#include <catch2/catch.hpp>

namespace jetstream::jsctl {
namespace {

Table sample() {
  Table table({{"ID", true}, {"NAME"}, {"SIZE", true}});
  table.add({"7", "short", "1 B"});
  table.add({"123", "gr\xc3\xbc\xc3\x9f", "20 KiB"});
  return table;
}

}  // namespace

TEST_CASE("Columns are aligned, numbers at the right, characters counted and not bytes") {
  CHECK(sample().to_text({}) ==
        " ID  NAME     SIZE\n"
        "  7  short     1 B\n"
        "123  gr\xc3\xbc\xc3\x9f   20 KiB\n");
}

TEST_CASE("Without header the titles take no room") {
  CHECK(sample().to_text({0, false}) ==
        "  7  short     1 B\n"
        "123  gr\xc3\xbc\xc3\x9f   20 KiB\n");
  Table narrow({{"A LONG TITLE"}, {"B"}});
  narrow.add({"x", "y"});
  CHECK(narrow.to_text({0, false}) == "x  y\n");
}

TEST_CASE("Where the width does not suffice, the last columns go first") {
  CHECK(sample().to_text({18, true}).starts_with(" ID  NAME     SIZE\n"));
  CHECK(sample().to_text({17, true}) == " ID  NAME\n  7  short\n123  gr\xc3\xbc\xc3\x9f\n");
  CHECK(sample().to_text({10, true}).starts_with(" ID  NAME\n"));
  CHECK(sample().to_text({9, true}) == " ID\n  7\n123\n");
  CHECK(sample().to_text({1, true}) == " ID\n  7\n123\n");
}

TEST_CASE("An empty table is its header") {
  CHECK(Table({{"ID"}, {"PEER"}}).to_text({}) == "ID  PEER\n");
  CHECK(Table({{"ID"}, {"PEER"}}).to_text({0, false}).empty());
}

TEST_CASE("Cells can't break the lines") {
  Table table({{"A"}, {"B"}});
  table.add({"x\ny", "\x1b[31m"});
  CHECK(table.to_text({}) == "A    B\nx?y  ?[31m\n");
}

}  // namespace jetstream::jsctl
