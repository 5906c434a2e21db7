// SPDX-License-Identifier: MIT
#include "crypto/key_schedule.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "crypto/ed25519.h"
#include "crypto/packet_keys.h"
#include "crypto/x25519.h"
#include "unit/crypto/samples.h"

namespace jetstream::crypto {

using test::hex;
using test::section_for;
using test::VectorSection;

namespace {

constexpr std::size_t kBinderSize = 32;

std::vector<std::uint8_t> framed(std::uint8_t type, Bytes body) {
  std::vector<std::uint8_t> frame(4 + body.size());
  frame[0] = type;
  frame[2] = static_cast<std::uint8_t>(body.size() >> 8);
  frame[3] = static_cast<std::uint8_t>(body.size());
  std::copy(body.begin(), body.end(), frame.begin() + 4);
  return frame;
}

bool contains(Bytes whole, Bytes part) {
  return std::search(whole.begin(), whole.end(), part.begin(), part.end()) != whole.end();
}

/// Compares a traffic secret and all that packets need of it.
void check_keys(const VectorSection& section, const std::string& name, const Secret& traffic,
                const PacketKeys& keys) {
  INFO(name);
  CHECK(hex(traffic) == hex(section.bytes(name + ".secret")));
  CHECK(hex(keys.key) == hex(section.bytes(name + ".key")));
  CHECK(hex(keys.iv.view()) == hex(section.bytes(name + ".iv")));
  CHECK(hex(keys.hp) == hex(section.bytes(name + ".hp")));
}

/// One handshake of the vectors, computed again step by step from its private keys.
struct Run {
  Run(std::string_view kind, CipherSuite with_suite)
      : suite(with_suite), section(section_for(kind, with_suite)) {
    if (kind == "resumption early") psk = section_for("ticket first", suite).bytes("psk");
    if (kind == "resumption early retry") psk = section_for("ticket second", suite).bytes("psk");
  }

  void check_traffic(const std::string& name, const Secret& traffic) const {
    check_keys(section, name, traffic, derive_packet_keys(suite, traffic, 1));
  }

  void check_early(const std::string& prefix, const Secret& early) {
    const Bytes hello = section.bytes(prefix + "client_hello");
    if (!psk.empty()) {
      const Secret binder_key = derive_secret(early, "res binder", sha256({}));
      CHECK(hex(binder_key) == hex(section.bytes("binder_key")));
      const Digest partial = sha256(hello.first(hello.size() - kBinderSize));
      const Digest binder = finished_mac(binder_key, partial);
      CHECK(hex(binder) == hex(section.bytes(prefix + "binder")));
      CHECK(hex(hello.last(kBinderSize)) == hex(binder));
      check_traffic(prefix + "c_early", derive_secret(early, "c e traffic", sha256(hello)));
    }
    CHECK(hex(sha256(hello)) == hex(section.bytes(prefix + "th_ch")));
  }

  Secret check_share() const {
    const X25519Key client = X25519Key::from_private(section.bytes("client_share_private"));
    const X25519Key server = X25519Key::from_private(section.bytes("server_share_private"));
    CHECK(contains(section.bytes("client_hello"), client.public_key()));
    CHECK(contains(section.bytes("server_hello"), server.public_key()));
    const Secret shared = client.agree(server.public_key()).value();
    CHECK(hex(shared) == hex(server.agree(client.public_key()).value()));
    CHECK(hex(shared) == hex(section.bytes("x25519")));
    return shared;
  }

  void check_server_flight(const Secret& server_traffic) {
    const Identity server = test::identity_from(section.bytes("server_identity_private"));
    transcript.add(section.bytes("server_params"));
    CHECK(contains(section.bytes("server_params"), server.public_key()));
    CHECK(hex(transcript.digest()) == hex(section.bytes("th_ch_sp")));
    const Signature signature = sign_transcript(server, Role::kServer, transcript.digest());
    CHECK(hex(signature) == hex(section.bytes("server_signature")));
    transcript.add(framed(15, signature));
    CHECK(hex(transcript.digest()) == hex(section.bytes("th_ch_sv")));
    const Digest mac = finished_mac(server_traffic, transcript.digest());
    CHECK(hex(mac) == hex(section.bytes("server_finished")));
    transcript.add(framed(20, mac));
    CHECK(hex(transcript.digest()) == hex(section.bytes("th_ch_sf")));
  }

