// SPDX-License-Identifier: MIT
#include "net/switchboard.h"

#include <algorithm>
#include <utility>

namespace jetstream::net {
namespace {

// How long a shutdown waits for lost CLOSEs to be sent again: three PTO of a path of 0.3 s are
// less.
constexpr std::chrono::seconds kShutdownMax(3);

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
  shutdown_timer_.emplace(driver_->io());
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
  if (shutting_down_) return completion(refuse(LocalCode::kClosing, "the server shuts down"));
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
  finish_shutdown_if_done();
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
  if (shutting_down_) return line->close(*shutting_down_, {});
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

void Switchboard::shutdown(CloseReason reason, Completion<> completion) {
  shutdowns_.push_back(std::move(completion));
  if (shutting_down_) return driver_->wake();
  shutting_down_ = reason;
  for (auto& accept : std::exchange(accepting_, {})) {
    accept(refuse(LocalCode::kClosing, "the server shuts down"));
  }
  for (auto& [session, line] : lines_) line->close(reason, {});
  shutdown_timer_->expires_after(kShutdownMax);
  shutdown_timer_->async_wait(
      [self = std::weak_ptr<Switchboard*>(self_)](const asio::error_code& error) {
        auto alive = self.lock();
        if (error || !alive) return;
        (*alive)->shutdown_deadline_passed_ = true;
        (*alive)->finish_shutdown_if_done();
      });
  driver_->wake();
}

void Switchboard::finish_shutdown_if_done() {
  if (!shutting_down_ || shutdowns_.empty()) return;
  if (!shutdown_deadline_passed_ && driver_->endpoint().record_count() != 0) return;
  shutdown_timer_->cancel();
  for (auto& waiting : std::exchange(shutdowns_, {})) waiting({});
}

/// Says farewell to every session, ends what waits, and lets go of the driver.
void Switchboard::stop() {
  if (driver_ == nullptr) return;
  self_.reset();
  sentinel_timer_->cancel();
  shutdown_timer_->cancel();
  for (auto& [session, line] : lines_) line->close(farewell_, {});
  driver_->flush_sends();
  CloseInfo info;
  info.reason = farewell_;
  for (auto& [session, line] : std::exchange(lines_, {})) line->end(info);
  const Error error{LocalCode::kClosing, "the server or client is gone"};
  for (auto& accept : std::exchange(accepting_, {})) accept(unexpected(error));
  for (auto& waiting : std::exchange(shutdowns_, {})) waiting(unexpected(error));
  driver_.reset();
}

}  // namespace jetstream::net
