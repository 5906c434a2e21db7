// SPDX-License-Identifier: MIT
#include "wire/ticket_state.h"

#include "samples.h"
#include "vectors/vectors.h"

using namespace jetstream;
using namespace jetstream::wire;
using namespace jetstream::wire::test;
using jetstream::test::Vectors;

namespace {

Buffer written(const TicketState& state) {
  Buffer out(kTicketStateSizeMax);
  out.resize(write_ticket_state(out, state));
  return out;
}

TicketState largest() {
  TicketState state;
  state.issued_at_ms = state.lifetime_s = state.policy_epoch = state.early_data_max = UINT64_MAX;
  state.max_data = state.max_stream_data = state.max_streams = UINT64_MAX;
  state.message_bytes_max = UINT64_MAX;
  state.age_add = UINT32_MAX;
  state.suite = state.group = state.nonce = UINT16_MAX;
  state.client.emplace().fill(0xcc);
  return state;
}

}  // namespace

TEST_CASE("vectors: the state inside tickets") {
  std::size_t seen = 0;
  for (const std::string& title : Vectors::load().names()) {
    if (!title.starts_with("ticket ")) continue;
    INFO(title);
    ++seen;
    const auto& section = Vectors::load().section(title);
    const auto state = parse_ticket_state(section.bytes("plaintext"));
    REQUIRE(state);
    CHECK(to_hex(written(*state)) == to_hex(section.bytes("plaintext")));
    CHECK(to_hex(state->psk.view()) == to_hex(section.bytes("psk")));
    CHECK(state->age_add == section.number("age_add"));
    CHECK(state->issued_at_ms == 1000 * 1000);
    CHECK(state->lifetime_s == 86400);
    CHECK(state->suite == (title.ends_with("1302") ? 0x1302 : 0x1303));
    CHECK(state->group == 0x1d);
    CHECK(state->client.has_value() == (title.find("auth") != std::string::npos));
    CHECK(state->policy_epoch == 1);
    CHECK(state->early_data_max == 16384);
    CHECK(state->max_streams == 100);
    CHECK(state->nonce == (title.find("second") != std::string::npos ? 1 : 0));
  }
  CHECK(seen == 6);
}

TEST_CASE("the largest state fits its bound and comes back") {
  const TicketState state = largest();
  const Buffer bytes = written(state);
  CHECK(bytes.size() <= kTicketStateSizeMax);
  const auto back = parse_ticket_state(bytes);
  REQUIRE(back);
  CHECK(written(*back) == bytes);
}

TEST_CASE("nothing but a whole state of form 1 is one") {
  const Buffer bytes = written(largest());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    if (parse_ticket_state(Bytes(bytes).first(size))) FAIL("cut to " << size);
  }
  Buffer longer = bytes;
  longer.push_back(0);
  CHECK_FALSE(parse_ticket_state(longer));
  Buffer other_form = bytes;
  other_form[1] = 2;
  CHECK_FALSE(parse_ticket_state(other_form));
  // A suite that does not fit 16 bits: 1a is a head of four bytes, 19 one of two.
  TicketState small;
  small.suite = 0x1302;
  Buffer wide = written(small);
  const Buffer suite = {0x19, 0x13, 0x02};
  const auto at = std::search(wide.begin(), wide.end(), suite.begin(), suite.end());
  REQUIRE(at != wide.end());
  const auto next = wide.erase(at, at + 3);
  const Buffer wider = {0x1a, 0x00, 0x01, 0x13, 0x02};
  wide.insert(next, wider.begin(), wider.end());
  CHECK_FALSE(parse_ticket_state(wide));
}
