// SPDX-License-Identifier: MIT
#include "cli/jscat/outlet.h"

#include <cerrno>
#include <csignal>
#include <system_error>

namespace jetstream::jscat {
namespace {

// So many short messages are joined to one write.
constexpr std::size_t kGatherBytes = 256 * 1024;

Failure cannot_write(int error) {
  // Whoever read our output has had enough: end as any filter does, without a word.
  if (error == EPIPE) return {kExitSignalBase + SIGPIPE, "", "", ""};
  return {kExitTransport, "cannot write to standard output", std::generic_category().message(error),
          ""};
}

}  // namespace

Outlet::Outlet(Runner& runner, FileEnd& file, SessionHandle session, StreamId stream,
               Framing framing, bool discard, Done done)
    : runner_(runner),
      file_(file),
      session_(session),
      stream_(stream),
      framing_(framing),
      discard_(discard),
      done_(std::move(done)) {}

void Outlet::pump() {
  if (ended_ || waiting_) return;
  while (step() == Step::kAgain) {
  }
  runner_.driver().wake();  // credit goes back to the server
}

Outlet::Step Outlet::step() {
  if (ended_) return Step::kWait;
  if (written_ < pending_.size()) return write_pending();
  if (fin_ || salvaged_) {
    end();
    return Step::kWait;
  }
  if (framing_ == Framing::kBytes || discard_) return write_view();
  pending_.clear();
  written_ = 0;
  return gather(kGatherBytes) ? Step::kAgain : Step::kWait;
}

/// Straight from the stream's buffer, without a copy.
Outlet::Step Outlet::write_view() {
  const auto view = read();
  if (!view || (view->data.empty() && !view->fin && !view->message_end)) return Step::kWait;
  Step next = Step::kAgain;
  consume(*view, discard_ ? view->data.size() : write(view->data, next));
  return next;
}

Outlet::Step Outlet::write_pending() {
  Step next = Step::kAgain;
  written_ += write(Bytes(pending_).subspan(written_), next);
  return next;
}

bool Outlet::gather(std::size_t bytes_max) {
  bool something = false;
  while (pending_.size() < bytes_max && !fin_) {
    const auto view = read();
    if (!view || (view->data.empty() && !view->fin && !view->message_end)) return something;
    something = true;
    pending_.insert(pending_.end(), view->data.begin(), view->data.end());
    if (view->message_end) pending_.push_back('\n');
    consume(*view, view->data.size());
  }
  return something;
}

std::optional<ReadView> Outlet::read() {
  if (salvaged_) return std::nullopt;
  const auto view = runner_.endpoint().read(session_, stream_);
  // A reset or the session's end is told by an event.
  return view ? std::optional<ReadView>(*view) : std::nullopt;
}

void Outlet::consume(const ReadView& view, std::size_t bytes) {
  fin_ = view.fin && bytes == view.data.size();
  bytes_ += bytes;
  static_cast<void>(runner_.endpoint().consume(session_, stream_, bytes));
}

/// How many bytes the file took; where it did not take all, somebody waits until it will.
std::size_t Outlet::write(Bytes data, Step& step) {
  if (data.empty()) return 0;
  const Transfer put = file_.write(data);
  if (put.error != 0) {
    step = Step::kWait;
    failure_ = cannot_write(put.error);
    end();
    return 0;
  }
  if (put.would_block) {
    step = Step::kWait;
    waiting_ = true;
    file_.when_writable([this] {
      waiting_ = false;
      pump();
    });
  }
  return put.bytes;
}

void Outlet::salvage() {
  if (ended_ || salvaged_) return;
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(written_));
  written_ = 0;
  gather(SIZE_MAX);
  salvaged_ = true;
  if (discard_) pending_.clear();
  pump();
}

void Outlet::end() {
  if (ended_) return;
  ended_ = true;
  done_();
}

}  // namespace jetstream::jscat
