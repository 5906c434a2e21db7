// SPDX-License-Identifier: MIT
#include "unit/daemon/config_mutations.h"

#include <algorithm>
#include <vector>

namespace jetstream::daemon {
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

}  // namespace

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

std::string noise(std::mt19937& random) {
  std::string text;
  const std::size_t pieces = random() % 60;
  for (std::size_t i = 0; i < pieces; ++i) text += kSnippets[random() % kSnippets.size()];
  return text;
}

}  // namespace jetstream::daemon
