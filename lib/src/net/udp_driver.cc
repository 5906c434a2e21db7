// SPDX-License-Identifier: MIT
#include "jetstream/udp_driver.h"

#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>

#include "base/assert.h"
#include "net/clock.h"
#include "net/outbox.h"
#include "net/steering.h"
#include "net/udp_socket.h"

namespace jetstream {
namespace {

using net::clock_now;

// docs/PROTOCOL.md, "I/O": so much is read before timers and sends get their turn.
constexpr std::size_t kMessagesPerTurn = 32;
constexpr std::size_t kDatagramsPerTurn = 2048;
// 2 MiB of full trains, about half a millisecond: then acknowledgements are read again.
constexpr int kOutboxesPerTurn = 16;

}  // namespace

/// What the driver is made of. Pending operations keep it alive, not its contents: stop() lets go
/// of the socket and of the endpoint.
class UdpDriver::Loop : public std::enable_shared_from_this<Loop> {
 public:
  Loop(asio::io_context& io, net::UdpSocket socket, std::unique_ptr<Endpoint> endpoint)
      : io_(io),
        socket_(std::move(socket)),
        endpoint_(std::move(endpoint)),
        descriptor_(io),
        timer_(io) {}

  Result<> watch() {
    asio::error_code error;
    descriptor_.assign(socket_->fd(), error);
    if (error) return refuse(LocalCode::kSystem, "epoll: " + error.message());
    return {};
  }

  Result<> rebind(net::UdpSocket socket) {
    descriptor_.release();  // ends what waits for the old socket
    socket_ = std::move(socket);
    readable_ = blocked_ = false;
    if (auto watched = watch(); !watched) return watched;
    endpoint_->migrate_all(clock_now());
    start();
    return {};
  }

  void start() {
    wait_readable();
    wake();
  }

  void stop() {
    JS_ASSERT(!in_turn_);
    stopped_ = true;
    timer_.cancel();
    if (descriptor_.is_open()) descriptor_.release();
    socket_.reset();
    endpoint_.reset();
    on_turn_ = nullptr;
    forward_ = nullptr;
  }

  bool stopped() const { return stopped_; }

  void wake() {
    if (turn_posted_ || stopped_) return;
    turn_posted_ = true;
    asio::post(io_, [self = shared_from_this()] {
      self->turn_posted_ = false;
      if (!self->stopped_) self->turn();
    });
  }

  void flush_sends() {
    JS_ASSERT(!in_turn_);
    transmit(clock_now());
  }

  void deliver(const Path& path, MutableBytes datagram) {
    endpoint_->handle(clock_now(), path, datagram);
    unflushed_ = true;
    wake();
  }

  asio::io_context& io_;
  std::optional<net::UdpSocket> socket_;
  std::unique_ptr<Endpoint> endpoint_;
  TurnHandler on_turn_;
  Forwarder forward_;
  std::uint8_t own_worker_ = 0;
  std::size_t workers_ = 1;
  UdpStats stats_;

 private:
  void turn();
  bool receive(Instant now);
  void take(Instant now, const Path& path, MutableBytes datagram);
  bool transmit(Instant now);
  void arm_timer(Instant now);
  void wait_readable();
  void wait_writable();