  void check_application(const Secret& master) const {
    for (const std::string side : {"c", "s"}) {
      const Secret first = derive_secret(master, side + " ap traffic", transcript.digest());
      check_traffic(side + "_ap0", first);
      const Secret second = next_traffic_secret(first);
      check_keys(section, side + "_ap1", second,
                 derive_updated_keys(derive_packet_keys(suite, first, 1), 2));
    }
    CHECK(hex(derive_secret(master, "exp master", transcript.digest())) ==
          hex(section.bytes("exp_master")));
  }

  void check_client_flight(const Secret& client_traffic, const Secret& master) {
    if (section.has("client_verify")) {
      const Identity client = test::identity_from(section.bytes("client_identity_private"));
      const Bytes message = section.bytes("client_verify");
      CHECK(contains(message, client.public_key()));
      CHECK(hex(sign_transcript(client, Role::kClient, transcript.digest())) ==
            hex(message.last(64)));
      transcript.add(message);
    }
    CHECK(hex(transcript.digest()) == hex(section.bytes("th_ch_cv")));
    const Digest mac = finished_mac(client_traffic, transcript.digest());
    CHECK(hex(mac) == hex(section.bytes("client_finished")));
    transcript.add(framed(21, mac));
    CHECK(hex(transcript.digest()) == hex(section.bytes("th_ch_cf")));
    CHECK(hex(derive_secret(master, "res master", transcript.digest())) ==
          hex(section.bytes("res_master")));
  }

  CipherSuite suite;
  const VectorSection& section;
  Bytes psk;
  Transcript transcript;
};

void check_run(Run run) {
  const Secret early = early_secret(run.psk);
  CHECK(hex(early) == hex(run.section.bytes("early_secret")));
  if (run.section.has("first_client_hello")) run.check_early("first_", early);
  run.check_early("", early);

  const Secret handshake = handshake_secret(early, run.check_share());
  const Secret master = master_secret(handshake);
  CHECK(hex(handshake) == hex(run.section.bytes("handshake_secret")));
  CHECK(hex(master) == hex(run.section.bytes("master_secret")));

  run.transcript.add(run.section.bytes("client_hello"));
  run.transcript.add(run.section.bytes("server_hello"));
  CHECK(hex(run.transcript.digest()) == hex(run.section.bytes("th_ch_sh")));
  const Secret client = derive_secret(handshake, "c hs traffic", run.transcript.digest());
  const Secret server = derive_secret(handshake, "s hs traffic", run.transcript.digest());
  run.check_traffic("c_hs", client);
  run.check_traffic("s_hs", server);

  run.check_server_flight(server);
  run.check_application(master);
  run.check_client_flight(client, master);
}

}  // namespace

TEST_CASE("every secret, hash, code and signature of the vectors comes out") {
  for (const CipherSuite suite : test::kSuites) {
    for (const std::string_view kind : test::kRuns) {
      DYNAMIC_SECTION(kind << " " << to_string(suite)) { check_run(Run(kind, suite)); }
    }
  }
}

TEST_CASE("without a ticket the early secret is that of 32 zero bytes") {
  const std::array<std::uint8_t, 32> zeros{};
  CHECK(hex(early_secret({})) == hex(early_secret(zeros)));
}

TEST_CASE("a Finished fits one direction, one transcript and one handshake only") {
  const VectorSection& section = section_for("full", CipherSuite::kAes256Gcm);
  const Secret client(section.bytes("c_hs.secret"));
  const Secret server(section.bytes("s_hs.secret"));
  const Digest transcript = section.array<32>("th_ch_cv");
  const Digest mac = finished_mac(client, transcript);
  CHECK(constant_time_equal(mac, section.bytes("client_finished")));
  CHECK_FALSE(constant_time_equal(finished_mac(server, transcript), mac));
  CHECK_FALSE(constant_time_equal(finished_mac(client, section.array<32>("th_ch_sv")), mac));
}

}  // namespace jetstream::crypto
