// SPDX-License-Identifier: MIT
//
// A receiver that acknowledges what it has not got, to be sent more than its share.
#include <catch2/catch.hpp>

#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;

namespace {

const Buffer kPing = frames(wire::PingFrame{});

/// Numbers that the server has left out so far.
std::vector<std::uint64_t> left_out(RawPackets& packets) {
  std::vector<std::uint64_t> missing;
  const auto& numbers = packets.numbers();
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    if (numbers[i] != numbers[i - 1] + 1) missing.push_back(numbers[i] - 1);
  }
  return missing;
}

}  // namespace

TEST_CASE("who acknowledges blindly is found out, who does so honestly is not [ACK-5]") {
  for (const bool honest : {true, false}) {
    ServedClient served;
    RawPackets& packets = served.client.packets();
    std::uint64_t acknowledged = 0;
    std::optional<TransportCode> closed;
    for (int i = 0; i < 3000 && !closed; ++i) {
      const std::uint64_t newest = packets.numbers().back();
      std::uint64_t from = acknowledged;
      if (honest) {
        // Back to the last gap.
        const auto missing = left_out(packets);
        if (!missing.empty()) from = std::max(from, missing.back() + 1);
      }
      closed = ServedClient::close_code(served.say(joined(kPing, ack_of(from, newest))));
      acknowledged = newest;
    }
    const auto missing = left_out(packets);
    if (honest) {
      CHECK_FALSE(closed);
      CHECK(missing.size() >= 3);
      CHECK((missing.front() >= 256 && missing.front() <= 512));
    } else {
      CHECK(closed == TransportCode::kProtocolViolation);
      CHECK(missing.size() == 1);
    }
  }
}
