// SPDX-License-Identifier: MIT
//
// Cookies and address tokens that clients bring. The input is one of them as it stands; then a
// recipe for one that a server makes, that is changed, and brought some time later with a hello
// that may be another one: one byte for the kind, two of seconds or quarters of an hour, one of
// bytes cut off, one that counts changes, then two for each of these (where, and what to flip) in
// proof and hello, as if they stood in a row. A server takes what it has made, for this very hello
// (a token: for this address) and in time, and nothing else.
#include <algorithm>
#include <vector>

#include "base/bytes.h"
#include "endpoint/hello_keys.h"
#include "support/seeded_random.h"

using namespace jetstream;

namespace {

using endpoint::AddressCheck;

constexpr Instant kStart{std::chrono::hours(1000)};
constexpr std::size_t kHelloBytes = 16 + 2 + 32 + 8 + 2;

/// FNV-1a. Each input has keys of its own, because a fuzzer sees cookies in comparisons and tries
/// them as inputs.
std::uint64_t hash(Bytes input) {
  std::uint64_t sum = 0xcbf29ce484222325;
  for (const std::uint8_t byte : input) sum = (sum ^ byte) * 0x100000001b3;
  return sum;
}

crypto::CookieHello hello_of(Bytes bytes) {
  base::ByteReader reader(bytes);
  crypto::CookieHello hello;
  std::ranges::copy(*reader.read_bytes(16), hello.source.ip.begin());
  hello.source.port = *reader.read_u16();
  std::ranges::copy(*reader.read_bytes(32), hello.random.begin());
  std::ranges::copy(*reader.read_bytes(8), hello.connection_id.bytes.begin());
  hello.group = *reader.read_u16();
  return hello;
}

void bring(endpoint::HelloKeys& keys, RandomSource& random, Bytes input) {
  base::ByteReader recipe(input);
  const auto kind = recipe.read_u8();
  const auto later = recipe.read_u16();
  const std::size_t cut = recipe.read_u8().value_or(0);
  const auto changes = recipe.read_bytes(2u * recipe.read_u8().value_or(0));
  if (!kind || !later || !changes) return;
  const bool is_cookie = *kind % 2 == 0;

  std::vector<std::uint8_t> hello(kHelloBytes);
  random.fill_public(hello);
  const std::vector<std::uint8_t> first_hello = hello;
  std::vector<std::uint8_t> made;
  if (is_cookie) {
    const auto cookie = keys.make_cookie(kStart, hello_of(hello));
    made.assign(cookie.begin(), cookie.end());
  } else {
    std::array<std::uint8_t, 32> salt{};
    random.fill_public(salt);
    const auto token = keys.make_token(kStart, hello_of(hello).source, salt);
    made.assign(token.begin(), token.end());
  }
  std::vector<std::uint8_t> brought = made;
  for (std::size_t i = 0; i < changes->size(); i += 2) {
    const std::size_t at = (*changes)[i] % (brought.size() + hello.size());
    auto& byte = at < brought.size() ? brought[at] : hello[at - brought.size()];
    byte ^= (*changes)[i + 1];
  }
  const std::size_t left = brought.size() - std::min(cut, brought.size());
  brought.erase(brought.begin() + static_cast<std::ptrdiff_t>(left), brought.end());

  const Duration age = is_cookie ? Duration(std::chrono::seconds(*later))
                                 : Duration(std::chrono::minutes(15 * *later));
  const AddressCheck check = keys.check(kStart + age, brought, hello_of(hello));
  const bool same_hello = is_cookie
                              ? hello == first_hello
                              : std::equal(hello.begin(), hello.begin() + 16, first_hello.begin());
  const Duration lifetime =
      is_cookie ? endpoint::HelloKeys::kCookieLifetime : endpoint::HelloKeys::kTokenLifetime;
  const bool good = brought == made && same_hello && age <= lifetime;
  JS_ASSERT((check == AddressCheck::kCookie) == (good && is_cookie));
  JS_ASSERT((check == AddressCheck::kToken) == (good && !is_cookie));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input(data, size);
  testing::SeededRandom random(hash(input));
  endpoint::HelloKeys keys(*HelloSecret::generate(random));
  // Nothing has been made yet.
  const AddressCheck check = keys.check(kStart, input, {});
  JS_ASSERT(check != AddressCheck::kCookie && check != AddressCheck::kToken);
  JS_ASSERT((check == AddressCheck::kAbsent) == input.empty());
  bring(keys, random, input);
  return 0;
}
