// SPDX-License-Identifier: MIT
#include "crypto/connection_id.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "crypto/siphash.h"
#include "unit/crypto/samples.h"

namespace jetstream::crypto {

using test::hex;
using test::section_for;
using test::Vectors;
using test::VectorSection;

namespace {

ConnectionIdCodec codec_of_vectors() {
  return ConnectionIdCodec(Vectors::load().section("connection id").array<16>("siphash_key"));
}

}  // namespace

TEST_CASE("the connection id of the vectors is made and read") {
  const VectorSection& section = Vectors::load().section("connection id");
  const auto worker = static_cast<std::uint8_t>(section.number("worker"));
  const auto slot = static_cast<std::uint32_t>(section.number("slot"));
  std::uint32_t generation = 0;
  for (const std::uint8_t byte : section.bytes("gen")) generation = generation << 8 | byte;

  const ConnectionId id = codec_of_vectors().make(worker, generation, slot);
  CHECK(hex(id.bytes) == hex(section.bytes("connection_id")));
  CHECK(codec_of_vectors().parse(id) == ConnectionIdCodec::Parts{worker, generation, slot});
  CHECK(siphash24(section.array<16>("siphash_key"), Bytes(id.bytes).first(5)) ==
        section.number("siphash"));
}

TEST_CASE("the ids of all handshakes of the vectors name worker 1 and the session's slot") {
  for (const CipherSuite suite : test::kSuites) {
    std::uint32_t slot = 0;
    for (const std::string_view kind : test::kRuns) {
      const VectorSection& section = section_for(kind, suite);
      ConnectionId id;
      std::ranges::copy(section.bytes("client_short.header").subspan(1, 8), id.bytes.begin());
      const ConnectionIdCodec::Parts parts = codec_of_vectors().parse(id);
      CHECK(parts.worker == 1);
      CHECK(parts.slot == ++slot);
      CHECK(codec_of_vectors().make(parts.worker, parts.generation, parts.slot) == id);

      const ResetToken token =
          reset_token(Vectors::load().section("stateless reset").bytes("reset_key"), id);
      const Bytes params = section.bytes("server_params");
      CHECK(std::search(params.begin(), params.end(), token.begin(), token.end()) != params.end());
    }
  }
}

TEST_CASE("every part comes back at its limits, and neighbours do not look like it") {
  const ConnectionIdCodec codec = codec_of_vectors();
  for (const int number : {0, 1, 255}) {
    const auto worker = static_cast<std::uint8_t>(number);
    for (const std::uint32_t generation : {0U, 1U, 0xffffffffU}) {
      for (const std::uint32_t slot : {0U, 1U, 0xffffU, 0x10000U, ConnectionIdCodec::kSlotMax}) {
        const ConnectionId id = codec.make(worker, generation, slot);
        CHECK(codec.parse(id) == ConnectionIdCodec::Parts{worker, generation, slot});
        CHECK(id.bytes[0] == worker);
      }
    }
  }
  const ConnectionIdCodec other({1});
  CHECK(other.parse(codec.make(1, 2, 3)).slot != 3);
  CHECK(hex(Bytes(codec.make(1, 2, 3).bytes).last(3)) !=
        hex(Bytes(codec.make(1, 3, 3).bytes).last(3)));
}

TEST_CASE("the reset token of the vectors comes out and depends on the id and the key") {
  const VectorSection& section = Vectors::load().section("stateless reset");
  ConnectionId id{section.array<8>("connection_id")};
  const Bytes key = section.bytes("reset_key");
  const ResetToken token = reset_token(key, id);
  CHECK(hex(token) == hex(section.bytes("token")));
  CHECK(hex(section.bytes("datagram").last(16)) == hex(token));
  id.bytes[7] ^= 1;
  CHECK(reset_token(key, id) != token);
  id.bytes[7] ^= 1;
  CHECK(reset_token(section.bytes("connection_id"), id) != token);
}

}  // namespace jetstream::crypto
