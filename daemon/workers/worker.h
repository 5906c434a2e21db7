// SPDX-License-Identifier: MIT
#pragma once

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "daemon/admin/piece_work.h"
#include "daemon/config/config.h"
#include "daemon/services/service_host.h"
#include "daemon/workers/drain_steps.h"
#include "daemon/workers/loop_progress.h"
#include "jetstream/udp_driver.h"

namespace jetstream::daemon {

/// How all workers drain.
struct DrainPlan {
  /// From the beginning on: when the last session is closed, and over how long the sessions are
  /// asked to come to their end.
  Duration deadline{};
  Duration pace{};
  /// Whether few sessions are asked in less time than that; see drain_steps().
  bool hurried = true;
  /// Told to the clients; 0 says nothing. A session that is asked to end hears up to half as much
  /// more, each another time, so that they don't all come back at once.
  Duration retry_after{};
  /// Where else they may go, if anywhere.
  std::optional<PeerAddress> alternate;
};

/// One thread that serves sessions: for each listen address a socket, an endpoint and the services
/// on it. Workers share nothing; whoever wants something from one posts a function to it.
class Worker {
 public:
  /// Whatever other workers need to know to pass on a datagram that is theirs.
  using Forward =
      std::function<void(std::size_t worker, std::size_t listener, const Path& path, Bytes bytes)>;

  explicit Worker(std::size_t index) : index_(index) {}
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Binds one more address. Before run().
  Result<> listen(const UdpOptions& udp, EndpointConfig config,
                  const std::map<std::string, ServiceConfig>& services, std::size_t closed_history);
  /// Tells the kernel to steer, through this worker's sockets; after every worker has bound.
  Result<> attach_steering(std::size_t workers);
  void set_forward(std::size_t workers, const Forward& forward);
  /// Starts the thread. Ends with stop() or the destructor.
  void run();

  /// Runs `function()` on the worker's thread, and a turn of every endpoint after it. From any
  /// thread.
  template <class Function>
  void post(Function function) {
    asio::post(io_, [this, function = std::move(function)]() mutable {
      function();
      for (const auto& listener : listeners_) listener->driver->wake();
    });
  }

  /// Calls step(), which does a bounded piece and returns whether more is left, again and again on
  /// the worker's thread until it says no, with turns of the endpoints between. From any thread.
  void post_pieces(PieceWork::Step step) {
    post([this, step = std::move(step)]() mutable { pieces_.add(std::move(step)); });
  }

  // On the worker's thread (worker_drain.cc).

  /// Takes no new sessions and asks those there are to come to their end, a few at a time. Called
  /// again, it starts over with the new plan and those that are left.
  void begin_drain(const DrainPlan& plan);
  /// Takes sessions again and asks nobody else.
  void cancel_drain();
  /// Closes every session with GoingAway, once.
  void close_all();

  /// Ends the thread without further ado. From any thread.
  void stop();
  /// Waits for the thread's end, after stop().
  void join();
  /// A datagram that another worker received for listener `listener` of this one. From any thread.
  /// Dropped if too many are waiting already: strangers can make the others send more than this one
  /// can take.
  void forward(std::size_t listener, const Path& path, Bytes datagram);

  /// On the worker's thread from run() on.
  struct Listener {
    std::unique_ptr<UdpDriver> driver;
    std::unique_ptr<ServiceHost> host;
  };
  const std::vector<std::unique_ptr<Listener>>& listeners() const { return listeners_; }
  std::size_t index() const { return index_; }
  /// From any thread.
  const LoopProgress& progress() const { return progress_; }

 private:
  void beat_later();
  void drain_some();
  void drain_one(UdpDriver& driver, SessionHandle session);
  /// So many sessions are about to be asked to leave, or closed.
  void note_farewell(std::size_t sessions);
  void log_closing(const Endpoint& endpoint, SessionHandle session) const;

  std::size_t index_;
  LoopProgress progress_;
  std::atomic<std::size_t> forwarded_waiting_ = 0;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  std::vector<std::unique_ptr<Listener>> listeners_;
  PieceWork pieces_{[this](std::function<void()> piece) { post(std::move(piece)); }};
  /// Whose sessions are to be asked still to come to their end, and from which id on.
  struct Waiting {
    UdpDriver* driver;
    SessionId from;
  };
  std::vector<Waiting> waiting_;
  bool many_leave_ = false;
  DrainSteps waiting_steps_;
  std::size_t step_left_ = 0;  // sessions
  DrainPlan plan_;
  Instant drain_ends_at_ = kNever;
  asio::steady_timer drain_timer_{io_};
  asio::steady_timer beat_timer_{io_};
  Instant beat_due_;
  std::thread thread_;
};

}  // namespace jetstream::daemon
