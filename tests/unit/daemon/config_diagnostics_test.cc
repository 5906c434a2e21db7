// SPDX-License-Identifier: MIT
#include "daemon/config/config_diagnostics.h"

#include <catch2/catch.hpp>

#include "daemon/config/config.h"

using namespace jetstream;
using namespace jetstream::daemon;

namespace {

ConfigErrors errors_in(std::string source) {
  return {.file = "f.yaml", .source = std::move(source), .list = {}};
}

}  // namespace

TEST_CASE("an error shows its line, marks the place and advises") {
  ConfigErrors errors = errors_in("version: 1\nsessions:\n  idle: 30s\n");
  errors.add({3, 3, 4}, {Fault::kUnknownKey, "sessions.idle"}, "unknown key \"idle\"",
             "did you mean \"timeout\"?");
  CHECK(errors.text() ==
        "f.yaml:3:3: error: unknown key \"idle\"\n"
        "    3 |   idle: 30s\n"
        "      |   ^^^^\n"
        "   help: did you mean \"timeout\"?\n"
        "1 error; configuration not loaded\n");
}

TEST_CASE("columns count characters, not bytes") {
  ConfigErrors errors = errors_in("{é: ü}\n");
  errors.add({1, 6, 2}, {Fault::kInvalidValue}, "wrong");  // ü is at byte 6, character 5.
  CHECK(errors.text() ==
        "f.yaml:1:5: error: wrong\n"
        "    1 | {é: ü}\n"
        "      |     ^\n"
        "1 error; configuration not loaded\n");
}

TEST_CASE("a secret's line is not shown") {
  ConfigErrors errors = errors_in("password: hunter2\n");
  errors.add({1, 11, 7}, {Fault::kInvalidValue}, "too short", "", true);
  CHECK(errors.text() == "f.yaml:1:11: error: too short\n1 error; configuration not loaded\n");
}

TEST_CASE("twenty errors are shown and the rest counted") {
  ConfigErrors errors = errors_in("x\n");
  for (int i = 0; i < 23; ++i) errors.add({1, 1, 1}, {Fault::kInvalidValue}, "wrong");
  const std::string text = errors.text();
  std::size_t shown = 0;
  for (std::size_t at = text.find("error: wrong"); at != std::string::npos;
       at = text.find("error: wrong", at + 1))
    ++shown;
  CHECK(shown == 20);
  CHECK(text.find("23 errors (3 more not shown); configuration not loaded") != std::string::npos);
}

TEST_CASE("positions outside the text still print") {
  ConfigErrors errors = errors_in("short\n");
  errors.add({1, 400, 9}, {Fault::kInvalidValue}, "beyond the line");
  errors.add({900, 1, 9}, {Fault::kInvalidValue}, "beyond the file");
  const std::string text = errors.text();
  CHECK(text.find("f.yaml:1:6: error: beyond the line\n    1 | short\n      |      ^\n") !=
        std::string::npos);
  CHECK(text.find("f.yaml:900:1: error: beyond the file") != std::string::npos);
}

TEST_CASE("the mark of a long line is in the part that is shown") {
  ConfigErrors errors = errors_in(std::string(500, 'a') + "BAD" + std::string(500, 'a'));
  errors.add({1, 501, 3}, {Fault::kInvalidValue}, "wrong");
  const std::string text = errors.text();
  const std::size_t line = text.find("    1 | ");
  const std::size_t next = text.find('\n', line) + 1;
  REQUIRE(text.find("^^^", next) != std::string::npos);
  CHECK(text.find("BAD") - line == text.find("^^^", next) - next);
  CHECK(text.size() < 600);
}

TEST_CASE("nothing in a message can steer a terminal") {
  CHECK(printable("a\x1b[2Jb") == "a?[2Jb");
  CHECK(printable("\xc2\x9b") == "?");
  CHECK(printable("\xff\xfe") == "??");
  CHECK(printable("a\tb\n") == "a b?");
  CHECK(printable("é€😀") == "é€😀");
  CHECK(printable("a\u202eb\u200bc") == "a?b?c");
  CHECK(quote("a\u202eb\U000E0041c") == "\"a\\u202Eb\\U000E0041c\"");
}

TEST_CASE("only well-formed UTF-8 has a length") {
  CHECK(utf8_length("a") == 1);
  CHECK(utf8_length("\xc2\x80") == 2);
  CHECK(utf8_length("\xe2\x82\xac") == 3);
  CHECK(utf8_length("\xf4\x8f\xbf\xbf") == 4);
  for (const char* bad : {"\x80", "\xc0\x80", "\xc1\xbf", "\xc2", "\xe0\x9f\xbf", "\xed\xa0\x80",
                          "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82"}) {
    CHECK(utf8_length(bad) == 0);
  }
  CHECK(utf8_length("") == 0);
}

TEST_CASE("characters that nobody sees are told by their numbers") {
  for (const char32_t shown : {U'a', U'\u00e9', U'\u200a', U'\u2010', U'\u202f', U'\ufefe'}) {
    INFO(static_cast<std::uint32_t>(shown));
    CHECK_FALSE(base::is_invisible(shown));
  }
  for (const char32_t hidden : {U'\u00ad', U'\u200b', U'\u200f', U'\u2028', U'\u202e', U'\u2066',
                                U'\ufeff', U'\U000e0041'}) {
    INFO(static_cast<std::uint32_t>(hidden));
    CHECK(base::is_invisible(hidden));
  }
}

TEST_CASE("a long value is cut where it is quoted, between two characters") {
  const std::string whole(base::kQuotedBytes, 'a');
  CHECK(quote(whole) == "\"" + whole + "\"");
  CHECK(quote(whole + "b") == "\"" + whole + "...\"");
  CHECK(quote(whole.substr(1) + "é") == "\"" + whole.substr(1) + "...\"");
  const auto config =
      load_config_text("/t.yaml", "version: 1\nlog: {level: " + std::string(5000, 'x') + "}\n");
  REQUIRE_FALSE(config.has_value());
  CHECK(config.error().text().size() < 1000);
}
