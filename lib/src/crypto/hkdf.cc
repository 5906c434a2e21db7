// SPDX-License-Identifier: MIT
#include "crypto/hkdf.h"

#include "base/bytes.h"

namespace jetstream::crypto {

namespace {
constexpr std::string_view kLabelPrefix = "js1 ";
constexpr std::size_t kLabelMax = 28;
constexpr std::size_t kContextMax = 64;
// u16 length, u8 label length, prefix and label, u8 context length, context.
constexpr std::size_t kInfoMax = 2 + 1 + kLabelPrefix.size() + kLabelMax + 1 + kContextMax;
}  // namespace

Secret hkdf_extract(Bytes salt, Bytes input) {
  Digest digest = hmac_sha256(salt, input);
  Secret secret(digest);
  explicit_bzero(digest.data(), digest.size());
  return secret;
}

void hkdf_expand(Bytes pseudorandom_key, Bytes info, MutableBytes out) {
  JS_ASSERT(info.size() <= kInfoMax && out.size() <= 255 * Secret::size());
  std::array<std::uint8_t, Secret::size() + kInfoMax + 1> buffer;
  Bytes previous;
  Digest block;
  for (std::uint8_t counter = 1; !out.empty(); ++counter) {
    base::ByteWriter input(buffer);
    input.write_bytes(previous);
    input.write_bytes(info);
    input.write_u8(counter);
    block = hmac_sha256(pseudorandom_key, input.written());
    previous = block;
    const std::size_t taken = std::min(out.size(), block.size());
    std::copy_n(block.begin(), taken, out.begin());
    out = out.subspan(taken);
  }
  explicit_bzero(block.data(), block.size());
  explicit_bzero(buffer.data(), buffer.size());
}

void xlabel(Bytes secret, std::string_view label, Bytes context, MutableBytes out) {
  JS_ASSERT(label.size() <= kLabelMax && context.size() <= kContextMax);
  std::array<std::uint8_t, kInfoMax> buffer;
  base::ByteWriter info(buffer);
  info.write_u16(static_cast<std::uint16_t>(out.size()));
  info.write_u8(static_cast<std::uint8_t>(kLabelPrefix.size() + label.size()));
  info.write_bytes(as_bytes(kLabelPrefix));
  info.write_bytes(as_bytes(label));
  info.write_u8(static_cast<std::uint8_t>(context.size()));
  info.write_bytes(context);
  hkdf_expand(secret, info.written(), out);
}

}  // namespace jetstream::crypto
