// SPDX-License-Identifier: MIT
//
// Damaged configurations: each is either accepted or refused with a position inside the file.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "daemon/config.h"
#include "daemon/config_docs.h"

using namespace jetstream::daemon;

namespace {

const std::vector<std::string> kSnippets = {"&a ",
                                            "*a",
                                            "!!int ",
                                            "<<: ",
                                            "---\n",
                                            "...\n",
                                            "\t",
                                            "[",
                                            "]",
                                            "{",
                                            "}",
                                            "\"",
                                            "'",
                                            "|\n",
                                            ">-\n",
                                            "? ",
                                            "- ",
                                            ": ",
                                            ", ",
                                            "#",
                                            "\n",
                                            "\r\n",
                                            "%TAG ",
                                            "~",
                                            "\xff",
                                            "\xef\xbb",
                                            "\0",
                                            "é",
                                            "99999999999999999999",
                                            "-1",
                                            "0s",
                                            "yes",
                                            "\\"};

std::string mutate(std::string text, std::mt19937& random) {
  const auto below = [&](std::size_t bound) { return bound == 0 ? 0 : random() % bound; };
  for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
    const std::size_t at = below(text.size() + 1);
    const std::size_t length = below(std::min<std::size_t>(40, text.size() - at + 1));
    switch (below(6)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, kSnippets[below(kSnippets.size())]);
        break;
      case 2:
        if (at < text.size()) text[at] = static_cast<char>(random() & 0xff);
        break;
      case 3:
        text.insert(below(text.size() + 1), text.substr(at, length));
        break;
      case 4:
        text.resize(at);
        break;
      default: {
        // Whole lines trade places: wrong sections, duplicates, broken indentation.
        const std::size_t start = text.rfind('\n', at) + 1;
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string line = text.substr(start, end - start) + "\n";
        text.insert(text.rfind('\n', below(text.size() + 1)) + 1, line);
      }
    }
  }
  return text;
}

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
    const std::size_t pieces = random() % 60;
    for (std::size_t i = 0; i < pieces; ++i) text += kSnippets[random() % kSnippets.size()];
    INFO("round " << round << "\n" << text);
    const auto config = load_config_text("/t.yaml", text);
    if (!config) check_refusal(config.error(), text);
  }
}
