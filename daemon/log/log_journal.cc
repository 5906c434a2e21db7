// SPDX-License-Identifier: MIT
#include "daemon/log/log_journal.h"

#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "ipc/unix_address.h"

namespace jetstream::daemon {
namespace {

/// The value of a line NAME=value of the record; empty without one.
std::string_view value_of(std::string_view record, std::string_view name) {
  while (!record.empty()) {
    const std::string_view line = record.substr(0, record.find('\n'));
    if (line.starts_with(name) && line.substr(name.size()).starts_with('=')) {
      return line.substr(name.size() + 1);
    }
    record.remove_prefix(std::min(line.size() + 1, record.size()));
  }
  return {};
}

}  // namespace

bool leads_to_journal(int descriptor, std::string_view journal_stream) {
  struct stat found = {};
  if (::fstat(descriptor, &found) != 0) return false;
  return journal_stream == std::to_string(found.st_dev) + ":" + std::to_string(found.st_ino);
}

JournalSocket::JournalSocket(std::string path)
    : path_(std::move(path)), socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {}

bool JournalSocket::send(std::string_view record) const {
  const auto address = ipc::unix_address(path_);
  if (!address) return false;
  // Not connected: a journald that was restarted has another socket at the same path.
  for (;;) {
    const ssize_t sent = ::sendto(socket_.get(), record.data(), record.size(), MSG_NOSIGNAL,
                                  reinterpret_cast<const sockaddr*>(&*address), sizeof *address);
    if (sent >= 0) return true;
    if (errno != EINTR) return false;
  }
}

std::string as_stream_line(std::string_view record) {
  std::string line = "<";
  line += value_of(record, "PRIORITY");
  line += ">";
  line += value_of(record, "MESSAGE");
  line += "\n";
  return line;
}

}  // namespace jetstream::daemon
