// SPDX-License-Identifier: MIT
//
// Strangers talk to a server: raw datagrams, hellos with some bytes changed, hellos with the
// cookies of its Retries, and packets to the ids that it gave them, from a few addresses and over
// time. None of them has a key, so none may get a session, more than three times its bytes, or more
// than the fixed number of records, and no cookie is good twice.
#include <map>
#include <set>

#include "unit/endpoint/crafted_hello.h"
#include "unit/endpoint/lone_endpoint.h"

using namespace jetstream;
using namespace jetstream::testing;

namespace {

constexpr std::uint32_t kHalfOpenMax = 8;

/// The input, taken apart; zeros behind its end.
class Script {
 public:
  explicit Script(Bytes bytes) : reader_(bytes) {}
  bool over() const { return reader_.remaining() < 2; }
  std::uint8_t byte() { return reader_.read_u8().value_or(0); }
  std::uint16_t number() { return reader_.read_u16().value_or(0); }
  Bytes bytes(std::size_t count) {
    return *reader_.read_bytes(std::min(count, reader_.remaining()));
  }

 private:
  base::ByteReader reader_;
};

class Strangers {
 public:
  Strangers() : server_(config()) {}

  void run(Script script) {
    while (!script.over()) step(script);
    server_.turn();
    check();
    for (const Sent& sent : server_.run_for(std::chrono::seconds(60))) note(sent);
    check();
    JS_ASSERT(server_->record_count() == 0);
    JS_ASSERT(server_->poll_timeout() == kNever);
  }

 private:
  static ServerConfig config() {
    ServerConfig config = server_config();
    config.half_open_max = kHalfOpenMax;
    config.client_auth = ClientAuth::kRequired;
    return config;
  }

  void step(Script& script) {
    const std::uint8_t what = script.byte();
    const PeerAddress from = PeerAddress::v4({203, 0, 113, 1}, 1000 + (what >> 4));
    switch (what & 7) {
      case 0:
        return give(from, script.bytes(script.number()));
      case 1:
        return give(from, changed(CraftedHello(script.byte() % 16).datagram(), script));
      case 2:
        return give(from, to_known_id(script));
      case 3: {
        Buffer padded = joined(script.bytes(script.byte()), {});
        padded.resize(1200);
        return give(from, padded);
      }
      case 5:
        return give(from, with_cookie(from, script));
      case 4:
        server_.now += std::chrono::milliseconds(script.number());
        break;
      default:
        break;
    }
    for (const Sent& sent : server_.turn()) note(sent);
    check();
  }

  /// Some bytes of `datagram`, which the script chooses, are others.
  static Buffer changed(Buffer datagram, Script& script) {
    for (int changes = script.byte() % 8; changes > 0; --changes) {
      datagram[script.number() % 400] ^= script.byte();
    }
    return datagram;
  }

  /// A hello with the last cookie that came to that address, whichever hello it was for.
  Buffer with_cookie(const PeerAddress& from, Script& script) {
    CraftedHello hello(script.byte() % 16);
    if (const auto given = cookies_.find(from); given != cookies_.end()) {
      hello.hello.cookie = given->second;
    }
    return changed(hello.datagram(), script);
  }

  /// A Handshake or short packet to the id of the latest answer.
  Buffer to_known_id(Script& script) {
    Buffer packet(wire::kLongHeaderSize);
    base::ByteWriter writer(packet);
    const bool is_long = script.byte() % 2 == 0;
    const Bytes rest = script.bytes(script.byte());
    if (is_long) {
      wire::write_long_header(writer, wire::PacketType::kHandshake, known_id_, client_id_,
                              static_cast<std::uint16_t>(rest.size()));
    } else {
      wire::write_short_header(writer, known_id_, 0);
      packet.resize(wire::kShortHeaderSize);
    }
    return joined(packet, rest);
  }

  void give(const PeerAddress& from, Bytes datagram) {
    received_[from] += datagram.size();
    server_.give(from, datagram);
  }

  void note(const Sent& sent) {
    sent_[sent.to] += sent.bytes.size();
    if (sent.bytes.size() < wire::kLongHeaderSize) return;
    take_cookie(sent);
    std::copy_n(sent.bytes.begin() + 1, 8, client_id_.bytes.begin());
    std::copy_n(sent.bytes.begin() + 13, 8, known_id_.bytes.begin());
  }

  void take_cookie(const Sent& sent) {
    Buffer copy = sent.bytes;
    MutableBytes rest = copy;
    bool malformed = false;
    const auto packet = wire::next_packet(rest, malformed);
    if (!packet || packet->type != wire::PacketType::kRetry) return;
    const auto retry = wire::parse_retry(packet->bytes.subspan(packet->pn_offset));
    JS_ASSERT(retry.has_value());
    wire::AddressProof& cookie = cookies_[sent.to] = {};
    for (const std::uint8_t byte : retry->cookie) cookie.push_back(byte);
  }

  std::uint64_t counted(Admission what) {
    return server_->stats().admission[static_cast<std::size_t>(what)];
  }

  void check() {
    JS_ASSERT(counted(Admission::kCookieAccepted) <= counted(Admission::kRetrySent));
    JS_ASSERT(counted(Admission::kTokenAccepted) == 0);
    for (const auto& [address, bytes] : sent_) JS_ASSERT(bytes <= 3 * received_[address]);
    JS_ASSERT(server_->record_count() <= kHalfOpenMax);
    JS_ASSERT(server_->session_count() == 0);
    JS_ASSERT(server_.events.empty());
  }

  LoneEndpoint server_;
  std::map<PeerAddress, std::uint64_t> received_, sent_;
  std::map<PeerAddress, wire::AddressProof> cookies_;
  ConnectionId known_id_, client_id_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Strangers().run(Script(Bytes(data, size)));
  return 0;
}
