// SPDX-License-Identifier: MIT
//
// What sessions cost a server that does nothing else: resting_sessions COUNT
//
// One server and one client with that many sessions, on virtual time and without a network between
// them. What is counted is what the server's own calls allocate and the processor time they take:
//   rest     a minute of heartbeats every 5 s, spread evenly
//   bare     opening and sealing as many packets under as many keys, and nothing else
//   silence  a minute in which nothing comes, after all sessions have come to rest
//   expiry   from the moment the first session expires until the last record is freed
// The exit code is 1 if sessions are left at the end, or if they took more memory than they may.
#include <malloc.h>
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <new>
#include <vector>

#include "base/assert.h"
#include "base/bytes.h"
#include "crypto/packet_cipher.h"
#include "endpoint/slot_table.h"
#include "jetstream/endpoint.h"
#include "support/seeded_random.h"
#include "support/world.h"
#include "wire/frame.h"
#include "wire/packet_header.h"

using namespace jetstream;
using namespace jetstream::testing;
using namespace std::chrono_literals;

namespace {

/// Bytes that the server holds, as the allocator counts them; what OpenSSL allocates is not in it.
bool counting = false;
std::ptrdiff_t held_bytes = 0;

void* allocate(std::size_t size) {
  void* memory = std::malloc(size);
  if (memory == nullptr) std::abort();
  if (counting) held_bytes += static_cast<std::ptrdiff_t>(malloc_usable_size(memory));
  return memory;
}

void release(void* memory) {
  if (counting) held_bytes -= static_cast<std::ptrdiff_t>(malloc_usable_size(memory));
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }

namespace {

constexpr Duration kHeartbeat = 5s;
constexpr Duration kTimeout = 180s;
constexpr Duration kMinute = 60s;
/// What a resting session may take, with a thousand of them or more.
constexpr std::ptrdiff_t kSessionBytesMax = 2560;
/// After which a session that hears nothing has given back what it needs only while packets flow.
constexpr Duration kSettling = 5s;
/// How finely time goes by, as a driver that handles a batch each turn.
constexpr Duration kTurn = 1ms;

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// Datagrams on their way to one side, one behind the other.
struct Wire {
  std::vector<std::uint8_t> bytes;
  std::vector<std::size_t> sizes;

  void add(const Train& train) {
    bytes.insert(bytes.end(), train.bytes.begin(), train.bytes.end());
    for (std::size_t at = 0; at < train.bytes.size(); at += train.segment_bytes) {
      sizes.push_back(std::min(train.segment_bytes, train.bytes.size() - at));
    }
  }
  void clear() {
    bytes.clear();
    sizes.clear();
  }
};

struct Cost {
  double cpu = 0;
  std::size_t datagrams = 0;
};

class Scene {
 public:
  explicit Scene(std::size_t count)
      : count_(count), random_(1), identity_(Identity::generate(random_)) {
    EndpointConfig config;
    config.session = session_config();
    config.session.heartbeat_enabled = false;
    config.server = ServerConfig{.identity = identity_};
    config.session_ids = &ids_;
    counting = true;
    server_ = std::move(Endpoint::create(config, random_).value());
    counting = false;
    EndpointConfig own;
    own.session = session_config();
    client_ = std::move(Endpoint::create(own, random_).value());
  }

  std::size_t sessions() const { return server_->session_count(); }
  std::size_t records() const { return server_->record_count(); }
  Instant now() const { return now_; }
  bool cut = false;

  /// One after the other, so that their heartbeats are spread evenly over the interval.
  void open_sessions() {
    const ConnectOptions options{.remote = kServer,
                                 .trust = Trust::pins({Pin::of(identity_.public_key())}),
                                 .identity = {},
                                 .session = {}};
    const Instant begin = now_;
    for (std::size_t i = 0; i < count_; ++i) {
      const Instant at =
          begin + kHeartbeat * static_cast<Duration::rep>(i) / static_cast<Duration::rep>(count_);
      while (now_ < at) step();
      JS_ASSERT(client_->connect(now_, options).has_value());
      exchange();
    }
    run_for(2 * kHeartbeat);
  }

  Cost run_for(Duration duration) {
    return run_until([end = now_ + duration, this] { return now_ >= end; });
  }
  Cost run_until(const std::function<bool()>& done) {
    cost_ = {};
    while (!done()) step();
    return cost_;
  }

 private:
  static SessionConfig session_config() {
    SessionConfig config;
    config.timeout = kTimeout;
    config.heartbeat_interval = kHeartbeat;
    config.heartbeat_timeout_count = 0;
    return config;
  }

  /// To the next turn in which something is due.
  void step() {
    const Instant due = std::min(client_->poll_timeout(), server_->poll_timeout());
    const auto turns = std::max<Duration::rep>((due - now_ + kTurn - Duration(1)) / kTurn, 1);
    // Not far, because somebody may wait for a time.
    now_ += kTurn * std::min<Duration::rep>(turns, 1000);
    exchange();
  }

  void exchange() {
    do {
      turn(*client_, to_client_, to_server_, kServer);
      if (cut) to_server_.clear();
      cost_.datagrams += to_server_.sizes.size();
      counting = true;
      const double begin = cpu_seconds();
      turn(*server_, to_server_, to_client_, kClient);
      cost_.cpu += cpu_seconds() - begin;
      counting = false;
    } while (!to_client_.sizes.empty());
  }

