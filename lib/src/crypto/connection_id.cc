// SPDX-License-Identifier: MIT
#include "crypto/connection_id.h"

#include <algorithm>

#include "base/bytes.h"
#include "crypto/digest.h"
#include "crypto/hkdf.h"
#include "crypto/siphash.h"

namespace jetstream::crypto {

namespace {
// The worker and the generation, which the mask is made of.
constexpr std::size_t kMaskedFrom = 5;
}  // namespace

ConnectionId ConnectionIdCodec::make(std::uint8_t worker, std::uint32_t generation,
                                     std::uint32_t slot) const {
  JS_ASSERT(slot <= kSlotMax);
  ConnectionId id;
  base::ByteWriter writer(id.bytes);
  writer.write_u8(worker);
  writer.write_u32(generation);
  const std::uint32_t masked = slot ^ mask_of(id);
  writer.write_u8(static_cast<std::uint8_t>(masked >> 16));
  writer.write_u16(static_cast<std::uint16_t>(masked));
  return id;
}

ConnectionIdCodec::Parts ConnectionIdCodec::parse(const ConnectionId& id) const {
  base::ByteReader reader(id.bytes);
  Parts parts;
  parts.worker = *reader.read_u8();
  parts.generation = *reader.read_u32();
  const std::uint32_t high = *reader.read_u8();
  parts.slot = (high << 16 | *reader.read_u16()) ^ mask_of(id);
  return parts;
}

std::uint32_t ConnectionIdCodec::mask_of(const ConnectionId& id) const {
  return static_cast<std::uint32_t>(siphash24(key_, Bytes(id.bytes).first(kMaskedFrom))) & kSlotMax;
}

std::array<std::uint8_t, 32> reset_key(const Identity& identity, const PeerAddress& listen) {
  std::array<std::uint8_t, 22> context{};
  base::ByteWriter writer(context);
  writer.write_bytes(listen.ip);
  writer.write_u16(listen.port);
  writer.write_u32(listen.scope);
  std::array<std::uint8_t, 32> key{};
  xlabel(identity.seed(), "reset key", context, key);
  return key;
}

/// [RST-1]
ResetToken reset_token(Bytes reset_key, const ConnectionId& id) {
  const Digest digest = hmac_sha256(reset_key, id.bytes);
  ResetToken token;
  std::copy_n(digest.begin(), token.size(), token.begin());
  return token;
}

}  // namespace jetstream::crypto
