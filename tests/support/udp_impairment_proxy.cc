// SPDX-License-Identifier: MIT
//
// udp_proxy --to ADDRESS:PORT [--loss P] [--duplicate P] [--reorder P] [--corrupt P] [--delay MS]
//           [--jitter MS] [--seed N] [--seconds N] [--rebind N] [--move N]
//
// A bad network on loopback: forwards datagrams both ways between a port of its own, whose address
// is its first line of output, and a server. P is a probability for each datagram. With --rebind it
// takes another port towards the server after every N datagrams of clients, as a NAT does that
// forgets; with --move another address of 127.0.0.0/8, as a client does that goes elsewhere; what
// still comes to the old one is lost. It ends after --seconds (60) or SIGTERM and then prints what
// it did to how many.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

// The largest UDP payload there is.
constexpr std::size_t kDatagramMax = 65507;
// Datagrams taken from one socket before the others get their turn.
constexpr int kBurst = 64;
// What waits for its time: enough for a round trip of 100 ms at 1 Gbit/s, and a bound.
constexpr std::size_t kWaitingMax = 16384;
// A reordered datagram is overtaken by what is sent during this time at least.
constexpr Milliseconds kReorderedBy(3);
constexpr int kSocketBufferBytes = 4 * 1024 * 1024;

struct Options {
  sockaddr_in to{};
  double loss = 0, duplicate = 0, reorder = 0, corrupt = 0;
  double delay_ms = 0, jitter_ms = 0;
  double seed = 1;
  double seconds = 60;
  double rebind = 0, move = 0;  // datagrams of clients, 0 is never
};

struct Counters {
  std::uint64_t forwarded = 0, lost = 0, duplicated = 0, reordered = 0, corrupted = 0,
                overflowed = 0, rebound = 0, moved = 0;
};

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

