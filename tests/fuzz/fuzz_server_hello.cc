// SPDX-License-Identifier: MIT
//
// Any bytes as handshake messages: each is what it is framed as, and those that are maps come back
// when they are written; byte for byte, unless they had keys we don't know.
#include <vector>

#include "support/fuzz/cbor_model.h"
#include "wire/handshake_message.h"
#include "wire/hello.h"

using namespace jetstream;
using namespace jetstream::wire;

namespace {

using Buffer = std::vector<std::uint8_t>;

bool same(Bytes a, Bytes b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

/// The value that came back, for further comparison.
template <class Parse, class Write>
auto check_body(Bytes body, Parse parse, Write write) {
  auto value = parse(body);
  if (!value) return value;
  Buffer written(kHelloSizeMax);
  written.resize(write(written, *value));
  JS_ASSERT(written.size() <= body.size());
  JS_ASSERT(written.size() < body.size() || same(written, body));
  JS_ASSERT(parse(written).has_value());
  return value;
}

void check_message(const HandshakeMessage& message) {
  Buffer frame(message.frame.size());
  base::ByteWriter writer(frame);
  write_message(writer, message.type, message.body);
  JS_ASSERT(writer.remaining() == 0 && same(frame, message.frame));

  const Bytes body = message.body;
  bool is_map = false;
  switch (message.type) {
    case MessageType::kServerHello:
      is_map = check_body(body, parse_server_hello, write_server_hello).has_value();
      break;
    case MessageType::kServerParams: {
      const auto params = check_body(body, parse_server_params, write_server_params);
      if (params) JS_ASSERT(in_range(params->params) && params->session_id.value() > 0);
      is_map = params.has_value();
      break;
    }
    case MessageType::kClientVerify: {
      const auto verify = check_body(body, parse_client_verify, write_client_verify);
      if (!verify) break;
      JS_ASSERT(same(verify->signature, body.last(kSignatureSize)));
      JS_ASSERT(test::CborModel::accepts(verify->map));
      break;
    }
    default:
      break;
  }
  if (is_map) JS_ASSERT(body.size() <= kHelloSizeMax && test::CborModel::accepts(body));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  base::ByteReader reader(Bytes(data, size));
  while (!reader.empty()) {
    const std::size_t start = reader.position();
    const std::optional<HandshakeMessage> message = next_message(reader);
    if (!message) {
      JS_ASSERT(reader.position() == start);
      break;
    }
    JS_ASSERT(message->frame.data() == data + start);
    JS_ASSERT(reader.position() == start + message->frame.size());
    JS_ASSERT(message->frame.size() == kMessageHeaderSize + message->body.size());
    check_message(*message);
  }
  return 0;
}
