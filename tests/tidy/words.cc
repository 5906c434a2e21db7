// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "tidy/checks.h"

namespace jetstream::tidy {
namespace {

/// This folder names what it forbids.
bool is_tidy_itself(const SourceFile& file) { return file.is_under("tests/tidy/"); }

bool is_pure(const SourceFile& file) {
  static constexpr std::string_view kIo[] = {"lib/src/net/", "lib/src/ipc/"};
  static constexpr std::string_view kIoHeaders[] = {"udp_driver.h", "server.h", "client.h",
                                                    "connection.h", "completion.h"};
  if (!file.is_under("lib/") || !file.is_cpp()) return false;
  const auto under = [&file](auto folder) { return file.is_under(folder); };
  const auto named = [&file](auto name) {
    return file.path == "lib/include/jetstream/" + std::string(name);
  };
  return std::none_of(std::begin(kIo), std::end(kIo), under) &&
         std::none_of(std::begin(kIoHeaders), std::end(kIoHeaders), named);
}

/// Finds `word` in the code of `file`, outside comments and literals.
void find_in_code(const SourceFile& file, std::string_view code, std::string_view word,
                  std::string_view why, Findings& findings) {
  for (std::size_t at = find_word(code, word); at != std::string_view::npos;
       at = find_word(code, word, at + 1)) {
    findings.push_back(place(file, at) + ": " + std::string(word) + ": " + std::string(why));
  }
}

void find_in_text(const SourceFile& file, std::string_view word, std::string_view why,
                  Findings& findings) {
  for (std::size_t at = find_word(file.text, word); at != std::string_view::npos;
       at = find_word(file.text, word, at + 1)) {
    findings.push_back(place(file, at) + ": " + std::string(word) + ": " + std::string(why));
  }
}

struct Ban {
  std::string_view word;
  std::string_view why;
  /// Paths that start so are exempt; separated by blanks.
  std::string_view exempt;
  /// Only paths that start so are concerned, if not empty.
  std::string_view only;
};

constexpr Ban kBans[] = {
    {"steady_clock::now", "only net/ and ipc/ read the clock",
     "lib/src/net/clock lib/src/ipc/ tests/unit/ipc/ tests/unit/net/ tests/unit/daemon/ "
     "tests/integration/ "
     "tests/bench/ "
     "tests/sim/main.cc",
     ""},
    {"high_resolution_clock", "only net/ and ipc/ read the clock", "", ""},
    {"clock_gettime", "only net/ and ipc/ read the clock",
     "lib/src/net/clock daemon/process/clock_reading tests/bench/", ""},
    {"gettimeofday", "only net/ and ipc/ read the clock", "", ""},
    {"sleep_for", "nothing sleeps", "", ""},
    {"sleep_until", "nothing sleeps", "", ""},
    {"usleep(", "nothing sleeps", "", ""},
    {"nanosleep(", "nothing sleeps", "", ""},
    {"rand(", "RandomSource is the only randomness", "", ""},
    {"memcmp", "not constant in time: constant_time_equal()", "", "lib/src/crypto/"},
    {"std::cout", "a library does not print", "", "lib/"},
    {"std::cerr", "a library does not print", "", "lib/"},
    {"using namespace std;", "names are qualified", "", ""},
};

bool starts_with_any(std::string_view path, std::string_view starts) {
  while (!starts.empty()) {
    const std::size_t end = std::min(starts.find(' '), starts.size());
    if (path.starts_with(starts.substr(0, end))) return true;
    starts.remove_prefix(std::min(end + 1, starts.size()));
  }
  return false;
}

}  // namespace

Findings check_purity(const Tree& tree) {
  static constexpr std::string_view kImpure[] = {
      "::now(",         "system_clock",       "std::thread",   "std::jthread",  "std::mutex",
      "thread_local",   "<thread>",           "<mutex>",       "<fstream>",     "<filesystem>",
      "<sys/socket.h>", "<unistd.h>",         "std::ifstream", "std::ofstream", "fopen(",
      "getenv(",        "std::random_device", "recvmsg(",      "sendmsg(",      "std::async"};
  Findings findings;
  for (const SourceFile& file : tree) {
    if (!is_pure(file)) continue;
    const std::string code = code_only(file.text);
    for (std::string_view word : kImpure) {
      find_in_code(file, code, word, "the core has no clock, thread, socket or file", findings);
    }
  }
  return findings;
}

Findings check_words(const Tree& tree) {
  static constexpr std::string_view kUnfinished[] = {"FIXME", "TODO"};
  static constexpr std::string_view kConflict[] = {"\n<<<<<<< ", "\n>>>>>>> ", "\n||||||| "};
  Findings findings;
  for (const SourceFile& file : tree) {
    if (is_tidy_itself(file)) continue;
    for (std::string_view word : kUnfinished) find_in_text(file, word, "finish it", findings);
    for (std::string_view word : kConflict) {
      const std::size_t at = file.text.find(word);
      if (at != std::string::npos) findings.push_back(place(file, at + 1) + ": conflict marker");
    }
    if (!file.is_cpp()) continue;
    const std::string code = code_only(file.text);
    for (const Ban& ban : kBans) {
      if (starts_with_any(file.path, ban.exempt)) continue;
      if (!ban.only.empty() && !starts_with_any(file.path, ban.only)) continue;
      find_in_code(file, code, ban.word, ban.why, findings);
    }
  }
  return findings;
}

Findings check_machine_paths(const Tree& tree) {
  static constexpr std::array<std::string_view, 4> kPaths = {"/home/",
                                                             "/wo"
                                                             "rk/",
                                                             "/Users/", "/root/"};
  static constexpr std::string_view kBefore = " \t\n\"'=(<:`";
  Findings findings;
  for (const SourceFile& file : tree) {
    if (is_tidy_itself(file)) continue;
    for (std::string_view path : kPaths) {
      for (std::size_t at = file.text.find(path); at != std::string::npos;
           at = file.text.find(path, at + 1)) {
        if (at > 0 && kBefore.find(file.text[at - 1]) == std::string_view::npos) continue;
        findings.push_back(place(file, at) + ": " + std::string(path) + " is somebody's machine");
      }
    }
  }
  return findings;
}

}  // namespace jetstream::tidy
