// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/config/config.h"
#include "daemon/log/log_events.h"

namespace jetstream::daemon {

/// A thread that writes lines, in the order in which they came, each in a format of its own. What
/// it cannot write in time is dropped, the oldest lines first; that and what can't be written at
/// all is counted.
class LogWriters {
 public:
  /// Texts and JSON go to the descriptor, which stays the caller's; records for the journal to its
  /// socket or, where that does not take them, to the descriptor.
  LogWriters(int descriptor, const std::string& journal_socket);
  /// Writes what is left, which waits for the reader of the descriptor.
  ~LogWriters();
  LogWriters(const LogWriters&) = delete;
  LogWriters& operator=(const LogWriters&) = delete;

  /// What format_text(), format_json() or format_journal() made, as the format says; any but kAuto.
  /// Never waits. Any thread.
  void write(LogFormat format, LogLevel level, std::string_view line) const;

  /// Since the start. Any thread.
  std::uint64_t lines_lost() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace jetstream::daemon
