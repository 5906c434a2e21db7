// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_server.h"

#include <asio/steady_timer.hpp>

#include "daemon/admin/event_rows.h"

namespace jetstream::daemon {
namespace {

/// An answer and the moment by which it has to be there. Whichever comes first finishes it; the
/// other one finds it finished.
struct Pending {
  Pending(asio::io_context& io, std::shared_ptr<ipc::Answer> pending_answer)
      : answer(std::move(pending_answer)), timer(io) {}
  std::shared_ptr<ipc::Answer> answer;
  asio::steady_timer timer;
};

class AnswerStream final : public AdminStream {
 public:
  explicit AnswerStream(std::shared_ptr<ipc::Answer> answer) : answer_(std::move(answer)) {}
  void write(std::string_view line) override { answer_->write_line(line); }
  void finish(std::string lines) override { answer_->finish(std::move(lines)); }
  void finish_and_close(std::string lines) override { answer_->finish_and_close(std::move(lines)); }

 private:
  std::shared_ptr<ipc::Answer> answer_;
};

std::string gap_line(const control::RequestId& id, std::uint64_t lost) {
  return control::write_event(id, gap_row(lost));
}

std::shared_ptr<AdminStream> open_stream(const std::shared_ptr<Pending>& pending,
                                         const control::RequestId& id, const std::string& first,
                                         std::function<void()> gone) {
  // A stream takes as long as it likes.
  pending->timer.cancel();
  ipc::StreamOptions options{[id](std::uint64_t lost) { return gap_line(id, lost); },
                             std::move(gone)};
  if (!pending->answer->begin_stream(std::move(options), first)) return nullptr;
  return std::make_shared<AnswerStream>(std::exchange(pending->answer, nullptr));
}

}  // namespace

AdminServer::AdminServer(asio::io_context& io, ipc::FileDescriptor listener, AccessPolicy policy,
                         const AdminBackend& backend, Audit audit,
                         const AdminServerOptions& options)
    : io_(io),
      policy_(std::make_shared<const AccessPolicy>(std::move(policy))),
      handlers_(backend, std::move(audit)),
      options_(options),
      lines_(io, std::move(listener), options.connections,
             [this](std::string_view line, std::shared_ptr<ipc::Answer> answer) {
               on_line(line, std::move(answer), false);
             }) {}

void AdminServer::serve_readers(ipc::FileDescriptor listener) {
  readers_.emplace(io_, std::move(listener), options_.connections,
                   [this](std::string_view line, std::shared_ptr<ipc::Answer> answer) {
                     on_line(line, std::move(answer), true);
                   });
}

void AdminServer::set_policy(AccessPolicy policy) {
  policy_ = std::make_shared<const AccessPolicy>(std::move(policy));
  handlers_.judge_streams(policy_);
}

void AdminServer::on_line(std::string_view line, std::shared_ptr<ipc::Answer> answer, bool capped) {
  const auto request = control::parse_request(line);
  if (!request) {
    answer->finish(control::write_error(request.error().id, request.error().failure));
    return;
  }
  const AdminCaller caller = caller_by(policy_, answer->peer(), capped);
  auto pending = std::make_shared<Pending>(io_, std::move(answer));
  pending->timer.expires_after(options_.answer_timeout);
  pending->timer.async_wait([pending, id = request->id](const asio::error_code& error) {
    // Cancelling does not take back a completion that is queued already: it may be a stream by now.
    if (error || !pending->answer) return;
    pending->answer->finish(control::write_error(
        id, {control::ErrorCode::kTimeout, "jetstreamd did not get its own answer in time",
             "its log may say why a worker hangs"}));
  });
  handlers_.handle(
      *request, caller,
      [pending](std::string lines) {
        pending->timer.cancel();
        pending->answer->finish(std::move(lines));
      },
      [pending, id = request->id](const std::string& first, std::function<void()> gone) {
        return open_stream(pending, id, first, std::move(gone));
      });
}

}  // namespace jetstream::daemon
