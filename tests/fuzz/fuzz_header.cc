// SPDX-License-Identifier: MIT
//
// Any bytes as a datagram: what next_packet() cuts out lies side by side from its beginning, and
// the header it read is the one that would be written.
#include <array>
#include <vector>

#include "wire/packet_header.h"

using namespace jetstream;
using namespace jetstream::wire;

namespace {

void check_long(const PacketView& packet) {
  JS_ASSERT(packet.bytes.size() >= kLongHeaderSize && packet.pn_offset == kLongHeaderSize);
  JS_ASSERT((packet.version == 0) == (packet.type == PacketType::kVersionNegotiation));
  if (packet.version == kVersion1 && packet.type == PacketType::kHandshake) {
    JS_ASSERT(packet.bytes.size() > kProtectedLongHeaderSize + kTagSize);
  }
  std::array<std::uint8_t, kLongHeaderSize> header{};
  base::ByteWriter writer(header);
  write_long_header(writer, packet.type, packet.destination, packet.source,
                    static_cast<std::uint16_t>(packet.bytes.size() - kLongHeaderSize),
                    packet.version);
  JS_ASSERT(std::memcmp(header.data() + 1, packet.bytes.data() + 1, kLongHeaderSize - 1) == 0);
  const std::uint8_t differing = header[0] ^ packet.bytes[0];
  const unsigned free =
      kLongReservedBits | (packet.type == PacketType::kVersionNegotiation ? kLongTypeBits : 0u);
  JS_ASSERT((differing & ~free) == 0);
}

void check_short(const PacketView& packet) {
  JS_ASSERT(packet.bytes.size() >= kMinShortPacket);
  JS_ASSERT(packet.pn_offset + kPacketNumberSize == kShortHeaderSize);
  base::ByteReader reader(packet.bytes.subspan(packet.pn_offset));
  const std::uint32_t low = *reader.read_u32();
  const std::uint64_t largest = *reader.read_u64() & kPacketNumberMax;
  const std::uint64_t pn = decode_packet_number(low, largest);
  JS_ASSERT(pn <= kPacketNumberMax && static_cast<std::uint32_t>(pn) == low);
  const std::uint64_t distance = pn > largest + 1 ? pn - largest - 1 : largest + 1 - pn;
  constexpr std::uint64_t kWindow = std::uint64_t{1} << 32;
  const bool at_an_end = pn < kWindow || pn > kPacketNumberMax - kWindow;
  JS_ASSERT(distance <= kWindow / 2 || at_an_end);

  std::array<std::uint8_t, kShortHeaderSize> header{};
  base::ByteWriter writer(header);
  write_short_header(writer, packet.destination, pn);
  JS_ASSERT(std::memcmp(header.data() + 1, packet.bytes.data() + 1, kShortHeaderSize - 1) == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::uint8_t> datagram(data, data + size);
  MutableBytes rest(datagram);
  std::size_t consumed = 0;
  bool malformed = false;
  bool short_seen = false;
  while (const std::optional<PacketView> packet = next_packet(rest, malformed)) {
    JS_ASSERT(!malformed && !short_seen);
    JS_ASSERT(packet->bytes.data() == datagram.data() + consumed);
    consumed += packet->bytes.size();
    JS_ASSERT(rest.size() == size - consumed);
    short_seen = packet->type == PacketType::kShort;
    short_seen ? check_short(*packet) : check_long(*packet);
  }
  const bool padding_or_end = rest.empty() || (rest[0] & kFixedBit) == 0;
  JS_ASSERT(malformed == !padding_or_end);
  JS_ASSERT(std::equal(datagram.begin(), datagram.end(), data));
  return 0;
}