class Socket {
 public:
  Socket() : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    if (fd_ < 0) fail("udp_proxy: socket");
    for (const int option : {SO_RCVBUF, SO_SNDBUF}) {
      ::setsockopt(fd_, SOL_SOCKET, option, &kSocketBufferBytes, sizeof kSocketBufferBytes);
    }
    // More than net.core.rmem_max allows, where the user may.
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUFFORCE, &kSocketBufferBytes, sizeof kSocketBufferBytes);
  }
  ~Socket() { ::close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

/// Where a datagram goes: `fd` is connected, or `address` says.
struct Destination {
  int fd;
  std::optional<sockaddr_in> address;
};

struct Waiting {
  Clock::time_point due;
  std::uint64_t order;  // what is due at the same time keeps its order
  Destination destination;
  std::vector<char> bytes;
  bool operator<(const Waiting& other) const {
    return due != other.due ? due > other.due : order > other.order;
  }
};

class Proxy {
 public:
  explicit Proxy(const Options& options)
      : options_(options), random_(static_cast<std::uint64_t>(options.seed)) {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(front_.fd(), reinterpret_cast<sockaddr*>(&any), sizeof any) != 0) {
      fail("udp_proxy: bind");
    }
    socklen_t size = sizeof any;
    ::getsockname(front_.fd(), reinterpret_cast<sockaddr*>(&any), &size);
    std::printf("127.0.0.1:%u\n", ntohs(any.sin_port));
    std::fflush(stdout);
  }

  void run(int signals) {
    const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                        std::chrono::duration<double>(options_.seconds));
    while (Clock::now() < end) {
      change_addresses();
      std::vector<pollfd> ready{{signals, POLLIN, 0}, {front_.fd(), POLLIN, 0}};
      std::vector<const Client*> order;
      for (const auto& [key, client] : clients_) {
        ready.push_back({client->socket.fd(), POLLIN, 0});
        order.push_back(client.get());
      }
      auto until = end;
      if (!waiting_.empty()) until = std::min(until, waiting_.top().due);
      wait(ready, until);
      if (ready[0].revents != 0) return;
      if (ready[1].revents != 0) take_from_clients();
      for (std::size_t i = 0; i < order.size(); ++i) {
        if (ready[i + 2].revents != 0) take_from_server(*order[i]);
      }
      send_what_is_due();
    }
  }

  const Counters& counters() const { return counters_; }

 private:
  /// One client: the server sees the port of `socket`, and answers go to `address`.
  struct Client {
    Socket socket;
    sockaddr_in address{};
  };

  /// Whether it is time again for what is to happen after every `period` datagrams of clients.
  bool due(double period, std::uint64_t& since) const {
    if (period == 0 || static_cast<double>(from_clients_ - since) < period) return false;
    since = from_clients_;
    return true;
  }

  // Counted rather than timed, so that it happens in the middle of a transfer however fast that is.
  void change_addresses() {
    const bool rebind = due(options_.rebind, rebound_at_);
    const bool move = due(options_.move, moved_at_);
    if (!rebind && !move) return;
    if (move) host_ = host_ % 200 + 1;
    // What waits has the old socket in it; it is on its way from there, and lost.
    waiting_ = {};
    for (auto& [key, client] : clients_) {
      auto fresh = std::make_unique<Client>();
      fresh->address = client->address;
      client = std::move(fresh);
      connect(*client);
    }
    counters_.rebound += rebind ? 1 : 0;
    counters_.moved += move ? 1 : 0;
  }

  void connect(const Client& client) const {
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + host_);
    if (::bind(client.socket.fd(), reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0) {
      fail("udp_proxy: bind");
    }
    const auto* to = reinterpret_cast<const sockaddr*>(&options_.to);
    if (::connect(client.socket.fd(), to, sizeof options_.to) != 0) fail("udp_proxy: connect");
  }

  static void wait(std::vector<pollfd>& ready, Clock::time_point until) {
    const auto left = std::max(until - Clock::now(), Clock::duration::zero());
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    timespec timeout{};
    timeout.tv_sec = seconds.count();
    timeout.tv_nsec = std::chrono::nanoseconds(left - seconds).count();
    ::ppoll(ready.data(), ready.size(), &timeout, nullptr);
  }

  void take_from_clients() {
    for (int i = 0; i < kBurst; ++i) {
      sockaddr_in from{};
      socklen_t size = sizeof from;
      const ssize_t count = ::recvfrom(front_.fd(), buffer_.data(), buffer_.size(), 0,
                                       reinterpret_cast<sockaddr*>(&from), &size);
      if (count < 0) return;
      ++from_clients_;
      pass({client_at(from).socket.fd(), std::nullopt}, static_cast<std::size_t>(count));
    }
  }

  void take_from_server(const Client& client) {
    for (int i = 0; i < kBurst; ++i) {
      const ssize_t count = ::recv(client.socket.fd(), buffer_.data(), buffer_.size(), 0);
      if (count < 0) return;
      pass({front_.fd(), client.address}, static_cast<std::size_t>(count));
    }
  }

  const Client& client_at(const sockaddr_in& address) {
    auto& client = clients_[{address.sin_addr.s_addr, address.sin_port}];
    if (!client) {
      client = std::make_unique<Client>();
      client->address = address;
      connect(*client);
    }
    return *client;
  }

  bool happens(double probability) {
    return std::uniform_real_distribution<double>(0, 1)(random_) < probability;
  }

  /// Does to the datagram in the buffer what the network would.
  void pass(const Destination& destination, std::size_t size) {
    if (happens(options_.loss)) {
      ++counters_.lost;
      return;
    }
    if (size > 0 && happens(options_.corrupt)) {
      const std::size_t bit = random_() % (size * 8);
      buffer_[bit / 8] = static_cast<char>(buffer_[bit / 8] ^ (1 << (bit % 8)));
      ++counters_.corrupted;
    }
    if (happens(options_.duplicate)) {
      forward(destination, size);
      ++counters_.duplicated;
    }
    forward(destination, size);
  }

  void forward(const Destination& destination, std::size_t size) {
    Milliseconds delay(options_.delay_ms);
    delay +=
        Milliseconds(options_.jitter_ms * std::uniform_real_distribution<double>(0, 1)(random_));
    if (happens(options_.reorder)) {
      delay += kReorderedBy;
      ++counters_.reordered;
    }
    const Waiting now{Clock::now() + std::chrono::duration_cast<Clock::duration>(delay),
                      order_++,
                      destination,
                      {buffer_.begin(), buffer_.begin() + static_cast<long>(size)}};
    if (delay == Milliseconds(0)) return send(now);
    if (waiting_.size() == kWaitingMax) {
      ++counters_.overflowed;
      return;
    }
    waiting_.push(now);
  }

  void send_what_is_due() {
    while (!waiting_.empty() && waiting_.top().due <= Clock::now()) {
      send(waiting_.top());
      waiting_.pop();
    }
  }

  void send(const Waiting& datagram) {
    const auto& address = datagram.destination.address;
    const auto* to = address ? reinterpret_cast<const sockaddr*>(&*address) : nullptr;
    // What the socket has no room for, or nobody listens to, is lost, as on any network.
    const ssize_t sent = ::sendto(datagram.destination.fd, datagram.bytes.data(),
                                  datagram.bytes.size(), 0, to, address ? sizeof *address : 0);
    ++(sent < 0 ? counters_.overflowed : counters_.forwarded);
  }

  Options options_;
  std::mt19937_64 random_;
  Socket front_;
  std::map<std::pair<in_addr_t, in_port_t>, std::unique_ptr<Client>> clients_;
  std::priority_queue<Waiting> waiting_;
  std::uint64_t order_ = 0;
  std::uint64_t from_clients_ = 0;
  std::uint64_t rebound_at_ = 0, moved_at_ = 0;
  std::uint32_t host_ = 1;  // of 127.0.0.0/24
  std::array<char, kDatagramMax> buffer_{};
  Counters counters_;
};

