// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "daemon/services/service.h"

namespace jetstream::daemon {

/// Sends back every byte, and finishes when the client has. What can't be sent yet is not read yet
/// either, so a client that does not read its echo stops being read.
class EchoBytesHandler final : public StreamHandler {
 public:
  Pumped pump(const StreamRef& stream) override;
  std::uint64_t bytes_sent() const override { return bytes_sent_; }

 private:
  std::uint64_t bytes_sent_ = 0;
};

/// Sends back every message whole. Holds at most the one that is arriving.
class EchoMessagesHandler final : public StreamHandler {
 public:
  Pumped pump(const StreamRef& stream) override;
  std::uint64_t bytes_sent() const override { return bytes_sent_; }

 private:
  bool send_message(const StreamRef& stream, Bytes last_part);

  std::vector<std::uint8_t> message_;  // what has come of it so far
  std::uint64_t bytes_sent_ = 0;
};

}  // namespace jetstream::daemon
