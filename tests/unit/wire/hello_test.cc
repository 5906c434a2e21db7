// SPDX-License-Identifier: MIT
#include "wire/hello.h"

#include <algorithm>

#include "samples.h"
#include "wire/cbor.h"

using namespace jetstream;
using namespace jetstream::wire;
using namespace jetstream::wire::test;

namespace {

HelloParams some_params() {
  return {.datagram_bytes_max = 1472,
          .heartbeat_interval_ms = 5000,
          .max_data = 1048576,
          .max_stream_data = 262144,
          .max_streams = 100,
          .message_bytes_max = 262144,
          .timeout_ms = 30000};
}

ClientHello some_client_hello() {
  ClientHello hello;
  hello.version = 1;
  hello.random.fill(0xa1);
  hello.cipher_suites = {0x1302, 0x1303};
  hello.groups = {kGroupX25519};
  hello.public_key.fill(0xa2);
  hello.connection_id = {{1, 2, 3, 4, 5, 6, 7, 8}};
  hello.params = some_params();
  return hello;
}

ServerHello some_server_hello() {
  ServerHello hello;
  hello.version = 1;
  hello.random.fill(0xb1);
  hello.connection_id = {{8, 7, 6, 5, 4, 3, 2, 1}};
  hello.public_key.fill(0xb2);
  hello.cipher_suite = 0x1303;
  hello.group = kGroupX25519;
  hello.psk = true;
  return hello;
}

ServerParams some_server_params() {
  ServerParams params;
  params.identity.fill(0xc1);
  params.params = some_params();
  params.client_auth = true;
  params.session_id = SessionId(1);
  params.reset_token.fill(0xc2);
  return params;
}

Buffer body_of(const ClientHello& hello, std::optional<Grease> grease = std::nullopt) {
  Buffer out(kHelloSizeMax);
  out.resize(write_client_hello(out, hello, grease));
  return out;
}
Buffer body_of(const ServerHello& hello) {
  Buffer out(kHelloSizeMax);
  out.resize(write_server_hello(out, hello));
  return out;
}
Buffer body_of(const ServerParams& params) {
  Buffer out(kHelloSizeMax);
  out.resize(write_server_params(out, params));
  return out;
}
Buffer body_of(const ClientVerify& verify) {
  Buffer out(kHelloSizeMax);
  out.resize(write_client_verify(out, verify));
  return out;
}

/// A map of pairs, given as encoded keys and values, with the head made to fit.
struct RawMap {
  std::vector<std::pair<std::string, Buffer>> pairs;