[[noreturn]] void usage(const std::string& problem) {
  std::fprintf(stderr, "udp_proxy: %s; the options are described in %s\n", problem.c_str(),
               "tests/support/udp_impairment_proxy.cc");
  std::exit(2);
}

sockaddr_in parse_address(const std::string& text) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  const std::size_t colon = text.rfind(':');
  const std::string host = text.substr(0, colon);
  const int port = colon == std::string::npos ? 0 : std::atoi(text.c_str() + colon + 1);
  if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1 || port <= 0 || port > 65535 ||
      (ntohl(address.sin_addr.s_addr) >> 24) != 127) {
    usage("\"" + text + "\" is no 127.x.y.z:PORT");
  }
  address.sin_port = htons(static_cast<in_port_t>(port));
  return address;
}

Options parse(int argc, char** argv) {
  Options options;
  const std::map<std::string_view, double*> numbers{
      {"--loss", &options.loss},       {"--duplicate", &options.duplicate},
      {"--reorder", &options.reorder}, {"--corrupt", &options.corrupt},
      {"--delay", &options.delay_ms},  {"--jitter", &options.jitter_ms},
      {"--seed", &options.seed},       {"--seconds", &options.seconds},
      {"--rebind", &options.rebind},   {"--move", &options.move}};
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    if (i + 1 == argc) usage(name + " needs a value");
    if (name == "--to") {
      options.to = parse_address(argv[i + 1]);
      continue;
    }
    const auto known = numbers.find(name);
    if (known == numbers.end()) usage(name + " is unknown");
    char* end = nullptr;
    *known->second = std::strtod(argv[i + 1], &end);
    if (*end != '\0' || *known->second < 0) usage(name + " needs a number");
  }
  if (options.to.sin_port == 0) usage("--to is missing");
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  sigprocmask(SIG_BLOCK, &ends, nullptr);
  const int signals = ::signalfd(-1, &ends, SFD_CLOEXEC);
  if (signals < 0) fail("udp_proxy: signalfd");

  Proxy proxy(options);
  proxy.run(signals);
  const Counters& done = proxy.counters();
  std::printf(
      "forwarded %llu, lost %llu, duplicated %llu, reordered %llu, corrupted %llu, "
      "overflowed %llu, rebound %llu, moved %llu\n",
      static_cast<unsigned long long>(done.forwarded), static_cast<unsigned long long>(done.lost),
      static_cast<unsigned long long>(done.duplicated),
      static_cast<unsigned long long>(done.reordered),
      static_cast<unsigned long long>(done.corrupted),
      static_cast<unsigned long long>(done.overflowed),
      static_cast<unsigned long long>(done.rebound), static_cast<unsigned long long>(done.moved));
  return 0;
}
