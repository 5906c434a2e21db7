// SPDX-License-Identifier: MIT
#include "pages/pages.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

using namespace jetstream::pages;
namespace fs = std::filesystem;

namespace {

std::string file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

TEST_CASE("the pages in the repository are those that the programs make") {
  for (const Page& page : all_pages()) {
    INFO(page.path << " is stale: build the target generate_docs");
    CHECK(file(fs::path(JS_SOURCE_DIR) / page.path) == page.text);
  }
}

TEST_CASE("no page stays behind whose program is gone") {
  std::set<std::string> made;
  for (const Page& page : all_pages()) made.insert(page.path);
  for (const char* folder : {"docs/man", "docs/completion"}) {
    for (const auto& entry : fs::directory_iterator(fs::path(JS_SOURCE_DIR) / folder)) {
      CHECK(made.contains(std::string(folder) + "/" + entry.path().filename().string()));
    }
  }
}
