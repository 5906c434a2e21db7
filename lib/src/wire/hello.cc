// SPDX-License-Identifier: MIT
#include "wire/hello.h"

#include <algorithm>
#include <limits>
#include <span>

#include "wire/cbor.h"

namespace jetstream::wire {
namespace {

// One value in a map: how to read it, refusing what does not fit [ENC-4], and how to write it.

template <std::size_t N>
bool read_value(CborReader& in, std::array<std::uint8_t, N>& out) {
  const std::optional<Bytes> bytes = in.read_bytes();
  if (!bytes || bytes->size() != N) return false;
  std::ranges::copy(*bytes, out.begin());
  return true;
}

template <std::unsigned_integral T>
bool read_value(CborReader& in, T& out) {
  const std::optional<std::uint64_t> value = in.read_unsigned();
  if (!value || *value > std::numeric_limits<T>::max()) return false;
  out = static_cast<T>(*value);
  return true;
}

bool read_value(CborReader& in, bool& out) {
  const std::optional<bool> value = in.read_bool();
  if (value) out = *value;
  return value.has_value();
}

bool read_value(CborReader& in, ConnectionId& out) { return read_value(in, out.bytes); }

bool read_value(CborReader& in, SessionId& out) {
  std::uint64_t value = 0;
  if (!read_value(in, value) || value == 0) return false;
  out = SessionId(value);
  return true;
}

bool read_value(CborReader& in, CodePoints& out) {
  const std::optional<std::size_t> count = in.enter_array();
  if (!count || *count == 0 || *count > CodePoints::capacity()) return false;
  for (std::size_t i = 0; i < *count; ++i) {
    std::uint16_t value = 0;
    if (!read_value(in, value)) return false;
    out.push_back(value);
  }
  return true;
}

bool read_value(CborReader& in, AddressProof& out) {
  const std::optional<Bytes> bytes = in.read_bytes();
  if (!bytes || (bytes->size() != kCookieSize && bytes->size() != kAddressTokenSize)) return false;
  for (const std::uint8_t byte : *bytes) out.push_back(byte);
  return true;
}

bool read_value(CborReader& in, TicketBytes& out) {
  const std::optional<Bytes> bytes = in.read_bytes();
  if (!bytes || bytes->empty() || bytes->size() > TicketBytes::capacity()) return false;
  for (const std::uint8_t byte : *bytes) out.push_back(byte);
  return true;
}

void write_value(CborWriter& out, Bytes value) { out.write_bytes(value); }

template <std::unsigned_integral T>
void write_value(CborWriter& out, T value) {
  out.write_unsigned(value);
}

void write_value(CborWriter& out, bool value) { out.write_bool(value); }

void write_value(CborWriter& out, const ConnectionId& value) { out.write_bytes(value.bytes); }

void write_value(CborWriter& out, SessionId value) { out.write_unsigned(value.value()); }

void write_value(CborWriter& out, const CodePoints& values) {
  out.begin_array(values.size());
  for (const std::uint16_t value : values) out.write_unsigned(value);
}

template <std::size_t N>
void write_value(CborWriter& out, const SmallList<std::uint8_t, N>& value) {
  out.write_bytes({value.begin(), value.end()});
}

bool read_value(CborReader& in, HelloParams& out);
void write_value(CborWriter& out, const HelloParams& value);

// A map is a table of its keys, in key order [ENC-1], so that reading and writing can't disagree.

template <class T>
struct Field {
  std::string_view key;
  bool (*read)(CborReader&, T&);
  void (*write)(CborWriter&, const T&);
  /// Null if it always is.
  bool (*is_present)(const T&) = nullptr;
};

template <class T, auto kMember>
constexpr Field<T> field(std::string_view key) {
  return {key, [](CborReader& in, T& map) { return read_value(in, map.*kMember); },
          [](CborWriter& out, const T& map) { write_value(out, map.*kMember); }};
}

/// A key that may be missing; the member is a std::optional.
template <class T, auto kMember>
constexpr Field<T> optional_field(std::string_view key) {
  return {key, [](CborReader& in, T& map) { return read_value(in, (map.*kMember).emplace()); },
          [](CborWriter& out, const T& map) { write_value(out, *(map.*kMember)); },
          [](const T& map) { return (map.*kMember).has_value(); }};
}

template <class T, std::size_t N>
constexpr bool ascending(const std::array<Field<T>, N>& fields) {
  return std::adjacent_find(fields.begin(), fields.end(), [](const auto& a, const auto& b) {
           return !cbor_key_before(a.key, b.key);
         }) == fields.end();
}

constexpr std::array kHelloParamsFields = {
    field<HelloParams, &HelloParams::max_data>("max_data"),
    field<HelloParams, &HelloParams::timeout_ms>("timeout_ms"),
    field<HelloParams, &HelloParams::max_streams>("max_streams"),
    field<HelloParams, &HelloParams::max_stream_data>("max_stream_data"),
    field<HelloParams, &HelloParams::message_bytes_max>("message_bytes_max"),
    field<HelloParams, &HelloParams::datagram_bytes_max>("datagram_bytes_max"),
    field<HelloParams, &HelloParams::heartbeat_interval_ms>("heartbeat_interval_ms"),
};
static_assert(ascending(kHelloParamsFields));

constexpr std::array kClientHelloFields = {
    optional_field<ClientHello, &ClientHello::cookie>("cookie"),
    field<ClientHello, &ClientHello::groups>("groups"),
    field<ClientHello, &ClientHello::params>("params"),
    field<ClientHello, &ClientHello::random>("random"),
    optional_field<ClientHello, &ClientHello::ticket>("ticket"),
    field<ClientHello, &ClientHello::version>("version"),
    field<ClientHello, &ClientHello::public_key>("public_key"),
    optional_field<ClientHello, &ClientHello::ticket_age>("ticket_age"),
    field<ClientHello, &ClientHello::cipher_suites>("cipher_suites"),
    field<ClientHello, &ClientHello::connection_id>("connection_id"),
    // The one name longer than unknown ones may be, so that it is always the last [ENC-6].
    optional_field<ClientHello, &ClientHello::binder>("pre_shared_key_binder"),
};
static_assert(ascending(kClientHelloFields));

constexpr std::array kRetryFields = {
    field<Retry, &Retry::echo>("echo"),
    field<Retry, &Retry::cookie>("cookie"),
};
static_assert(ascending(kRetryFields));

constexpr std::array kServerHelloFields = {
    field<ServerHello, &ServerHello::psk>("psk"),
    field<ServerHello, &ServerHello::group>("group"),
    field<ServerHello, &ServerHello::random>("random"),
    field<ServerHello, &ServerHello::version>("version"),
    field<ServerHello, &ServerHello::public_key>("public_key"),
    field<ServerHello, &ServerHello::cipher_suite>("cipher_suite"),
    field<ServerHello, &ServerHello::connection_id>("connection_id"),
};
static_assert(ascending(kServerHelloFields));

constexpr std::array kServerParamsFields = {
    field<ServerParams, &ServerParams::params>("params"),
    field<ServerParams, &ServerParams::retried>("retried"),
    field<ServerParams, &ServerParams::identity>("identity"),
    field<ServerParams, &ServerParams::session_id>("session_id"),
    field<ServerParams, &ServerParams::client_auth>("client_auth"),
    field<ServerParams, &ServerParams::reset_token>("reset_token"),
    field<ServerParams, &ServerParams::early_accepted>("early_accepted"),
};
static_assert(ascending(kServerParamsFields));

constexpr std::array kClientVerifyFields = {
    field<ClientVerify, &ClientVerify::identity>("identity"),
};

template <class T, std::size_t N>
const Field<T>* find_field(const std::array<Field<T>, N>& fields, std::string_view key) {
  const auto found = std::ranges::find(fields, key, &Field<T>::key);
  return found == fields.end() ? nullptr : &*found;
}

/// Reads a map with all these fields. The reader refuses a key that comes twice, so as many
/// required keys as there are such fields are all of them.
template <class T, std::size_t N>
bool read_map(CborReader& in, T& out, const std::array<Field<T>, N>& fields) {
  const std::optional<std::size_t> count = in.enter_map();
  if (!count) return false;
  std::ptrdiff_t required = 0;
  for (std::size_t i = 0; i < *count; ++i) {
    const std::optional<std::string_view> key = in.next_key();
    if (!key) return false;
    if (const Field<T>* match = find_field(fields, *key)) {
      if (!match->read(in, out)) return false;
      if (match->is_present == nullptr) ++required;
      continue;
    }
    if (key->size() > kUnknownKeySizeMax || !in.skip()) return false;  // [ENC-5]
  }
  return required == std::ranges::count(fields, nullptr, &Field<T>::is_present);
}

template <class T, std::size_t N>
std::optional<T> parse_map(Bytes map, const std::array<Field<T>, N>& fields) {
  if (map.size() > kHelloSizeMax) return std::nullopt;
  CborReader in(map);
  T out;
  if (!read_map(in, out, fields) || !in.done()) return std::nullopt;
  return out;
}

/// Writes the map; `extra_key`, unless empty, with the value 0 among the others.
template <class T, std::size_t N>
void write_map(CborWriter& out, const T& map, const std::array<Field<T>, N>& fields,
               std::string_view extra_key = {}) {
  bool extra_left = !extra_key.empty();
  const auto write_extra = [&] {
    out.write_text(extra_key);
    out.write_unsigned(0);
    extra_left = false;
  };
  const auto is_absent = [&](const Field<T>& next) {
    return next.is_present != nullptr && !next.is_present(map);
  };
  const auto absent = static_cast<std::size_t>(std::ranges::count_if(fields, is_absent));
  out.begin_map(N - absent + (extra_left ? 1 : 0));
  for (const Field<T>& next : fields) {
    if (is_absent(next)) continue;
    if (extra_left && cbor_key_before(extra_key, next.key)) write_extra();
    out.write_text(next.key);
    next.write(out, map);
  }
  if (extra_left) write_extra();
}

template <class T, std::size_t N>
std::size_t write_body(MutableBytes out, const T& map, const std::array<Field<T>, N>& fields,
                       std::string_view extra_key = {}) {
  base::ByteWriter writer(out);
  CborWriter cbor(writer);
  write_map(cbor, map, fields, extra_key);
  return writer.position();
}

bool read_value(CborReader& in, HelloParams& out) {
  return read_map(in, out, kHelloParamsFields) && in_range(out);
}

void write_value(CborWriter& out, const HelloParams& value) {
  write_map(out, value, kHelloParamsFields);
}

constexpr std::uint64_t kKiB = 1024;
constexpr std::uint64_t kMiB = 1024 * kKiB;
constexpr std::uint64_t kTenMinutesMs = 600'000;

}  // namespace

bool in_range(const HelloParams& params) {
  const auto within = [](std::uint64_t value, std::uint64_t low, std::uint64_t high) {
    return value >= low && value <= high;
  };
  return within(params.datagram_bytes_max, 1200, 65507) &&
         within(params.heartbeat_interval_ms, 100, kTenMinutesMs) &&
         within(params.max_data, 64 * kKiB, 64 * kMiB) &&
         within(params.max_stream_data, 16 * kKiB, 16 * kMiB) &&
         within(params.max_streams, 1, 65535) &&
         within(params.message_bytes_max, kKiB, 16 * kMiB) &&
         within(params.timeout_ms, 1000, kTenMinutesMs);
}

std::optional<ClientHello> parse_client_hello(Bytes body) {
  auto hello = parse_map(body, kClientHelloFields);
  if (!hello) return std::nullopt;
  const bool all = hello->ticket && hello->ticket_age && hello->binder;
  const bool none = !hello->ticket && !hello->ticket_age && !hello->binder;
  return all || none ? hello : std::nullopt;  // [RES-1]
}

std::optional<Retry> parse_retry(Bytes payload) { return parse_map(payload, kRetryFields); }

std::optional<ServerHello> parse_server_hello(Bytes body) {
  return parse_map(body, kServerHelloFields);
}

std::optional<ServerParams> parse_server_params(Bytes body) {
  return parse_map(body, kServerParamsFields);
}

std::optional<ClientVerify> parse_client_verify(Bytes body) {
  if (body.size() < kSignatureSize) return std::nullopt;
  const Bytes map = body.first(body.size() - kSignatureSize);
  std::optional<ClientVerify> verify = parse_map(map, kClientVerifyFields);
  if (!verify) return std::nullopt;
  std::ranges::copy(body.last(kSignatureSize), verify->signature.begin());
  verify->map = map;
  return verify;
}

std::size_t write_client_hello(MutableBytes out, const ClientHello& hello,
                               const std::optional<Grease>& grease) {
  if (!grease) return write_body(out, hello, kClientHelloFields);
  JS_ASSERT(!grease->key.empty() && grease->key.size() <= kUnknownKeySizeMax &&
            find_field(kClientHelloFields, grease->key) == nullptr);
  ClientHello greased = hello;
  greased.cipher_suites.push_back(grease->suite);
  return write_body(out, greased, kClientHelloFields, grease->key);
}

std::size_t write_retry(MutableBytes out, const Retry& retry) {
  return write_body(out, retry, kRetryFields);
}

std::size_t write_server_hello(MutableBytes out, const ServerHello& hello) {
  return write_body(out, hello, kServerHelloFields);
}

std::size_t write_server_params(MutableBytes out, const ServerParams& params) {
  return write_body(out, params, kServerParamsFields);
}

std::size_t write_client_verify(MutableBytes out, const ClientVerify& verify) {
  const std::size_t map_size = write_body(out, verify, kClientVerifyFields);
  base::ByteWriter writer(out.subspan(map_size));
  writer.write_bytes(verify.signature);
  return map_size + kSignatureSize;
}

}  // namespace jetstream::wire
