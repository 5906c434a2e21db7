// SPDX-License-Identifier: MIT
#include "crypto/cookie.h"

#include <algorithm>

#include "base/bytes.h"
#include "crypto/sealed_box.h"

namespace jetstream::crypto {
namespace {

constexpr std::uint8_t kCookieType = 'R';
constexpr std::uint8_t kTokenType = 'A';
constexpr std::size_t kCookieHeadSize = 6;
constexpr std::size_t kMacSize = 16;
static_assert(kCookieHeadSize + kMacSize == std::tuple_size_v<Cookie>);

constexpr std::string_view kTokenLabel = "address token";
constexpr std::size_t kTokenStartSize = 2 + kBoxSaltSize;
constexpr std::size_t kTokenTextSize = 4 + 16;
static_assert(kTokenStartSize + kTokenTextSize + kBoxTagSize == std::tuple_size_v<AddressToken>);

}  // namespace

Cookie make_cookie(const Secret& key, std::uint8_t key_epoch, std::uint32_t t,
                   const CookieHello& hello) {
  std::array<std::uint8_t, kCookieHeadSize + 16 + 2 + 32 + 8 + 2> input{};
  base::ByteWriter writer(input);
  writer.write_u8(kCookieType);
  writer.write_u8(key_epoch);
  writer.write_u32(t);
  writer.write_bytes(hello.source.ip);
  writer.write_u16(hello.source.port);
  writer.write_bytes(hello.random);
  writer.write_bytes(hello.connection_id.bytes);
  writer.write_u16(hello.group);
  JS_ASSERT(writer.remaining() == 0);
  Cookie cookie{};
  base::ByteWriter out(cookie);
  out.write_bytes(Bytes(input).first(kCookieHeadSize));
  out.write_bytes(Bytes(hmac_sha256(key.view(), input)).first(kMacSize));
  return cookie;
}

std::optional<CookieHead> read_cookie(Bytes cookie) {
  if (cookie.size() != std::tuple_size_v<Cookie> || cookie[0] != kCookieType) return std::nullopt;
  base::ByteReader reader(cookie.subspan(1));
  CookieHead head;
  head.key_epoch = *reader.read_u8();
  head.t = *reader.read_u32();
  return head;
}

Bytes cookie_mac(Bytes cookie) { return cookie.last(kMacSize); }

AddressToken seal_address_token(const Secret& key, std::uint8_t key_epoch,
                                const std::array<std::uint8_t, 32>& salt, std::uint32_t t,
                                const PeerAddress& address) {
  AddressToken token{};
  base::ByteWriter writer(token);
  writer.write_u8(kTokenType);
  writer.write_u8(key_epoch);
  writer.write_bytes(salt);
  writer.write_u32(t);
  writer.write_bytes(address.ip);
  seal_box(key, kTokenLabel, token, kTokenStartSize);
  return token;
}

std::optional<std::uint8_t> token_epoch(Bytes token) {
  if (token.size() != std::tuple_size_v<AddressToken> || token[0] != kTokenType) {
    return std::nullopt;
  }
  return token[1];
}

std::optional<TokenContent> open_address_token(const Secret& key, Bytes token) {
  if (!token_epoch(token)) return std::nullopt;
  AddressToken box{};
  std::ranges::copy(token, box.begin());
  const auto text = open_box(key, kTokenLabel, box, kTokenStartSize);
  if (!text) return std::nullopt;
  base::ByteReader reader(*text);
  TokenContent content;
  content.t = *reader.read_u32();
  std::ranges::copy(reader.rest(), content.ip.begin());
  return content;
}

}  // namespace jetstream::crypto
