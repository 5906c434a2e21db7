// SPDX-License-Identifier: MIT
//
// Any bytes as the body of a client hello. What is accepted is deterministic CBOR within all
// limits, and comes back when it is written; byte for byte, unless it had keys we don't know.
#include <vector>

#include "support/fuzz/cbor_model.h"
#include "wire/hello.h"

using namespace jetstream;
using namespace jetstream::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes body(data, size);
  const std::optional<ClientHello> hello = parse_client_hello(body);
  if (!hello) return 0;
  JS_ASSERT(size <= kHelloSizeMax && test::CborModel::accepts(body));
  JS_ASSERT(!hello->cipher_suites.empty() && !hello->groups.empty() && in_range(hello->params));

  std::vector<std::uint8_t> written(kHelloSizeMax);
  written.resize(write_client_hello(written, *hello));
  JS_ASSERT(parse_client_hello(written) == hello);
  JS_ASSERT(written.size() <= size);
  if (written.size() == size) JS_ASSERT(std::equal(written.begin(), written.end(), data));

  if (hello->cipher_suites.full()) return 0;
  std::vector<std::uint8_t> greased(kHelloSizeMax);
  greased.resize(write_client_hello(greased, *hello, Grease{"grease", 0x2a2a}));
  const std::optional<ClientHello> back = parse_client_hello(greased);
  JS_ASSERT(back && back->cipher_suites.size() == hello->cipher_suites.size() + 1);
  JS_ASSERT(back->public_key == hello->public_key && back->params == hello->params);
  return 0;
}
