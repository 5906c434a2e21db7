// SPDX-License-Identifier: MIT
#pragma once

#include <asio/posix/stream_descriptor.hpp>
#include <functional>

#include "jetstream/types.h"

namespace jetstream::jscat {

/// What a read or write brought.
struct Transfer {
  std::size_t bytes = 0;
  /// Neither error nor would_block with 0 bytes read: the end.
  bool would_block = false;
  int error = 0;  ///< An errno.
};

/// Standard input or output: a file, pipe, socket or terminal, used without blocking where the
/// system can. Reads and writes go straight to the descriptor; the loop is asked only when it has
/// to be waited for.
///
/// O_NONBLOCK belongs to the open file, which a shell and other programs share: the destructor
/// restores it.
class FileEnd {
 public:
  FileEnd(asio::io_context& io, int fd);
  ~FileEnd();
  FileEnd(const FileEnd&) = delete;
  FileEnd& operator=(const FileEnd&) = delete;

  Transfer read(MutableBytes buffer);
  Transfer write(Bytes data);
  /// Calls back when a read or write is worth trying again; at once for files, which are always
  /// ready. One wait at a time for each direction.
  void when_readable(std::function<void()> ready);
  void when_writable(std::function<void()> ready);
  /// Tells a reader of this pipe or socket that nothing follows.
  void close();

 private:
  void wait(asio::posix::stream_descriptor::wait_type what, std::function<void()> ready);
  void restore();

  asio::posix::stream_descriptor descriptor_;
  int fd_;
  int flags_before_;
};

}  // namespace jetstream::jscat
