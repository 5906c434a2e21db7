// SPDX-License-Identifier: MIT
//
// Any bytes as CBOR: a second decoder agrees on what is accepted, and that is its own copy.
#include "support/fuzz/cbor_model.h"

using namespace jetstream;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  wire::CborReader reader(bytes);
  const bool accepted = reader.skip() && reader.done();
  JS_ASSERT(accepted == test::CborModel::accepts(bytes));
  const std::optional<std::vector<std::uint8_t>> copy = test::copy_cbor(bytes);
  JS_ASSERT(copy.has_value() == accepted);
  if (copy) JS_ASSERT(std::equal(copy->begin(), copy->end(), bytes.begin(), bytes.end()));
  return 0;
}