  explicit RawMap(const Buffer& map) {
    CborReader reader(map);
    const std::size_t count = *reader.enter_map();
    for (std::size_t i = 0; i < count; ++i) {
      const std::string key(*reader.next_key());
      // The value is what lies between this key and the next.
      const std::size_t start = find(map, key) + key.size();
      REQUIRE(reader.skip());
      pairs.emplace_back(key, Buffer(map.begin() + static_cast<std::ptrdiff_t>(start), map.end()));
    }
    for (std::size_t i = 0; i + 1 < count; ++i) {
      Buffer& value = pairs[i].second;
      value.resize(value.size() - pairs[i + 1].second.size() - pairs[i + 1].first.size() - 1);
    }
  }
  static std::size_t find(const Buffer& map, const std::string& key) {
    const std::string needle = static_cast<char>(0x60 + key.size()) + key;
    return std::string(map.begin(), map.end()).find(needle) + 1;
  }
  Buffer& operator[](std::string_view key) {
    for (auto& [name, value] : pairs) {
      if (name == key) return value;
    }
    FAIL("no key " << key);
    return pairs[0].second;
  }
  void add(const std::string& key, const Buffer& value) {
    pairs.emplace_back(key, value);
    std::sort(pairs.begin(), pairs.end(),
              [](const auto& a, const auto& b) { return cbor_key_before(a.first, b.first); });
  }
  Buffer bytes() const {
    REQUIRE(pairs.size() < 24);
    Buffer out{static_cast<std::uint8_t>(0xa0 + pairs.size())};
    for (const auto& [key, value] : pairs) {
      out = out + Buffer{static_cast<std::uint8_t>(0x60 + key.size())} +
            Buffer(key.begin(), key.end()) + value;
    }
    return out;
  }
};

Buffer number(std::uint64_t value) {
  Buffer out(9);
  base::ByteWriter writer(out);
  CborWriter(writer).write_unsigned(value);
  out.resize(writer.position());
  return out;
}

Buffer byte_string(std::size_t size) {
  Buffer out(size + 3);
  base::ByteWriter writer(out);
  CborWriter(writer).write_bytes(Buffer(size, 0x11));
  out.resize(writer.position());
  return out;
}

Buffer array_of(std::size_t count, std::uint64_t value) {
  Buffer out{static_cast<std::uint8_t>(0x80 + count)};
  for (std::size_t i = 0; i < count; ++i) out = out + number(value);
  return out;
}

/// Whether the hello is still taken with this value instead.
bool takes(std::string_view key, const Buffer& value) {
  RawMap map(body_of(some_client_hello()));
  map[key] = value;
  return parse_client_hello(map.bytes()).has_value();
}

bool takes_extra(const std::string& key, const Buffer& value) {
  RawMap map(body_of(some_client_hello()));
  map.add(key, value);
  return parse_client_hello(map.bytes()).has_value();
}

template <class Parse>
void check_every_cut(const Buffer& body, Parse parse) {
  REQUIRE(parse(body));
  for (std::size_t size = 0; size < body.size(); ++size) {
    INFO("cut to " << size);
    CHECK_FALSE(parse(Bytes(body).first(size)));
  }
  CHECK_FALSE(parse(body + Buffer{0x00}));
}

/// Without any one key, with any one value of another kind: refused.
template <class Parse>
void check_every_key(const Buffer& body, Parse parse) {
  const RawMap map(body);
  REQUIRE(map.bytes() == body);
  for (std::size_t i = 0; i < map.pairs.size(); ++i) {
    INFO(map.pairs[i].first);
    RawMap less = map;
    less.pairs.erase(less.pairs.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK_FALSE(parse(less.bytes()));
    for (const std::string_view other : {"00", "40", "60", "f5", "80", "a0", "4100", "f6", "20"}) {
      RawMap changed = map;
      // A number for a number and a bool for a bool may fit.
      if (changed.pairs[i].second[0] >> 5 == from_hex(other)[0] >> 5 &&
          (other == "00" || other == "f5")) {
        continue;
      }
      changed.pairs[i].second = from_hex(other);
      CHECK_FALSE(parse(changed.bytes()));
    }
    RawMap twice = map;
    twice.pairs.insert(twice.pairs.begin() + static_cast<std::ptrdiff_t>(i), map.pairs[i]);
    CHECK_FALSE(parse(twice.bytes()));
  }
  for (std::size_t i = 1; i < map.pairs.size(); ++i) {
    RawMap swapped = map;
    std::swap(swapped.pairs[i - 1], swapped.pairs[i]);
    CHECK_FALSE(parse(swapped.bytes()));
  }
}

}  // namespace

TEST_CASE("hellos come back as they were written") {
  CHECK(parse_client_hello(body_of(some_client_hello())) == some_client_hello());
  CHECK(parse_server_hello(body_of(some_server_hello())) == some_server_hello());
  CHECK(parse_server_params(body_of(some_server_params())) == some_server_params());
  for (int bits = 0; bits < 8; ++bits) {
    ServerParams params = some_server_params();
    params.retried = (bits & 1) != 0;
    params.early_accepted = (bits & 2) != 0;
    params.client_auth = (bits & 4) != 0;
    CHECK(parse_server_params(body_of(params)) == params);
  }
  ClientVerify verify;
  verify.identity.fill(0xd1);
  verify.signature.fill(0xd2);
  const Buffer body = body_of(verify);
  const auto back = parse_client_verify(body);
  REQUIRE(back);
  CHECK(back->identity == verify.identity);
  CHECK(back->signature == verify.signature);
  CHECK(back->map.data() == body.data());
  CHECK(back->map.size() + kSignatureSize == body.size());
}

TEST_CASE("hellos that are cut off or have a byte too many are refused") {
  check_every_cut(body_of(some_client_hello()), parse_client_hello);
  check_every_cut(body_of(some_client_hello(), Grease{"gr", 0x2a2a}), parse_client_hello);
  check_every_cut(body_of(some_server_hello()), parse_server_hello);
  check_every_cut(body_of(some_server_params()), parse_server_params);
  check_every_cut(body_of(ClientVerify{}), parse_client_verify);
}

TEST_CASE("every key is required, once, in order, and of its kind [ENC-4]") {
  check_every_key(body_of(some_client_hello()), parse_client_hello);
  check_every_key(body_of(some_server_hello()), parse_server_hello);
  check_every_key(body_of(some_server_params()), parse_server_params);
  const RawMap hello(body_of(some_client_hello()));
  for (const auto& [key, value] : hello.pairs) {
    if (key != "params") continue;
    check_every_key(value, [&](const Buffer& params) {
      RawMap map = hello;
      map["params"] = params;
      return parse_client_hello(map.bytes()).has_value();
    });
  }
}

TEST_CASE("sizes and widths of the values of a client hello") {
  for (const std::size_t size : {0u, 31u, 33u}) {
    CHECK_FALSE(takes("random", byte_string(size)));
    CHECK_FALSE(takes("public_key", byte_string(size)));
  }
  CHECK(takes("random", byte_string(32)));
  CHECK_FALSE(takes("connection_id", byte_string(7)));
  CHECK_FALSE(takes("connection_id", byte_string(9)));
  CHECK(takes("connection_id", byte_string(8)));
  CHECK(takes("version", number(0xffffffff)));
  CHECK_FALSE(takes("version", number(0x100000000)));
  for (const std::string_view list : {"cipher_suites", "groups"}) {
    CHECK_FALSE(takes(list, array_of(0, 1)));
    CHECK(takes(list, array_of(1, 0xffff)));
    CHECK_FALSE(takes(list, array_of(1, 0x10000)));
    CHECK(takes(list, array_of(8, 0x1302)));
    CHECK_FALSE(takes(list, array_of(9, 0x1302)));
    CHECK_FALSE(takes(list, from_hex("8140")));
    CHECK_FALSE(takes(list, from_hex("9b0000000000000001 00")));
  }
}

TEST_CASE("sizes and widths of the values of the server's messages") {
  const auto takes_hello = [](std::string_view key, const Buffer& value) {
    RawMap map(body_of(some_server_hello()));
    map[key] = value;
    return parse_server_hello(map.bytes()).has_value();
  };
  CHECK(takes_hello("cipher_suite", number(0xffff)));
  CHECK_FALSE(takes_hello("cipher_suite", number(0x10000)));
  CHECK_FALSE(takes_hello("group", number(0x10000)));
  CHECK_FALSE(takes_hello("public_key", byte_string(31)));
  CHECK(takes_hello("psk", from_hex("f4")));

  const auto takes_params = [](std::string_view key, const Buffer& value) {
    RawMap map(body_of(some_server_params()));
    map[key] = value;
    return parse_server_params(map.bytes()).has_value();
  };
  CHECK_FALSE(takes_params("reset_token", byte_string(15)));
  CHECK_FALSE(takes_params("reset_token", byte_string(17)));
  CHECK_FALSE(takes_params("identity", byte_string(33)));
  CHECK(takes_params("session_id", number(~std::uint64_t{0})));
  CHECK_FALSE(takes_params("session_id", number(0)));
}

TEST_CASE("params at the edges of their ranges [ENC-4]") {
  struct Range {
    std::string_view key;
    std::uint64_t HelloParams::* member;
    std::uint64_t low;
    std::uint64_t high;
  };
  const std::vector<Range> ranges = {
      {"datagram_bytes_max", &HelloParams::datagram_bytes_max, 1200, 65507},
      {"heartbeat_interval_ms", &HelloParams::heartbeat_interval_ms, 100, 600000},
      {"max_data", &HelloParams::max_data, 65536, 67108864},
      {"max_stream_data", &HelloParams::max_stream_data, 16384, 16777216},
      {"max_streams", &HelloParams::max_streams, 1, 65535},
      {"message_bytes_max", &HelloParams::message_bytes_max, 1024, 16777216},
      {"timeout_ms", &HelloParams::timeout_ms, 1000, 600000},
  };
  for (const Range& range : ranges) {
    std::vector<std::uint64_t> values = kBoundaries;
    for (const std::uint64_t edge : {range.low - 1, range.low, range.high, range.high + 1,
                                     std::uint64_t{1} << 32, ~std::uint64_t{0}}) {
      values.push_back(edge);
    }
    for (const std::uint64_t value : values) {
      INFO(range.key << " = " << value);
      ClientHello hello = some_client_hello();
      hello.params.*range.member = value;
      const auto back = parse_client_hello(body_of(hello));
      CHECK(back.has_value() == (value >= range.low && value <= range.high));
      if (back) CHECK(back->params.*range.member == value);
      ServerParams params = some_server_params();
      params.params = hello.params;
      CHECK(parse_server_params(body_of(params)).has_value() == back.has_value());
    }
  }
}

TEST_CASE("a cookie has 22 bytes, or 70 if it is an address token, or is not there [ENC-4]") {
  for (const std::size_t size : {0u, 1u, 21u, 22u, 23u, 69u, 70u, 71u, 255u}) {
    INFO(size);
    CHECK(takes_extra("cookie", byte_string(size)) == (size == 22 || size == 70));
  }
  for (const std::string_view value : {"00", "f5", "6161", "80", "a0"}) {
    CHECK_FALSE(takes_extra("cookie", from_hex(value)));
  }
  for (const std::size_t size : {kCookieSize, kAddressTokenSize}) {
    ClientHello hello = some_client_hello();
    hello.cookie.emplace();
    for (std::size_t i = 0; i < size; ++i) hello.cookie->push_back(static_cast<std::uint8_t>(i));
    for (const std::optional<Grease>& grease : {std::optional<Grease>(), {Grease{"gr", 0x2a2a}}}) {
      const auto back = parse_client_hello(body_of(hello, grease));
      REQUIRE(back);
      CHECK(back->cookie == hello.cookie);
    }
  }
}

TEST_CASE("a Retry is an echo and a cookie [ENC-4]") {
  Retry retry;
  retry.echo.fill(0xe1);
  retry.cookie.fill(0xe2);
  Buffer out(kHelloSizeMax);
  out.resize(write_retry(out, retry));
  CHECK(out.size() == 53);
  CHECK(parse_retry(out) == retry);
  check_every_cut(out, parse_retry);
  check_every_key(out, parse_retry);
  RawMap longer(out);
  longer["cookie"] = byte_string(70);
  CHECK_FALSE(parse_retry(longer.bytes()));
  RawMap other(out);
  other["echo"] = byte_string(15);
  CHECK_FALSE(parse_retry(other.bytes()));
}

TEST_CASE("unknown keys are ignored up to 20 bytes [ENC-5, ENC-6]") {
  for (const std::string& key : {std::string("a"), std::string("cookies"), std::string("tickets"),
                                 std::string(20, 'z'), std::string("")}) {
    for (const std::string_view value : {"00", "f5", "4161", "6161", "82a08101", "a1616180"}) {
      INFO(key << " " << value);
      CHECK(takes_extra(key, from_hex(value)));
    }
  }
  CHECK_FALSE(takes_extra(std::string(21, 'a'), from_hex("00")));
  CHECK_FALSE(takes_extra(std::string(23, 'a'), from_hex("00")));
  // Seven characters of three bytes each: it is bytes that count.
  std::string wide;
  for (int i = 0; i < 7; ++i) wide += "\xe2\x82\xac";
  CHECK_FALSE(takes_extra(wide, from_hex("00")));
  // What is ignored has to be well-formed all the same, and the hello is one level already.
  CHECK_FALSE(takes_extra("zz", from_hex("f6")));
  CHECK_FALSE(takes_extra("zz", from_hex("1800")));
  CHECK(takes_extra("zz", from_hex("818180")));
  CHECK_FALSE(takes_extra("zz", from_hex("81818180")));
}

TEST_CASE("a ticket comes with its age and its binder or not at all [RES-1]") {
  const auto takes_with = [](std::string_view absent, std::size_t ticket_size = 168) {
    RawMap map(body_of(some_client_hello()));
    if (absent != "ticket") map.add("ticket", byte_string(ticket_size));
    if (absent != "ticket_age") map.add("ticket_age", from_hex("1affffffff"));
    if (absent != "binder") map.add("pre_shared_key_binder", byte_string(32));
    return parse_client_hello(map.bytes());
  };
  const auto whole = takes_with("");
  REQUIRE(whole);
  CHECK(whole->ticket->size() == 168);
  CHECK(whole->ticket_age == 0xffffffff);
  CHECK(parse_client_hello(body_of(*whole)) == whole);
  CHECK(parse_client_hello(body_of(*whole, Grease{"zzzz", 0x2a2a})));
  CHECK_FALSE(takes_with("ticket"));
  CHECK_FALSE(takes_with("ticket_age"));
  CHECK_FALSE(takes_with("binder"));
  CHECK_FALSE(takes_with("", 0));
  CHECK(takes_with("", kTicketSizeMax));
  CHECK_FALSE(takes_with("", kTicketSizeMax + 1));
}

TEST_CASE("the binder is the last key and of no other map [ENC-6]") {
  ClientHello hello = some_client_hello();
  hello.ticket.emplace().push_back(1);
  hello.ticket_age = 0;
  hello.binder.emplace().fill(0xb1);
  const Buffer body = body_of(hello);
  CHECK(std::all_of(body.end() - 32, body.end(), [](std::uint8_t byte) { return byte == 0xb1; }));
  const std::string binder = "pre_shared_key_binder";
  RawMap map(body);
  map.pairs.emplace_back("pre_shared_key_bindes", from_hex("00"));
  CHECK_FALSE(parse_client_hello(map.bytes()));

  RawMap server(body_of(some_server_hello()));
  server.add(binder, byte_string(32));
  CHECK_FALSE(parse_server_hello(server.bytes()));
  RawMap params(RawMap(body_of(some_client_hello()))["params"]);
  params.add(binder, byte_string(32));
  CHECK_FALSE(takes("params", params.bytes()));
}

TEST_CASE("unknown keys count towards the 16") {
  RawMap map(body_of(some_client_hello()));
  for (char c = 'a'; map.pairs.size() < 16; ++c) map.add(std::string(1, c), from_hex("00"));
  CHECK(parse_client_hello(map.bytes()));
  map.add("zz", from_hex("00"));
  CHECK_FALSE(parse_client_hello(map.bytes()));
}

TEST_CASE("a hello has at most 2048 bytes [ENC-3]") {
  RawMap map(body_of(some_client_hello()));
  const std::size_t overhead = map.bytes().size() + 3 + 3;  // Key and head of what fills it.
  RawMap fits = map;
  fits.add("zz", byte_string(kHelloSizeMax - overhead));
  CHECK(fits.bytes().size() == 2048);
  CHECK(parse_client_hello(fits.bytes()));
  RawMap too_long = map;
  too_long.add("zz", byte_string(kHelloSizeMax - overhead + 1));
  CHECK(too_long.bytes().size() == 2049);
  CHECK_FALSE(parse_client_hello(too_long.bytes()));
}

TEST_CASE("GREASE is written where it belongs and ignored by who reads it") {
  ClientHello expected = some_client_hello();
  expected.cipher_suites.push_back(0x2a2a);
  for (const std::string& key : {std::string("a"), std::string("params2"), std::string("parama"),
                                 std::string(20, 'z'), std::string("zzzzzz")}) {
    INFO(key);
    const Buffer body = body_of(some_client_hello(), Grease{key, 0x2a2a});
    CHECK(body.size() == body_of(some_client_hello()).size() + key.size() + 2 + 3);
    CHECK(parse_client_hello(body) == expected);
  }
}

TEST_CASE("a ClientVerify without room for its signature is refused") {
  CHECK_FALSE(parse_client_verify(Buffer(63)));
  CHECK_FALSE(parse_client_verify(Buffer(64)));
  CHECK_FALSE(parse_client_verify(from_hex("a0") + Buffer(64)));
}
