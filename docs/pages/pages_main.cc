// SPDX-License-Identifier: MIT
//
// jetstream_pages FOLDER: writes the manual pages and completions of the repository whose top is
// FOLDER.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "pages/pages.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: jetstream_pages FOLDER\n", stderr);
    return 2;
  }
  for (const auto& page : jetstream::pages::all_pages()) {
    const std::filesystem::path path = std::filesystem::path(argv[1]) / page.path;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream out(path, std::ios::binary);
    out << page.text;
    if (!out.flush()) {
      std::fprintf(stderr, "jetstream_pages: cannot write %s\n", path.c_str());
      return 1;
    }
  }
  return 0;
}
