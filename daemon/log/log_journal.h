// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "ipc/file_descriptor.h"

namespace jetstream::daemon {

/// Where journald takes records (systemd-journald.service(8)).
inline constexpr std::string_view kJournalSocket = "/run/systemd/journal/socket";

/// Whether the descriptor is the stream into the journal that $JOURNAL_STREAM names as
/// "DEVICE:INODE" (systemd.exec(5)). The variable outlives a redirection; the numbers do not.
bool leads_to_journal(int descriptor, std::string_view journal_stream);

/// Sends records in journald's own protocol: lines NAME=value, which hold for values without line
/// breaks.
class JournalSocket {
 public:
  explicit JournalSocket(std::string path);

  /// Waits while the journal's queue is full. False if the record can't be delivered: nobody
  /// listens there, or it is larger than a datagram may be.
  bool send(std::string_view record) const;

 private:
  std::string path_;
  ipc::FileDescriptor socket_;
};

/// What a record says to people, as a line with its priority in front ("<6>"), which journald takes
/// from a stream. With its line break.
std::string as_stream_line(std::string_view record);

}  // namespace jetstream::daemon
