// SPDX-License-Identifier: MIT
#include "crypto/ticket.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "crypto/resumption.h"
#include "unit/crypto/samples.h"

namespace jetstream::crypto {

using test::hex;
using test::Vectors;
using test::VectorSection;

namespace {

/// One `[ticket ...]` of the vectors.
struct Minted {
  explicit Minted(const VectorSection& section)
      : key{.id = {}, .secret = Secret(section.bytes("stek"))},
        state(section.bytes("plaintext")),
        ticket(section.bytes("ticket")) {
    std::copy_n(ticket.begin(), key.id.size(), key.id.begin());
    std::copy_n(ticket.begin() + sizeof(TicketKeyId), salt.size(), salt.begin());
  }
  TicketKey key;
  TicketSalt salt{};
  Bytes state;
  Bytes ticket;
};

template <class Check>
void for_each_ticket(Check check) {
  std::size_t seen = 0;
  for (const std::string& name : Vectors::load().names()) {
    if (!name.starts_with("ticket ")) continue;
    INFO(name);
    check(Vectors::load().section(name));
    ++seen;
  }
  CHECK(seen == 6);
}

std::optional<std::string> opened(const TicketKey& key, Bytes ticket) {
  std::vector<std::uint8_t> copy(ticket.begin(), ticket.end());
  const auto state = open_ticket(key, copy);
  return state ? std::optional(hex(*state)) : std::nullopt;
}

}  // namespace

TEST_CASE("tickets are sealed and opened as in the vectors") {
  for_each_ticket([](const VectorSection& section) {
    const Minted minted(section);
    std::vector<std::uint8_t> sealed(minted.state.size() + kTicketOverhead);
    seal_ticket(minted.key, minted.salt, minted.state, sealed);
    CHECK(hex(sealed) == hex(minted.ticket));
    CHECK(opened(minted.key, minted.ticket) == hex(minted.state));
    CHECK(hex(strike_key(minted.ticket)) == hex(section.bytes("strike_key")));
  });
}

TEST_CASE("no bit of a ticket can be changed") {
  const Minted minted(Vectors::load().section("ticket first 1302"));
  std::vector<std::uint8_t> changed(minted.ticket.begin(), minted.ticket.end());
  for (std::size_t bit = 0; bit < changed.size() * 8; ++bit) {
    const auto mask = static_cast<std::uint8_t>(1u << bit % 8);
    changed[bit / 8] ^= mask;
    const bool opens = opened(minted.key, changed).has_value();
    changed[bit / 8] ^= mask;
    if (opens) FAIL("bit " << bit);
  }
  CHECK(opened(minted.key, changed));
}

TEST_CASE("a ticket of any other length or key stays shut") {
  const Minted minted(Vectors::load().section("ticket first 1303"));
  for (std::size_t size = 0; size < minted.ticket.size(); ++size) {
    if (opened(minted.key, minted.ticket.first(size))) FAIL("cut to " << size);
  }
  TicketKey other = minted.key;
  other.secret.writable()[31] ^= 1;
  CHECK_FALSE(opened(other, minted.ticket));
  other = minted.key;
  other.id[0] ^= 1;
  CHECK_FALSE(opened(other, minted.ticket));
  CHECK_FALSE(key_id_of(minted.ticket.first(kTicketOverhead)));
  CHECK(key_id_of(minted.ticket) == minted.key.id);
}

TEST_CASE("what did not open is erased") {
  const Minted minted(Vectors::load().section("ticket first 1302"));
  std::vector<std::uint8_t> changed(minted.ticket.begin(), minted.ticket.end());
  changed.back() ^= 1;
  REQUIRE_FALSE(open_ticket(minted.key, changed));
  CHECK(std::all_of(changed.begin() + kTicketStartSize,
                    changed.end() - static_cast<std::ptrdiff_t>(kBoxTagSize),
                    [](std::uint8_t byte) { return byte == 0; }));
}

TEST_CASE("tickets have the keys of the vectors [KEY-13]") {
  for_each_ticket([](const VectorSection& section) {
    const Bytes nonce = section.bytes("ticket_nonce");
    const Secret psk = ticket_psk(Secret(section.bytes("res_master")),
                                  static_cast<std::uint16_t>(nonce[0] << 8 | nonce[1]));
    CHECK(hex(psk) == hex(section.bytes("psk")));
  });
}

TEST_CASE("binder, early keys and resumption secret are the vectors' [KEY-11, KEY-12, KEY-13]") {
  for (const CipherSuite suite : test::kSuites) {
    const VectorSection& section = test::section_for("resumption early", suite);
    const Secret early = early_secret(test::section_for("ticket first", suite).bytes("psk"));
    const Bytes hello = section.bytes("client_hello");
    CHECK(hex(binder_mac(early, sha256(hello.first(hello.size() - 32)))) ==
          hex(section.bytes("binder")));
    CHECK(hex(early_traffic_secret(early, sha256(hello))) == hex(section.bytes("c_early.secret")));
    const Secret master(section.bytes("master_secret"));
    CHECK(hex(resumption_secret(master, section.array<32>("th_ch_cf"))) ==
          hex(section.bytes("res_master")));
  }
}

}  // namespace jetstream::crypto
