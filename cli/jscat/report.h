// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "cli/jscat/args.h"

namespace jetstream::jscat {

/// The figures of a load run.
struct Report {
  LoadMode mode = LoadMode::kBulk;
  double setup_seconds = 0;              ///< From the first parallel handshake to the last.
  std::uint64_t setups = 0;              ///< Handshakes finished in that time.
  double seconds = 0;                    ///< Of the whole run.
  std::uint64_t sessions = 0;            ///< Set up in all.
  std::uint64_t sessions_failed = 0;     ///< Whose handshake failed.
  std::uint64_t sessions_lost = 0;       ///< Closed before their time.
  std::uint64_t streams = 0;             ///< Opened.
  std::uint64_t streams_refused = 0;     ///< Reset or stopped by the service.
  std::uint64_t streams_unfinished = 0;  ///< Cut off at the end.
  std::uint64_t streams_unopened = 0;    ///< Beyond what the server allows at a time.
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t messages_sent = 0;
  std::uint64_t messages_received = 0;
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_lost = 0;
};

std::string to_text(const Report& report, const std::string& server);
/// One JSON object on one line; rates are per second.
std::string to_json(const Report& report);

}  // namespace jetstream::jscat
