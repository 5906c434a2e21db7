// SPDX-License-Identifier: MIT
#pragma once

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <functional>
#include <memory>
#include <utility>

#include "jetstream/endpoint.h"
#include "jetstream/udp_options.h"

namespace jetstream {

/// Runs one Endpoint on one UDP socket: reads and sends in batches, keeps its one timer, and calls
/// the application once a turn. This is the face for programs that want events without the cost of
/// an operation each (jetstreamd, load generators); Server and Client stand on it.
///
/// One turn (docs/ARCHITECTURE.md, "One packet's journey"): read, at most 32 messages; let passed
/// deadlines act; call the turn handler; send what there is; arm the timer. A turn happens when the
/// socket has something, when the timer fires, and after wake().
///
/// Thread rule: everything but post() belongs to the one thread that runs the io_context, which is
/// best made as `asio::io_context io(1)`. The io_context must outlive the driver. Destroying the
/// driver ends everything at once, without a CLOSE; not allowed inside the turn handler.
class UdpDriver {
 public:
  /// Called once a turn: take every Endpoint::poll_event() and issue commands. `now` is the time to
  /// issue them with.
  using TurnHandler = std::function<void(Instant now)>;
  /// Called for a datagram of another worker's connection id; it must copy the bytes if it wants to
  /// keep them, and have the other worker's driver deliver() them.
  using Forwarder = std::function<void(std::uint8_t worker, const Path& path, Bytes datagram)>;

  /// Binds the socket. Nothing is read before start(). kSystem says what failed.
  static Result<std::unique_ptr<UdpDriver>> create(asio::io_context& io, const UdpOptions& options,
                                                   std::unique_ptr<Endpoint> endpoint);
  ~UdpDriver();
  UdpDriver(const UdpDriver&) = delete;
  UdpDriver& operator=(const UdpDriver&) = delete;

  /// Valid as long as the driver. After commands from outside the turn handler call wake().
  Endpoint& endpoint();
  /// The time to issue commands with outside the turn handler.
  Instant now() const;

  /// To be set before start().
  void on_turn(TurnHandler handler);
  void start();

  /// Asks for a turn soon, so that commands take effect; cheap, and one call is enough for many of
  /// them. What the turn handler does is sent in the same turn; there it asks for another one.
  void wake();
  /// Sends what the core has right now, as far as the socket takes it, without waiting for a turn:
  /// for a last word before the driver is destroyed. Not allowed inside the turn handler.
  void flush_sends();
  /// Runs `function()` in the driver's thread and then a turn. From any thread, as long as the
  /// driver lives; dropped if it does not by then.
  template <class Function>
  void post(Function function);

  /// Worker `own` of `workers`, whose sockets share one address (UdpOptions::sharing): datagrams
  /// of other workers' ids go to `forward`. The kernel is told to steer by attach_steering().
  void set_workers(std::uint8_t own, std::size_t workers, Forwarder forward);
  /// Makes the kernel steer for all sockets of this address; once, after all of them are bound.
  Result<> attach_steering();
  /// A datagram that another worker received for this one.
  void deliver(const Path& path, MutableBytes datagram);

  /// Goes on with another socket and tells every session, for a client whose network has changed.
  /// Sessions stay; those whose handshake is not over yet have to find their own way. On kSystem
  /// the old socket stays as well.
  Result<> rebind(const UdpOptions& options);

  const PeerAddress& local_address() const;
  /// The socket, for handing it over; it still belongs to the driver.
  int native_handle() const;
  UdpStats stats() const;
  asio::io_context& io();

 private:
  class Loop;
  explicit UdpDriver(std::shared_ptr<Loop> loop);
  static bool alive(const Loop& loop);
  static void wake(Loop& loop);

  std::shared_ptr<Loop> loop_;
};

template <class Function>
void UdpDriver::post(Function function) {
  asio::post(io(), [loop = std::weak_ptr<Loop>(loop_), function = std::move(function)]() mutable {
    auto target = loop.lock();
    if (!target || !alive(*target)) return;
    function();
    wake(*target);
  });
}

}  // namespace jetstream
