// SPDX-License-Identifier: MIT
#include "control/suggest.h"

#include <array>
#include <catch2/catch.hpp>

namespace jetstream::control {

TEST_CASE("The nearest word is suggested if it is near enough") {
  const std::array<std::string_view, 3> words{"limit", "cursor", "ids"};
  CHECK(did_you_mean("limti", words) == "did you mean \"limit\"?");  // letters that traded places
  CHECK(did_you_mean("lomot", words) == std::nullopt);               // two edits in five characters
  CHECK(did_you_mean("limi", words) == "did you mean \"limit\"?");
  CHECK(did_you_mean("limits", words) == "did you mean \"limit\"?");
  CHECK(did_you_mean("corsir", words) == "did you mean \"cursor\"?");  // two edits in six
  CHECK(did_you_mean("id", words) == "did you mean \"ids\"?");
  CHECK(did_you_mean("banana", words) == std::nullopt);
  CHECK(did_you_mean("", words) == std::nullopt);
  CHECK(did_you_mean("x", {}) == std::nullopt);
  CHECK(did_you_mean(std::string(65, 'l'), words) == std::nullopt);
}

}  // namespace jetstream::control
