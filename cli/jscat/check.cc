// SPDX-License-Identifier: MIT
#include "cli/jscat/check.h"

#include "cli/jscat/commands.h"
#include "cli/jscat/dial.h"
#include "cli/jscat/text.h"

namespace jetstream::jscat {
namespace {

/// Waits until the session ends by itself: closed by the server, or timed out.
class Holder final : public Actor {
 public:
  Holder(Runner& runner, SessionHandle session) : runner_(runner), session_(session) {}
  void on_event(Instant, const Event& event) override {
    if (event.session != session_ || event.kind != EventKind::kClosed) return;
    const CloseInfo* info = runner_.endpoint().close_info(session_);
    closed_ = info != nullptr ? *info : CloseInfo{};
    runner_.stop();
  }
  const std::optional<CloseInfo>& closed() const { return closed_; }

 private:
  Runner& runner_;
  SessionHandle session_;
  std::optional<CloseInfo> closed_;
};

std::string describe(const CloseInfo& info) {
  std::string text = std::string(info.by_peer ? "closed by the server: " : "ended: ") +
                     std::string(to_string(info.reason));
  if (!info.message.empty()) text += ", \"" + escape(info.message) + "\"";
  return text;
}

}  // namespace

EchoCheck::EchoCheck(Runner& runner, SessionHandle session, const CheckArgs& args,
                     std::ostream& out)
    : runner_(runner), session_(session), args_(args), out_(out) {}

void EchoCheck::start() {
  Endpoint& endpoint = runner_.endpoint();
  for (std::uint64_t i = 1; i <= args_.streams; ++i) {
    const auto stream =
        endpoint.open_stream(session_, {.service = args_.service, .framing = Framing::kMessages});
    if (!stream) {
      out_ << "stream " << i << ": " << stream.error().message << "\n";
      ++finished_;
      continue;
    }
    Probe probe{.message = "Hello on stream " + std::to_string(stream->value()) + "!",
                .answer = {},
                .sent_at = runner_.now()};
    out_ << "stream " << stream->value() << " > " << probe.message << "\n";
    (void)endpoint.send(session_, *stream, as_bytes(probe.message));
    (void)endpoint.finish(session_, *stream);
    probes_.emplace(*stream, std::move(probe));
  }
  out_ << std::flush;
  runner_.driver().wake();
  if (finished_ == args_.streams) runner_.stop();
}

void EchoCheck::on_event(Instant now, const Event& event) {
  if (event.session != session_) return;
  if (event.kind == EventKind::kClosed) {
    const CloseInfo* info = runner_.endpoint().close_info(session_);
    closed_ = info != nullptr ? *info : CloseInfo{};
    return runner_.stop();
  }
  const auto probe = probes_.find(event.stream);
  if (probe == probes_.end()) return;
  if (event.kind == EventKind::kReadable) receive(event.stream, probe->second, now);
  if (event.kind == EventKind::kStreamReset) {
    out_ << "stream " << event.stream.value() << " < refused by the server, code " << event.code
         << "\n";
    probes_.erase(probe);
    ++finished_;
  }
  if (finished_ == args_.streams) runner_.stop();
}

void EchoCheck::receive(StreamId stream, Probe& probe, Instant now) {
  Endpoint& endpoint = runner_.endpoint();
  while (true) {
    const auto view = endpoint.read(session_, stream);
    if (!view || (view->data.empty() && !view->message_end && !view->fin)) return;
    probe.answer += as_text(view->data);
    const bool last = view->fin;
    (void)endpoint.consume(session_, stream, view->data.size());
    if (!last) continue;
    const bool same = probe.answer == probe.message;
    out_ << "stream " << stream.value() << " < " << escape(probe.answer)
         << (same ? "   identical, " : "   DIFFERS, ") << format_ms(now - probe.sent_at) << " ms\n"
         << std::flush;
    if (same) ++passed_;
    ++finished_;
    probes_.erase(stream);
    return;
  }
}

int run_check(const ServerArgs& server, const CheckArgs& args, const Console& console) {
  const auto fail = [&console](const Failure& failure) {
    console.notes << to_text(failure) << std::flush;
    return failure.code;
  };
  auto runner = Runner::open(server, SessionConfig{});
  if (!runner) return fail(runner.error());
  const Instant started = (*runner)->now();
  const auto dialed = dial(**runner, server, console);
  if (!dialed) return fail(dialed.error());
  const SessionInfo info = (*runner)->endpoint().info(dialed->session).value();
  console.results << "session " << info.id.value() << " with " << info.path.remote.to_string()
                  << " set up in " << format_ms((*runner)->now() - started) << " ms, "
                  << to_string(info.suite) << ", server "
                  << fingerprint(info.peer_identity.value_or(PublicKey{})) << "\n"
                  << std::flush;

  EchoCheck check(**runner, dialed->session, args, console.results);
  check.start();
  if (const int signal = (*runner)->run(check)) return kExitSignalBase + signal;
  if (check.closed()) return fail(explain_close(server.name, *check.closed(), server.timeout));
  if (!check.passed()) return kExitRemote;
  if (!args.hold) return kExitOk;

  console.results << "holding session " << info.id.value() << " until it is closed\n" << std::flush;
  Holder holder(**runner, dialed->session);
  if (const int signal = (*runner)->run(holder)) return kExitSignalBase + signal;
  console.results << "session " << info.id.value() << " " << describe(*holder.closed()) << "\n"
                  << std::flush;
  return holder.closed()->by_peer ? kExitOk : kExitTransport;
}

}  // namespace jetstream::jscat
