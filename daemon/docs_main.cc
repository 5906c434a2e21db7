// SPDX-License-Identifier: MIT
//
// jetstreamd_docs FOLDER: writes the generated files of the repository whose top is FOLDER.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "daemon/generated_files.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: jetstreamd_docs FOLDER\n", stderr);
    return 2;
  }
  for (const auto& file : jetstream::daemon::generated_files()) {
    const std::filesystem::path path = std::filesystem::path(argv[1]) / file.path;
    std::ofstream out(path, std::ios::binary);
    out << file.text;
    if (!out.flush()) {
      std::fprintf(stderr, "jetstreamd_docs: cannot write %s\n", path.c_str());
      return 1;
    }
  }
  return 0;
}
