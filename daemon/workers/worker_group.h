// SPDX-License-Identifier: MIT
#pragma once

#include <asio/io_context.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/admin/admin_backend.h"
#include "daemon/process/inherited_sockets.h"
#include "daemon/workers/worker.h"
#include "jetstream/shared_limiter.h"
#include "jetstream/system_random.h"
#include "net/atomic_session_ids.h"

namespace jetstream::daemon {

/// All workers, as the main thread sees them: binds them, asks them all the same question and puts
/// their answers together, and shuts them down. Belongs to the main thread.
class WorkerGroup {
 public:
  /// `io` is the main thread's. `config` must outlive the group.
  WorkerGroup(asio::io_context& io, const Config& config) : io_(io), config_(config) {}
  /// Stops and joins every worker.
  ~WorkerGroup();

  /// Binds every address on every worker, or takes the sockets that were inherited for them.
  /// Nothing runs before run().
  Result<> bind(const Identity& identity, const InheritedSockets& inherited,
                std::shared_ptr<const AddressFilter> address_filter);
  /// What their clients do that speaks against them is told to `report`, on any thread. After
  /// bind(), before run().
  void on_offence(const std::function<void(const PeerAddress& peer)>& report);
  void run();
  /// What was really bound, where the configuration left the port to the system.
  std::vector<PeerAddress> addresses() const;
  std::size_t size() const { return workers_.size(); }
  /// How often each worker's loop has come round.
  std::vector<std::uint64_t> turns() const;
  /// And how late its last beat came.
  std::vector<Duration> lags() const;

  /// Calls `ask` on every worker's thread for each of its endpoints and, when all have answered,
  /// `done` with all answers on the main thread. `ask(const Worker::Listener&, std::size_t worker)`
  /// returns an Answer.
  template <class Answer, class Ask>
  void collect(Ask ask, std::function<void(std::vector<Answer>)> done);

  /// The same of one worker; `done` comes when that one has answered, with an Answer for each of
  /// its endpoints.
  template <class Answer, class Ask>
  void ask_one(std::size_t worker, Ask ask, std::function<void(std::vector<Answer>)> done);

  /// As collect(), for questions that would hold up the worker's packets. For each endpoint,
  /// make_step(std::size_t worker) returns what is called as step(const Worker::Listener&) on the
  /// worker's thread, does a bounded piece, and is called again, after a turn of the endpoints,
  /// until it returns an Answer instead of nullopt.
  template <class Answer, class MakeStep>
  void collect_in_pieces(MakeStep make_step, std::function<void(std::vector<Answer>)> done);
  /// Whether the endpoints could follow that configuration. Changes nothing.
  Result<> check(const Config& config);
  /// Has every endpoint follow a configuration that was checked, and calls back when all do. What
  /// only a restart changes has to be what it was.
  void apply(const Config& config, std::function<void()> done);

  /// See Worker; each returns at once.
  void begin_drain(const DrainPlan& plan);
  void cancel_drain();
  void close_all();
  void set_address_filter(const std::shared_ptr<const AddressFilter>& filter);

  /// The global rate limits; null if there are none.
  const SharedLimiter* shared_limiter() const { return shared_limiter_.get(); }

 private:
  template <class Answer>
  struct Collection {
    std::vector<Answer> answers;
    std::size_t missing = 0;
    std::function<void(std::vector<Answer>)> done;

    void add(std::vector<Answer> more) {
      std::move(more.begin(), more.end(), std::back_inserter(answers));
      if (--missing == 0) done(std::move(answers));
    }
  };

  EndpointConfig endpoint_config(const Config& config, std::size_t worker);
  ServerConfig server_config(const Config& config) const;
  /// Limits that have changed begin with as many tokens as the ones before had.
  void renew_limiter(const Config& config);

  asio::io_context& io_;
  const Config& config_;
  // All workers take each other's tickets, and let early data in once together.
  std::unique_ptr<TicketKeys> ticket_keys_ = make_shared_ticket_keys(system_random());
  std::unique_ptr<ReplayStore> replay_store_ = make_shared_replay_store(system_random());
  net::AtomicSessionIds session_ids_;
  std::optional<Identity> identity_;  // once bound
  std::shared_ptr<const HelloSecret> hello_secret_ = HelloSecret::generate(system_random());
  SharedLimiterOptions limiter_options_;
  std::shared_ptr<SharedLimiter> shared_limiter_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

template <class Answer, class Ask>
void WorkerGroup::collect(Ask ask, std::function<void(std::vector<Answer>)> done) {
  auto collection = std::make_shared<Collection<Answer>>();
  collection->missing = workers_.size();
  collection->done = std::move(done);
  for (const auto& worker : workers_) {
    ask_one<Answer>(worker->index(), ask, [collection](std::vector<Answer> answers) {
      collection->add(std::move(answers));
    });
  }
}

template <class Answer, class Ask>
void WorkerGroup::ask_one(std::size_t worker, Ask ask,
                          std::function<void(std::vector<Answer>)> done) {
  Worker* const asked = workers_[worker].get();
  asked->post([this, asked, ask = std::move(ask), done = std::move(done)]() mutable {
    std::vector<Answer> answers;
    for (const auto& listener : asked->listeners()) {
      answers.push_back(ask(*listener, asked->index()));
    }
    asio::post(io_, [done = std::move(done), answers = std::move(answers)]() mutable {
      done(std::move(answers));
    });
  });
}

template <class Answer, class MakeStep>
void WorkerGroup::collect_in_pieces(MakeStep make_step,
                                    std::function<void(std::vector<Answer>)> done) {
  auto collection = std::make_shared<Collection<Answer>>();
  collection->missing = workers_.size() * workers_.front()->listeners().size();
  collection->done = std::move(done);
  for (const auto& worker : workers_) {
    for (const auto& listener : worker->listeners()) {
      // std::function wants to copy it; so does nobody else.
      const auto step =
          std::make_shared<decltype(make_step(worker->index()))>(make_step(worker->index()));
      worker->post_pieces([this, step, collection, listener = listener.get()]() mutable {
        std::optional<Answer> answer = (*step)(*listener);
        if (!answer) return true;
        // Away from this thread: what `done` holds is the main thread's, to the end.
        asio::post(io_,
                   [collection = std::move(collection), answer = *std::move(answer)]() mutable {
                     std::vector<Answer> one;
                     one.push_back(std::move(answer));
                     collection->add(std::move(one));
                   });
        return false;
      });
    }
  }
}

}  // namespace jetstream::daemon
