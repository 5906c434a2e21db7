// SPDX-License-Identifier: MIT
#include "cli/jscat/early.h"

#include <algorithm>

namespace jetstream::jscat {
namespace {

// The most that any ticket allows. What is beyond a ticket's own bound follows when the session
// stands, so that a little more does no harm.
constexpr std::size_t kEarlyBytesMax = 16 * 1024;
// As many streams as early data may open.
constexpr std::uint64_t kEarlyStreamsMax = 8;

/// Waits until standard input has something, or ends.
class Waiting final : public Actor {
 public:
  void on_event(Instant, const Event&) override {}
};

}  // namespace

/// Everything that is there already, but at least something: without it there is nothing to say
/// early.
int EarlyInput::prepare() {
  read();
  while (data_.empty() && !over_) {
    Waiting waiting;
    waits_ = true;
    in_.when_readable([this] {
      waits_ = false;
      runner_.stop();
    });
    const int signal = runner_.run(waiting);
    if (signal != 0 || waits_) return signal;
    read();
  }
  return 0;
}

void EarlyInput::read() {
  while (!over_ && data_.size() < kEarlyBytesMax) {
    const std::size_t before = data_.size();
    data_.resize(kEarlyBytesMax);
    const Transfer got = in_.read(MutableBytes(data_).subspan(before));
    data_.resize(before + got.bytes);
    // An error comes again when the rest is read, and is told then.
    if (got.would_block || got.error != 0) return;
    over_ = got.bytes == 0;
  }
}

void EarlyInput::say(SessionHandle session) {
  said_ = 0;
  stream_.reset();
  const auto stream = runner_.endpoint().open_stream(session, options_);
  if (!stream) return;
  stream_ = *stream;
  while (said_ < data_.size()) {
    if (!say_some(session)) return;
  }
  if (over_) static_cast<void>(runner_.endpoint().finish(session, *stream_));
}

/// With messages, one line.
bool EarlyInput::say_some(SessionHandle session) {
  Bytes part = unsaid();
  std::size_t skipped = 0;
  if (options_.framing == Framing::kMessages) {
    const auto newline = std::find(part.begin(), part.end(), std::uint8_t{'\n'});
    if (newline == part.end() && !over_) return false;  // the rest of the line is to come
    skipped = newline == part.end() ? 0 : 1;
    part = Bytes(part.begin(), newline);
  }
  const auto taken = runner_.endpoint().send(session, *stream_, part);
  if (!taken) return false;
  said_ += *taken + skipped;
  return true;
}

void EarlyStreams::say(SessionHandle session) {
  streams_.clear();
  StreamOptions options = load_stream(args_);
  options.early = true;
  const std::vector<std::uint8_t> data(args_.size);
  for (std::uint64_t i = 0; i < std::min(args_.streams, kEarlyStreamsMax); ++i) {
    const auto stream = runner_.endpoint().open_stream(session, options);
    if (!stream) return;
    const std::uint64_t wanted =
        std::min<std::uint64_t>(args_.bytes.value_or(data.size()), data.size());
    const auto taken = runner_.endpoint().send(session, *stream, Bytes(data).first(wanted));
    streams_.push_back({*stream, taken.value_or(0)});
  }
}

StreamOptions load_stream(const SendArgs& args) {
  StreamOptions options{.service = args.service};
  if (args.mode == LoadMode::kMessages) options.framing = Framing::kMessages;
  options.delivery = args.delivery;
  options.time_to_live = args.time_to_live;
  return options;
}

}  // namespace jetstream::jscat
