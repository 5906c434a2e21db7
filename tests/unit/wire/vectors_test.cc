// SPDX-License-Identifier: MIT
//
// The published vectors, as far as they are encodings.
#include "vectors/vectors.h"

#include "samples.h"
#include "support/fuzz/cbor_model.h"
#include "wire/handshake_message.h"
#include "wire/hello.h"
#include "wire/packet_header.h"

using namespace jetstream;
using namespace jetstream::wire;
using namespace jetstream::wire::test;
using jetstream::test::copy_cbor;
using jetstream::test::Vectors;
using jetstream::test::VectorSection;

namespace {

Buffer owned(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

/// Calls `check(section, name, bytes)` for every value of that name; there has to be at least one.
template <class Check>
void each(std::string_view name, Check check) {
  int seen = 0;
  for (const std::string& title : Vectors::load().names()) {
    const VectorSection& section = Vectors::load().section(title);
    if (!section.has(name)) continue;
    INFO(title << " " << name);
    check(title, section);
    ++seen;
  }
  CHECK(seen >= 2);
}

/// The body of the one message in these bytes, which is of this type.
Buffer body_of(Bytes frame, MessageType type) {
  base::ByteReader reader(frame);
  const auto message = next_message(reader);
  REQUIRE(message);
  REQUIRE(reader.empty());
  CHECK(message->type == type);
  CHECK(owned(message->frame) == owned(frame));
  Buffer again(frame.size());
  base::ByteWriter writer(again);
  write_message(writer, message->type, message->body);
  CHECK(again == owned(frame));
  return owned(message->body);
}

template <class T, class Write>
Buffer written(const T& value, Write write) {
  Buffer out(kHelloSizeMax);
  out.resize(write(out, value));
  return out;
}

const auto kWriteClientHello = [](MutableBytes out, const ClientHello& hello) {
  return write_client_hello(out, hello);
};

/// Keys of later versions, which this one reads over.
bool has_unknown_keys(const std::string& title) { return title.starts_with("resumption"); }

}  // namespace

TEST_CASE("vectors: client hellos") {
  for (const std::string name : {"client_hello", "first_client_hello"}) {
    each(name, [&](const std::string& title, const VectorSection& section) {
      const Buffer body = body_of(section.bytes(name), MessageType::kClientHello);
      CHECK(copy_cbor(body) == body);
      const auto hello = parse_client_hello(body);
      REQUIRE(hello);
      CHECK(hello->version == kVersion1);
      CHECK(hello->groups == CodePoints{kGroupX25519});
      const std::uint16_t first = title.ends_with("1302") ? 0x1302 : 0x1303;
      CHECK(hello->cipher_suites[0] == first);
      CHECK(hello->cipher_suites[1] == 0x1302 + 0x1303 - first);
      CHECK(hello->cipher_suites.size() == (title.starts_with("resumption") ? 3u : 2u));
      CHECK(hello->params.datagram_bytes_max == 1472);
      CHECK(hello->params.timeout_ms == 30000);
      const bool is_second = name == "client_hello" && section.has("cookie");
      REQUIRE(hello->cookie.has_value() == is_second);
      if (is_second) CHECK(owned(Bytes(*hello->cookie)) == owned(section.bytes("cookie")));
      const Buffer again = written(*hello, kWriteClientHello);
      if (has_unknown_keys(title)) {
        CHECK(again.size() < body.size());
        CHECK(parse_client_hello(again) == hello);
      } else {
        CHECK(again == body);
      }
    });
  }
}

TEST_CASE("vectors: server hellos") {
  each("server_hello", [](const std::string& title, const VectorSection& section) {
    const Buffer body = body_of(section.bytes("server_hello"), MessageType::kServerHello);
    const auto hello = parse_server_hello(body);
    REQUIRE(hello);
    CHECK(hello->psk == title.starts_with("resumption"));
    CHECK(hello->cipher_suite == (title.ends_with("1302") ? 0x1302 : 0x1303));
    CHECK(hello->group == kGroupX25519);
    CHECK(written(*hello, write_server_hello) == body);
    CHECK(copy_cbor(body) == body);
  });
}

TEST_CASE("vectors: server params") {
  each("server_params", [](const std::string& title, const VectorSection& section) {
    const Buffer body = body_of(section.bytes("server_params"), MessageType::kServerParams);
    const auto params = parse_server_params(body);
    REQUIRE(params);
    CHECK(params->retried == (title.find("retry") != std::string::npos));
    CHECK(params->client_auth == (title.find("auth") != std::string::npos));
    CHECK(params->early_accepted == title.starts_with("resumption"));
    CHECK(params->params.datagram_bytes_max == 65507);
    CHECK(written(*params, write_server_params) == body);
    CHECK(copy_cbor(body) == body);
  });
}

TEST_CASE("vectors: client verify and the flights") {
  each("client_verify", [](const std::string&, const VectorSection& section) {
    const Buffer body = body_of(section.bytes("client_verify"), MessageType::kClientVerify);
    const auto verify = parse_client_verify(body);
    REQUIRE(verify);
    CHECK(written(*verify, write_client_verify) == body);
  });
  each("server_handshake.plaintext", [](const std::string&, const VectorSection& section) {
    base::ByteReader reader(section.bytes("server_handshake.plaintext"));
    for (const MessageType type :
         {MessageType::kServerParams, MessageType::kServerVerify, MessageType::kServerFinished}) {
      const auto message = next_message(reader);
      REQUIRE(message);
      CHECK(message->type == type);
    }
    CHECK(reader.empty());
  });
  each("client_handshake.plaintext", [](const std::string& title, const VectorSection& section) {
    base::ByteReader reader(section.bytes("client_handshake.plaintext"));
    if (title.find("auth") != std::string::npos) {
      CHECK(next_message(reader)->type == MessageType::kClientVerify);
    }
    CHECK(next_message(reader)->type == MessageType::kClientFinished);
    CHECK(reader.empty());
  });
}

namespace {

/// Header, length and pn_offset are right: writing the same header gives the same bytes, but for
/// those that are masked.
void check_header(const PacketView& packet) {
  Buffer header(packet.type == PacketType::kShort ? kShortHeaderSize : kLongHeaderSize);
  base::ByteWriter writer(header);
  std::size_t comparable = header.size();
  if (packet.type == PacketType::kShort) {
    write_short_header(writer, packet.destination, 0);
    comparable -= kPacketNumberSize;
  } else {
    const auto length = static_cast<std::uint16_t>(packet.bytes.size() - kLongHeaderSize);
    write_long_header(writer, packet.type, packet.destination, packet.source, length,
                      packet.version);
  }
  const Bytes actual = packet.bytes.first(comparable);
  CHECK(owned(actual.subspan(1)) ==
        Buffer(header.begin() + 1, header.begin() + static_cast<std::ptrdiff_t>(comparable)));
  CHECK(packet.pn_offset == comparable);
}

std::vector<PacketType> types_in(Bytes datagram) {
  Buffer copy = owned(datagram);
  MutableBytes rest = copy;
  bool malformed = true;
  std::vector<PacketType> types;
  while (const auto packet = next_packet(rest, malformed)) {
    check_header(*packet);
    types.push_back(packet->type);
  }
  CHECK_FALSE(malformed);
  for (const std::uint8_t byte : rest) CHECK(byte == 0);
  return types;
}

}  // namespace

TEST_CASE("vectors: datagrams are cut into their packets") {
  using Types = std::vector<PacketType>;
  each("client_datagram", [](const std::string& title, const VectorSection& section) {
    const bool early = title.starts_with("resumption");
    CHECK(section.bytes("client_datagram").size() == kMinHelloDatagram);
    CHECK(types_in(section.bytes("client_datagram")) ==
          (early ? Types{PacketType::kInitial, PacketType::kEarly} : Types{PacketType::kInitial}));
  });
  each("server_datagram", [](const std::string&, const VectorSection& section) {
    CHECK(types_in(section.bytes("server_datagram")) ==
          Types{PacketType::kInitial, PacketType::kHandshake});
  });
  each("client_finished_datagram", [](const std::string&, const VectorSection& section) {
    CHECK(types_in(section.bytes("client_finished_datagram")) ==
          Types{PacketType::kHandshake, PacketType::kShort});
  });
  each("retry_datagram", [](const std::string&, const VectorSection& section) {
    const Bytes datagram = section.bytes("retry_datagram");
    CHECK(types_in(datagram) == Types{PacketType::kRetry});
    const Bytes payload = datagram.subspan(kLongHeaderSize);
    const auto retry = parse_retry(payload);
    REQUIRE(retry);
    CHECK(to_hex(retry->cookie) == to_hex(section.bytes("cookie")));
    const auto hello =
        parse_client_hello(body_of(section.bytes("first_client_hello"), MessageType::kClientHello));
    CHECK(to_hex(retry->echo) == to_hex(Bytes(hello->random).first(16)));
    CHECK(written(*retry, write_retry) == owned(payload));
  });
  CHECK(types_in(Vectors::load().section("version negotiation").bytes("datagram")) ==
        Types{PacketType::kVersionNegotiation});
  CHECK(types_in(Vectors::load().section("stateless reset").bytes("datagram")) ==
        Types{PacketType::kShort});
}

TEST_CASE("vectors: headers of protected packets before they are masked") {
  for (const std::string name : {"server_handshake", "client_handshake", "client_short"}) {
    each(name + ".header", [&](const std::string&, const VectorSection& section) {
      const Buffer header = owned(section.bytes(name + ".header"));
      const std::uint64_t pn = section.number(name + ".pn");
      Buffer packet = owned(section.bytes(name + ".packet"));
      MutableBytes rest = packet;
      bool malformed = false;
      const auto view = next_packet(rest, malformed);
      REQUIRE(view);
      Buffer again(header.size());
      base::ByteWriter writer(again);
      if (view->type == PacketType::kShort) {
        write_short_header(writer, view->destination, pn);
      } else {
        write_long_header(writer, view->type, view->destination, view->source,
                          static_cast<std::uint16_t>(packet.size() - kLongHeaderSize));
        writer.write_u32(static_cast<std::uint32_t>(pn));
      }
      CHECK(again == header);
      CHECK(reserved_bits_clear(header[0]));
      CHECK(decode_packet_number(static_cast<std::uint32_t>(pn), std::nullopt) == pn);
    });
  }
}

TEST_CASE("vectors: a packet number beyond 32 bits") {
  for (const std::string suite : {"1302", "1303"}) {
    const VectorSection& section = Vectors::load().section("packet number " + suite);
    const Bytes header = section.bytes("short.header");
    base::ByteReader reader(header.last(kPacketNumberSize));
    CHECK(decode_packet_number(*reader.read_u32(), section.number("largest_seen")) ==
          section.number("short.pn"));
  }
}