  asio::posix::stream_descriptor descriptor_;
  asio::steady_timer timer_;
  net::Outbox outbox_;
  Instant armed_for_ = kNever;
  bool stopped_ = false;
  bool in_turn_ = false;
  bool turn_posted_ = false;
  bool readable_ = false;   // Something may be there to read; nobody waits for it.
  bool blocked_ = false;    // The socket is full; somebody waits until it is not.
  bool unflushed_ = false;  // handle() was called and flush() was not yet.
};

void UdpDriver::Loop::turn() {
  struct Marker {
    bool& in_turn;
    ~Marker() { in_turn = false; }
  } marker{in_turn_};
  in_turn_ = true;

  Instant now = clock_now();
  const bool more = readable_ && receive(now);
  if (unflushed_) endpoint_->flush(now);
  unflushed_ = false;
  if (endpoint_->poll_timeout() <= now) endpoint_->handle_timeout(now);
  if (on_turn_) on_turn_(now);
  now = clock_now();
  const bool unsent = transmit(now);

  if (more || unsent) {
    wake();
  } else {
    arm_timer(now);
  }
  if (readable_ && !more) {
    readable_ = false;
    wait_readable();
  }
}

/// True if the limit of a turn was reached before the socket was empty.
bool UdpDriver::Loop::receive(Instant now) {
  std::size_t messages = 0;
  std::size_t datagrams = 0;
  while (messages < kMessagesPerTurn && datagrams < kDatagramsPerTurn) {
    const auto batch = socket_->receive();
    for (const net::ReceivedMessage& message : batch) {
      MutableBytes rest = message.bytes;
      while (!rest.empty()) {
        take(now, message.path, net::next_segment(rest, message.segment_bytes));
        ++datagrams;
      }
    }
    messages += batch.size();
    if (batch.size() < net::UdpSocket::kReceiveBatch) break;
  }
  stats_.datagrams_received += datagrams;
  return messages >= kMessagesPerTurn || datagrams >= kDatagramsPerTurn;
}

void UdpDriver::Loop::take(Instant now, const Path& path, MutableBytes datagram) {
  if (workers_ > 1) {
    const auto worker = net::worker_of(datagram);
    if (worker && *worker != own_worker_ && *worker < workers_) {
      ++stats_.datagrams_forwarded;
      forward_(*worker, path, datagram);
      return;
    }
  }
  endpoint_->handle(now, path, datagram);
  unflushed_ = true;
}

/// True if the limit of a turn was reached with something left to send.
bool UdpDriver::Loop::transmit(Instant now) {
  for (int i = 0; i < kOutboxesPerTurn; ++i) {
    if (blocked_) return false;
    if (outbox_.empty()) outbox_.fill(*endpoint_, now);
    if (outbox_.empty()) return false;
    outbox_.drop(socket_->send(outbox_.pending()));
    if (!outbox_.empty()) wait_writable();
  }
  return !blocked_;
}

/// Asio's timer costs a system call whenever its deadline changes, so it is moved only to an
/// earlier one; where it fires too early there is simply nothing to do.
void UdpDriver::Loop::arm_timer(Instant now) {
  const Instant due = endpoint_->poll_timeout();
  // What is due already has just had its chance; a full socket is the reason why it is due still.
  if (due >= armed_for_ || (blocked_ && due <= now)) return;
  armed_for_ = due;
  timer_.expires_at(net::to_steady(due));
  timer_.async_wait([self = shared_from_this()](const asio::error_code& error) {
    if (error || self->stopped_) return;
    self->armed_for_ = kNever;
    self->turn();
  });
}

void UdpDriver::Loop::wait_readable() {
  descriptor_.async_wait(asio::posix::stream_descriptor::wait_read,
                         [self = shared_from_this()](const asio::error_code& error) {
                           if (error || self->stopped_) return;
                           self->readable_ = true;
                           self->turn();
                         });
}

void UdpDriver::Loop::wait_writable() {
  blocked_ = true;
  descriptor_.async_wait(asio::posix::stream_descriptor::wait_write,
                         [self = shared_from_this()](const asio::error_code& error) {
                           if (error || self->stopped_) return;
                           self->blocked_ = false;
                           self->turn();
                         });
}

Result<std::unique_ptr<UdpDriver>> UdpDriver::create(asio::io_context& io,
                                                     const UdpOptions& options,
                                                     std::unique_ptr<Endpoint> endpoint) {
  auto socket = net::UdpSocket::open(options);
  if (!socket) return unexpected(socket.error());
  auto loop = std::make_shared<Loop>(io, std::move(*socket), std::move(endpoint));
  if (auto watched = loop->watch(); !watched) return unexpected(watched.error());
  return std::unique_ptr<UdpDriver>(new UdpDriver(std::move(loop)));
}

UdpDriver::UdpDriver(std::shared_ptr<Loop> loop) : loop_(std::move(loop)) {}
UdpDriver::~UdpDriver() { loop_->stop(); }

Endpoint& UdpDriver::endpoint() { return *loop_->endpoint_; }
Instant UdpDriver::now() const { return clock_now(); }
void UdpDriver::on_turn(TurnHandler handler) { loop_->on_turn_ = std::move(handler); }
void UdpDriver::start() { loop_->start(); }
void UdpDriver::wake() { loop_->wake(); }
bool UdpDriver::alive(const Loop& loop) { return !loop.stopped(); }
void UdpDriver::wake(Loop& loop) { loop.wake(); }

void UdpDriver::set_workers(std::uint8_t own, std::size_t workers, Forwarder forward) {
  loop_->own_worker_ = own;
  loop_->workers_ = workers;
  loop_->forward_ = std::move(forward);
}

Result<> UdpDriver::attach_steering() { return net::attach_steering(native_handle()); }

void UdpDriver::flush_sends() { loop_->flush_sends(); }

void UdpDriver::deliver(const Path& path, MutableBytes datagram) { loop_->deliver(path, datagram); }

Result<> UdpDriver::rebind(const UdpOptions& options) {
  auto socket = net::UdpSocket::open(options);
  if (!socket) return unexpected(socket.error());
  return loop_->rebind(std::move(*socket));
}

const PeerAddress& UdpDriver::local_address() const { return loop_->socket_->local_address(); }
int UdpDriver::native_handle() const { return loop_->socket_->fd(); }
asio::io_context& UdpDriver::io() { return loop_->io_; }

UdpStats UdpDriver::stats() const {
  UdpStats stats = loop_->socket_->stats();
  stats.datagrams_received = loop_->stats_.datagrams_received;
  stats.datagrams_forwarded = loop_->stats_.datagrams_forwarded;
  return stats;
}

}  // namespace jetstream
