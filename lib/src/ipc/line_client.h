// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "ipc/file_descriptor.h"
#include "ipc/line_buffer.h"
#include "jetstream/result.h"

namespace jetstream::ipc {

enum class ClientErrorKind : std::uint8_t {
  kNoSocket,    ///< There is no such file: nothing runs, or it listens elsewhere.
  kRefused,     ///< A socket nobody listens on: stale after a crash.
  kPermission,  ///< The file's mode or its directory's forbids it.
  kTimeout,     ///< The deadline has passed.
  kEnded,       ///< The other side closed before the line was complete.
  kTooLong,     ///< A line longer than kReplyBytesMax.
  kSystem,      ///< Anything else that the system refuses.
};

struct ClientError {
  ClientErrorKind kind = ClientErrorKind::kSystem;
  std::string message;  ///< The system's sentence.
};

/// The client's end of the admin socket. Blocks, but never beyond the deadline given at the start.
/// Not thread-safe.
class LineClient {
 public:
  /// `timeout` covers connecting and everything after it.
  static Result<LineClient, ClientError> connect(const std::string& path,
                                                 std::chrono::milliseconds timeout);

  /// Sends `line`, which ends with a newline. A server that has closed already may have said why:
  /// that is no error here, read_line() tells.
  Result<void, ClientError> write_line(std::string_view line);
  /// From now on there is no deadline: for streams, which last as long as they do.
  void drop_deadline() { deadline_ = Deadline::max(); }
  /// The next line without its newline.
  Result<std::string, ClientError> read_line();

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  LineClient(FileDescriptor socket, Deadline deadline);
  Result<void, ClientError> wait_for(short events);

  FileDescriptor socket_;
  Deadline deadline_;
  LineBuffer received_;
};

}  // namespace jetstream::ipc