  void turn(Endpoint& endpoint, Wire& in, Wire& out, const PeerAddress& to) {
    const PeerAddress& from = to;
    std::size_t at = 0;
    for (const std::size_t size : in.sizes) {
      endpoint.handle(now_, Path{from, {}}, MutableBytes(in.bytes).subspan(at, size));
      at += size;
    }
    in.clear();
    endpoint.flush(now_);
    if (endpoint.poll_timeout() <= now_) endpoint.handle_timeout(now_);
    while (endpoint.poll_event()) {
    }
    Train train;
    const bool own = std::exchange(counting, false);  // the wire is not the server's
    while (transmit(endpoint, train, own)) out.add(train);
    counting = own;
  }

  bool transmit(Endpoint& endpoint, Train& train, bool count) {
    counting = count;
    const bool any = endpoint.poll_transmit(now_, buffer_, train);
    counting = false;
    return any;
  }

  // Of loopback, because one source may not have so many sessions otherwise.
  inline static const PeerAddress kServer = PeerAddress::v4({127, 0, 0, 1}, 8080);
  inline static const PeerAddress kClient = PeerAddress::v4({127, 0, 0, 1}, 40000);

  std::size_t count_;
  SeededRandom random_;
  CountingIds ids_;
  Identity identity_;
  std::unique_ptr<Endpoint> server_, client_;
  Instant now_{1000s};
  Wire to_server_, to_client_;
  std::vector<std::uint8_t> buffer_ = std::vector<std::uint8_t>(kTrainBytesMax);
  Cost cost_;
};

/// Opening and sealing one heartbeat for each packet of `packets`, in turn under so many keys.
double bare_cost(std::size_t sessions, std::size_t packets) {
  SeededRandom random(2);
  crypto::PacketCipher cipher;
  std::vector<crypto::PacketKeys> keys;
  for (std::size_t i = 0; i < 2 * sessions; ++i) {
    crypto::Secret traffic;
    random.fill_secret(traffic.writable());
    keys.push_back(
        crypto::derive_packet_keys(CipherSuite::kAes256Gcm, traffic, cipher.next_serial()));
  }
  const wire::HeartbeatFrame frame{1, false};
  std::vector<std::uint8_t> packet(wire::kShortHeaderSize + wire::encoded_size(frame) +
                                   wire::kTagSize);
  double cpu = 0;
  for (std::size_t i = 0; i < packets; ++i) {
    const crypto::PacketKeys& theirs = keys[2 * (i % sessions)];
    base::ByteWriter writer(packet);
    wire::write_short_header(writer, {}, i, 0);
    wire::write(writer, frame);
    cipher.seal(theirs, i, packet, wire::kShortHeaderSize);
    cipher.forget(theirs);  // the server has not met them in this round yet
    const double begin = cpu_seconds();
    cipher.unmask(theirs, packet, wire::kShortHeaderSize);
    JS_ASSERT(cipher.open(theirs, i, packet, wire::kShortHeaderSize));
    cipher.seal(keys[2 * (i % sessions) + 1], i, packet, wire::kShortHeaderSize);
    cpu += cpu_seconds() - begin;
  }
  return cpu;
}

void print(const char* phase, const Cost& cost) {
  std::printf("%s cpu_s %.6f datagrams %zu\n", phase, cost.cpu, cost.datagrams);
}

void print_memory(const char* phase, std::ptrdiff_t bytes, std::size_t records) {
  std::printf("memory_%s bytes %td records %zu\n", phase, bytes, records);
  std::fflush(stdout);
}

int measure(std::size_t count) {
  Scene scene(count);
  print_memory("objects", sizeof(session::Session) + sizeof(endpoint::Slot), 1);
  const std::ptrdiff_t empty = held_bytes;
  print_memory("empty", empty, scene.records());
  scene.open_sessions();
  JS_ASSERT(scene.sessions() == count);
  print_memory("full", held_bytes, scene.records());
  const bool small = held_bytes - empty <= kSessionBytesMax * static_cast<std::ptrdiff_t>(count);
  const Cost rest = scene.run_for(kMinute);
  print("rest", rest);
  std::printf("bare cpu_s %.6f datagrams %zu\n", bare_cost(count, rest.datagrams), rest.datagrams);
  scene.cut = true;
  scene.run_for(kSettling);
  print("silence", scene.run_for(kMinute));
  scene.run_until([&] { return scene.sessions() < count; });
  const Instant begin = scene.now();
  const Cost expiry = scene.run_until([&] { return scene.records() == 0; });
  const std::chrono::duration<double> took = scene.now() - begin;
  print("expiry", expiry);
  std::printf("expiry virtual_s %.3f sessions %zu\n", took.count(), count);
  print_memory("expired", held_bytes, scene.records());
  return scene.sessions() == 0 && small ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const long count = argc == 2 ? std::strtol(argv[1], nullptr, 10) : 0;
  if (count < 1) {
    std::fprintf(stderr, "usage: resting_sessions COUNT\n");
    return 2;
  }
  return measure(static_cast<std::size_t>(count));
}
