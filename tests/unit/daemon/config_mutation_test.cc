// SPDX-License-Identifier: MIT
//
// Damaged configurations: each is either accepted or refused with a position inside the file.
#include <algorithm>
#include <catch2/catch.hpp>

#include "daemon/config/config.h"
#include "daemon/config/config_docs.h"
#include "unit/daemon/config_mutations.h"

using namespace jetstream::daemon;

namespace {

void check_refusal(const ConfigErrors& errors, const std::string& text) {
  REQUIRE_FALSE(errors.list.empty());
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  for (const Diagnostic& error : errors.list) {
    CHECK(error.position.line >= 1);
    CHECK(error.position.line <= lines + 1);
    CHECK(error.position.column >= 1);
    CHECK(error.position.column <= text.size() + 1);
    CHECK_FALSE(error.what.empty());
  }
  const std::string message = errors.text();
  CHECK(message.find("configuration not loaded") != std::string::npos);
  CHECK(std::none_of(message.begin(), message.end(),
                     [](char c) { return (c >= 0 && c < ' ' && c != '\n') || c == 0x7f; }));
}

}  // namespace

TEST_CASE("damaged configurations are accepted or refused with a position") {
  const std::string original = default_config_text();
  std::mt19937 random(20240229);
  int refused = 0;
  for (int round = 0; round < 1500; ++round) {
    const std::string text = mutate(original, random);
    INFO("round " << round << "\n" << text);
    const auto config = load_config_text("/t.yaml", text);
    if (config) continue;
    ++refused;
    check_refusal(config.error(), text);
  }
  // Neither the damage nor the checks may be without effect.
  CHECK(refused > 700);
  CHECK(refused < 1500);
}

TEST_CASE("noise is refused with a position") {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    std::string text = round % 2 == 0 ? "version: 1\n" : "";
    text += noise(random);
    INFO("round " << round << "\n" << text);
    const auto config = load_config_text("/t.yaml", text);
    if (!config) check_refusal(config.error(), text);
  }
}
