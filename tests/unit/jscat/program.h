// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <sstream>
#include <string>

#include "cli/jscat/commands.h"
#include "cli/jscat/failure.h"
#include "unit/jscat/test_server.h"

namespace jetstream::test {

/// A descriptor that is closed in the end, unless somebody did so before.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) { REQUIRE(fd >= 0); }
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

/// A file in memory that holds `text`, read from its beginning.
inline int memory_file(const std::string& text = {}) {
  const int fd = ::memfd_create("test", MFD_CLOEXEC);
  REQUIRE(::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  REQUIRE(::lseek(fd, 0, SEEK_SET) == 0);
  return fd;
}

/// Everything a file in memory holds.
inline std::string text_of_file(int fd) {
  std::string text(static_cast<std::size_t>(::lseek(fd, 0, SEEK_END)), '\0');
  REQUIRE(::pread(fd, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
  return text;
}

/// jscat with its standard input and output, in this process.
struct Program {
  explicit Program(const std::string& input = {})
      : in(memory_file(input)), out(memory_file()), kept_out(::dup(out.get())) {}

  /// The program closes its output when the stream ends, as it does with the real one.
  int connect(const jscat::ServerArgs& server, const jscat::ConnectArgs& args) {
    const int handed = ::fcntl(out.get(), F_DUPFD_CLOEXEC, 3);
    const jscat::Console console{.in = in.get(), .out = handed, .results = results, .notes = notes};
    const int code = jscat::run_connect(server, args, console);
    ::close(handed);  // fails if the program did so
    return code;
  }
  jscat::Console console() {
    return {.in = in.get(), .out = out.get(), .results = results, .notes = notes};
  }
  std::string output() const { return text_of_file(kept_out.get()); }

  Descriptor in, out, kept_out;
  std::ostringstream results, notes;
};

inline jscat::ConnectArgs connect_to(const std::string& service) {
  jscat::ConnectArgs args;
  args.stream.service = service;
  return args;
}

}  // namespace jetstream::test
