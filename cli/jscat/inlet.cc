// SPDX-License-Identifier: MIT
#include "cli/jscat/inlet.h"

#include <algorithm>
#include <system_error>

#include "base/assert.h"

namespace jetstream::jscat {
namespace {

constexpr std::size_t kReadBytes = 256 * 1024;
// What a turn may read before the network gets its turn; no more fits a send buffer anyway.
constexpr int kStepsPerPump = 64;
// The largest message that any receiver can be configured to take.
constexpr std::size_t kLineBytesMax = 16 * 1024 * 1024;

Failure line_too_long() {
  return {kExitTransport, "a line is too long for a message",
          "the server takes no message of that size", "--framing bytes"};
}

}  // namespace

Inlet::Inlet(Runner& runner, FileEnd& file, SessionHandle session, StreamId stream, Framing framing,
             Done done)
    : runner_(runner),
      file_(file),
      session_(session),
      stream_(stream),
      framing_(framing),
      done_(std::move(done)),
      buffer_(kReadBytes) {}

void Inlet::begin_with(Bytes read, bool over) {
  JS_ASSERT(read.size() <= buffer_.size());
  rest_ = Bytes(buffer_).first(read.size());
  std::copy(read.begin(), read.end(), buffer_.begin());
  input_over_ = over;
}

void Inlet::pump() {
  if (ended_ || waiting_) return;
  int steps = 0;
  while (step() == Step::kAgain) {
    if (++steps < kStepsPerPump) continue;
    waiting_ = true;
    asio::post(runner_.io(), [this] {
      waiting_ = false;
      pump();
    });
    break;
  }
  runner_.driver().wake();
}

Inlet::Step Inlet::step() {
  if (ended_) return Step::kWait;
  if (framing_ == Framing::kMessages && (line_complete_ || !rest_.empty())) return give_lines();
  if (!rest_.empty()) return give(rest_);
  return input_over_ ? end_of_input() : read();
}

Inlet::Step Inlet::read() {
  const Transfer got = file_.read(buffer_);
  if (got.would_block) {
    waiting_ = true;
    file_.when_readable([this] {
      waiting_ = false;
      pump();
    });
    return Step::kWait;
  }
  if (got.error != 0) {
    fail({kExitTransport, "cannot read standard input", std::generic_category().message(got.error),
          ""});
    return Step::kWait;
  }
  rest_ = Bytes(buffer_).first(got.bytes);
  bytes_ += got.bytes;
  input_over_ = got.bytes == 0;
  return Step::kAgain;
}

/// Takes what the stream took off the front of `data`.
Inlet::Step Inlet::give(Bytes& data) {
  const auto taken = runner_.endpoint().send(session_, stream_, data);
  if (taken) {
    data = data.subspan(*taken);
    return data.empty() ? Step::kAgain : Step::kWait;
  }
  if (taken.error().code == LocalCode::kMessageTooLarge) {
    fail(line_too_long());
  } else if (taken.error().code != LocalCode::kWouldBlock) {
    stop();  // the stream or the session is over, and an event tells why
  }
  return Step::kWait;
}

Inlet::Step Inlet::give_lines() {
  while (line_complete_ || !rest_.empty()) {
    if (line_complete_) {
      Bytes whole = line_;
      if (give(whole) == Step::kWait) return Step::kWait;
      line_.clear();
      line_complete_ = false;
      continue;
    }
    const auto newline = std::find(rest_.begin(), rest_.end(), std::uint8_t{'\n'});
    Bytes line(rest_.begin(), newline);
    const bool complete = newline != rest_.end();
    if (complete && line_.empty()) {
      const std::size_t size = line.size();
      if (give(line) == Step::kWait) return Step::kWait;
      rest_ = rest_.subspan(size + 1);
      continue;
    }
    if (line_.size() + line.size() > kLineBytesMax) {
      fail(line_too_long());
      return Step::kWait;
    }
    line_.insert(line_.end(), line.begin(), line.end());
    rest_ = rest_.subspan(line.size() + (complete ? 1 : 0));
    line_complete_ = complete;
  }
  return Step::kAgain;
}

Inlet::Step Inlet::end_of_input() {
  if (!line_.empty()) {
    line_complete_ = true;  // the last line, without its newline
    return Step::kAgain;
  }
  ended_ = true;
  // Refused only where the session is over, which an event tells.
  static_cast<void>(runner_.endpoint().finish(session_, stream_));
  done_();
  return Step::kWait;
}

void Inlet::finish() {
  if (ended_) return;
  input_over_ = true;
  waiting_ = false;
  pump();
}

void Inlet::stop() {
  ended_ = true;
  rest_ = {};
}

void Inlet::fail(Failure failure) {
  stop();
  failure_ = std::move(failure);
  done_();
}

}  // namespace jetstream::jscat
