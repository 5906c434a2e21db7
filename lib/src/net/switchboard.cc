// SPDX-License-Identifier: MIT
#include "net/switchboard.h"

#include <algorithm>
#include <utility>

namespace jetstream::net {
namespace {

// How long CLOSEs that were lost are waited for behind a drain's deadline, to be sent again: three
// probe timeouts of a path with a round trip of 300 ms, which is far.
constexpr std::chrono::seconds kLastWords(1);
constexpr Duration kDrainDeadlineMax = std::chrono::hours(24);

}  // namespace

/// The handler of a timer that never fires. If it is destroyed without having been called, the
/// io_context is going away; a coroutine that waits inside a Completion would then keep its
/// Client or Server, and so itself, alive for ever.
class Switchboard::Sentinel {
 public:
  explicit Sentinel(std::weak_ptr<Switchboard*> board) : board_(std::move(board)) {}
  Sentinel(Sentinel&&) = default;
  Sentinel& operator=(Sentinel&&) = delete;
  ~Sentinel() {
    if (auto board = board_.lock()) (*board)->stop();
  }
  void operator()(const asio::error_code&) { board_.reset(); }

 private:
  std::weak_ptr<Switchboard*> board_;
};

Switchboard::~Switchboard() { stop(); }

void Switchboard::run(std::unique_ptr<UdpDriver> driver) {
  driver_ = std::move(driver);
  self_ = std::make_shared<Switchboard*>(this);
  sentinel_timer_.emplace(driver_->io(), std::chrono::steady_clock::time_point::max());
  sentinel_timer_->async_wait(Sentinel(self_));
  drain_timer_.emplace(driver_->io());
  driver_->on_turn([this](Instant) { on_turn(); });
  driver_->start();
}

Result<std::shared_ptr<Line>> Switchboard::start_line(const ConnectOptions& options) {
  if (driver_->local_address().is_v4() && !options.remote.is_v4()) {
    return refuse(LocalCode::kInvalidArgument,
                  options.remote.to_string() + " can't be reached from an IPv4 socket");
  }
  auto session = driver_->endpoint().connect(driver_->now(), options);
  if (!session) return unexpected(session.error());
  auto line = std::make_shared<Line>(*driver_, *session);
  lines_[*session] = line;
  driver_->wake();
  return line;
}

void Switchboard::connect(const ConnectOptions& options, Completion<Connection> completion) {
  auto line = start_line(options);
  if (!line) return completion(unexpected(line.error()));
  (*line)->connecting = std::move(completion);
}

Result<Connection> Switchboard::connect_early(const ConnectOptions& options, EarlyRefused then) {
  auto line = start_line(options);
  if (!line) return unexpected(line.error());
  (*line)->begin_early(then);
  return Connection(*std::move(line));
}

void Switchboard::accept(Completion<Connection> completion) {
  if (draining_) return completion(refuse(LocalCode::kClosing, "the server shuts down"));
  if (accepted_.empty()) return accepting_.push_back(std::move(completion));
  auto line = lines_.at(accepted_.front());
  accepted_.pop_front();
  completion(Connection(std::move(line)));
}

Connection Switchboard::find(const PeerAddress& remote) const {
  auto session = driver_->endpoint().find(remote);
  auto found = session ? lines_.find(*session) : lines_.end();
  return found == lines_.end() ? Connection() : Connection(found->second);
}

void Switchboard::on_turn() {
  while (auto event = driver_->endpoint().poll_event()) on_event(*event);
  finish_drain_if_done();
}

void Switchboard::on_event(const Event& event) {
  if (event.kind == EventKind::kAccepted) return on_accepted(event.session);
  if (event.kind == EventKind::kClosed) return on_closed(event.session);
  auto found = lines_.find(event.session);
  if (found == lines_.end()) return;
  const auto line = found->second;
  if (event.kind == EventKind::kConnected) {
    if (line->connecting) return line->connecting(Connection(line));
    return line->on_connected();
  }
  line->on_event(event);
}

void Switchboard::on_accepted(SessionHandle session) {
  auto line = std::make_shared<Line>(*driver_, session);
  lines_[session] = line;
  if (draining_) return line->close(draining_->reason, draining_->message);
  if (accepting_.empty()) return accepted_.push_back(session);
  accepting_.front()(Connection(std::move(line)));
  accepting_.pop_front();
}

void Switchboard::on_closed(SessionHandle session) {
  std::erase(accepted_, session);
  auto found = lines_.find(session);
  if (found == lines_.end()) return;
  const auto line = std::move(found->second);
  lines_.erase(found);
  const CloseInfo* info = driver_->endpoint().close_info(session);
  line->end(info != nullptr ? *info : CloseInfo{});
}

void Switchboard::drain(const DrainOptions& options, Completion<> completion) {
  if (options.deadline < Duration::zero() || options.deadline > kDrainDeadlineMax ||
      options.retry_after < Duration::zero()) {
    return completion(refuse(LocalCode::kInvalidArgument, "a drain's deadline is 0 to 24 h"));
  }
  drains_.push_back(std::move(completion));
  if (!draining_) begin_drain(options);
  for (auto& [session, line] : lines_) static_cast<void>(line->drain(options));
  driver_->wake();
  const Instant ends = driver_->now() + options.deadline + kLastWords;
  if (ends >= drain_ends_) return;
  drain_ends_ = ends;
  drain_timer_->expires_after(options.deadline + kLastWords);
  drain_timer_->async_wait(
      [self = std::weak_ptr<Switchboard*>(self_)](const asio::error_code& error) {
        auto alive = self.lock();
        if (!error && alive) (*alive)->finish_drain_if_done();
      });
}

/// From now on nobody comes in any more.
void Switchboard::begin_drain(const DrainOptions& options) {
  draining_ = options;
  CloseInfo refusal;
  refusal.reason = options.reason;
  refusal.code = TransportCode::kGoingAway;
  refusal.message = options.message;
  refusal.retry_after = options.retry_after;
  refusal.alternate = options.alternate;
  driver_->endpoint().refuse_sessions(std::move(refusal));
  for (auto& accept : std::exchange(accepting_, {})) {
    accept(refuse(LocalCode::kClosing, "the server shuts down"));
  }
  for (const SessionHandle session : std::exchange(accepted_, {})) {
    lines_.at(session)->close(options.reason, options.message);
  }
}

void Switchboard::finish_drain_if_done() {
  if (drains_.empty()) return;
  const bool over = driver_->endpoint().record_count() == 0 || driver_->now() >= drain_ends_;
  if (!over) return;
  drain_timer_->cancel();
  for (auto& waiting : std::exchange(drains_, {})) waiting({});
}

/// Says farewell to every session, ends what waits, and lets go of the driver.
void Switchboard::stop() {
  if (driver_ == nullptr) return;
  self_.reset();
  sentinel_timer_->cancel();
  drain_timer_->cancel();
  for (auto& [session, line] : lines_) line->close(farewell_, {});
  driver_->flush_sends();
  CloseInfo info;
  info.reason = farewell_;
  for (auto& [session, line] : std::exchange(lines_, {})) line->end(info);
  const Error error{LocalCode::kClosing, "the server or client is gone"};
  for (auto& accept : std::exchange(accepting_, {})) accept(unexpected(error));
  for (auto& waiting : std::exchange(drains_, {})) waiting(unexpected(error));
  driver_.reset();
}

}  // namespace jetstream::net
