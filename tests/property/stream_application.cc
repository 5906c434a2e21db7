// SPDX-License-Identifier: MIT
#include "property/stream_application.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace jetstream::stream::testing {
namespace {

/// Where a flow's pattern begins, so that no two streams look alike.
std::uint64_t shift(StreamId stream, Role sender) {
  return stream.value() * 17 + (sender == Role::kClient ? 0 : 101);
}

}  // namespace

void Application::act() {
  if (may_open_ && random_.chance(0.1)) open();
  if (streams_.empty()) return;
  const auto at =
      std::next(streams_.begin(), static_cast<std::ptrdiff_t>(random_.below(streams_.size())));
  const StreamId stream = at->first;
  Known& known = at->second;
  const std::uint64_t code = random_.below(100);
  if (random_.chance(0.4)) {
    if (known.readable) read(stream);
  } else if (random_.chance(0.9)) {
    if (known.writable && !known.over) send(stream);
  } else if (random_.chance(0.7)) {
    finish(stream);
  } else if (random_.chance(0.5)) {
    expect_done(table_.reset(stream, code));
    outgoing(stream).abandoned = true;
    known.over = true;
  } else {
    incoming(stream).abandoned = true;
    known.readable = false;
    expect_done(table_.stop_sending(stream, code));
  }
}

void Application::expect_done(const Result<>& result) {
  // A stream that has closed without our having heard of it is no longer there.
  REQUIRE((result || table_.has_event()));
}

void Application::finish(StreamId stream) {
  Known& known = streams_.at(stream);
  expect_done(table_.finish(stream));
  if (!known.over) outgoing(stream).finished = true;
  known.over = true;
}

void Application::open() {
  StreamOptions options;
  options.service = std::string(random_.below(64), 's');
  options.urgency = static_cast<std::uint8_t>(random_.below(8));
  options.weight = static_cast<std::uint8_t>(random_.between(1, 255));
  options.framing = random_.chance(0.3) ? Framing::kBytes : Framing::kMessages;
  if (options.framing == Framing::kMessages) {
    options.delivery = static_cast<Delivery>(random_.below(4));
  }
  options.time_to_live = std::chrono::milliseconds(random_.between(1, 200));
  const auto opened = table_.open(options);
  if (!opened) {
    REQUIRE(opened.error().code == LocalCode::kStreamLimit);
    may_open_ = false;
    return;
  }
  REQUIRE(streams_.emplace(*opened, Known{}).second);
  world_.options[*opened] = options;
}

void Application::send_separate(StreamId stream) {
  std::vector<std::uint8_t> message(static_cast<std::size_t>(
      random_.chance(0.7) ? random_.below(20) : random_.below(message_bytes_max_ + 1)));
  for (auto& byte : message) byte = static_cast<std::uint8_t>(random_.next());
  const auto sent = table_.send(stream, message);
  if (sent) {
    REQUIRE(*sent == message.size());
    outgoing(stream).separate.insert(std::move(message));
  } else if (sent.error().code == LocalCode::kWouldBlock) {
    streams_[stream].writable = false;
  } else {
    // Larger than the windows let it be, or the stream was stopped without our having heard of it.
    REQUIRE((sent.error().code == LocalCode::kMessageTooLarge || table_.has_event()));
  }
}

void Application::send(StreamId stream) {
  if (world_.is_separate(stream)) return send_separate(stream);
  Flow& flow = outgoing(stream);
  const bool is_message = world_.options.at(stream).framing == Framing::kMessages;
  const std::size_t size = static_cast<std::size_t>(
      is_message ? random_.below(message_bytes_max_ + 1) : random_.between(1, 3000));
  const auto sent = table_.send(stream, pattern(flow.taken + shift(stream, role_), size));
  if (!sent) {
    // It may have been stopped without our having heard of it.
    if (sent.error().code == LocalCode::kWouldBlock)
      streams_[stream].writable = false;
    else
      REQUIRE(table_.has_event());
    return;
  }
  REQUIRE((is_message ? *sent == size : *sent > 0));
  if (*sent < size) streams_[stream].writable = false;
  if (is_message) flow.messages.push_back(size);
  flow.taken += *sent;
}

void Application::read(StreamId stream) {
  Known& known = streams_[stream];
  const auto view = table_.read(stream);
  if (!view) {
    // Reset by the peer, and perhaps closed with it; an event says so, or has said so.
    REQUIRE((view.error().code == LocalCode::kReset || table_.has_event()));
    known.readable = false;
    return;
  }
  if (view->data.empty() && !view->message_end && !view->fin) {
    known.readable = false;
    return;
  }
  const bool all = random_.chance(0.5);
  const auto bytes =
      all ? view->data.size() : static_cast<std::size_t>(random_.below(view->data.size() + 1));
  take(stream, *view, bytes);
  if (view->fin && bytes == view->data.size()) known.readable = false;
  REQUIRE(table_.consume(stream, bytes));
}

/// Each message at most once, whole and as it was.
void Application::take_separate(StreamId stream, const ReadView& view, std::size_t bytes) {
  Flow& flow = incoming(stream);
  flow.arriving.insert(flow.arriving.end(), view.data.begin(),
                       view.data.begin() + static_cast<std::ptrdiff_t>(bytes));
  const bool whole = bytes == view.data.size();
  if (whole && view.message_end) {
    const auto found = flow.separate.find(flow.arriving);
    REQUIRE(found != flow.separate.end());
    flow.separate.erase(found);
    flow.arriving.clear();
  }
  if (whole && view.fin) {
    REQUIRE_FALSE(flow.end_seen);
    REQUIRE(flow.finished);
    REQUIRE(flow.arriving.empty());
    flow.end_seen = true;
  }
}

void Application::take(StreamId stream, const ReadView& view, std::size_t bytes) {
  if (world_.is_separate(stream)) return take_separate(stream, view, bytes);
  Flow& flow = incoming(stream);
  const auto expected = pattern(flow.got + shift(stream, peer_of(role_)), bytes);
  REQUIRE(std::equal(expected.begin(), expected.end(), view.data.begin()));
  flow.got += bytes;
  REQUIRE(flow.got <= flow.taken);
  const bool whole = bytes == view.data.size();
  if (world_.options.at(stream).framing == Framing::kMessages &&
      !(view.data.empty() && view.fin && !view.message_end)) {
    REQUIRE_FALSE(flow.messages.empty());
    flow.got_of_message += bytes;
    REQUIRE(flow.got_of_message <= flow.messages.front());
    const bool complete = flow.got_of_message == flow.messages.front();
    REQUIRE((whole && view.message_end) == (whole && complete));
    if (whole && view.message_end) {
      flow.messages.pop_front();
      flow.got_of_message = 0;
    }
  } else {
    REQUIRE_FALSE(view.message_end);
  }
  if (whole && view.fin) {
    REQUIRE_FALSE(flow.end_seen);
    REQUIRE(flow.finished);
    flow.end_seen = true;
  }
}

void Application::listen() {
  while (const auto event = table_.poll_event()) {
    REQUIRE(closed_.count(event->stream) == 0);
    switch (event->kind) {
      case EventKind::kStreamsAvailable:
        may_open_ = true;
        break;
      case EventKind::kStreamOpened:
        REQUIRE(streams_.emplace(event->stream, Known{}).second);
        if (const auto info = table_.info(event->stream)) {
          REQUIRE(info->options.framing == world_.options.at(event->stream).framing);
          REQUIRE(info->options.delivery == world_.options.at(event->stream).delivery);
        }
        break;
      case EventKind::kReadable:
        streams_.at(event->stream).readable = true;
        break;
      case EventKind::kWritable:
        streams_.at(event->stream).writable = true;
        break;
      case EventKind::kStreamReset:
        REQUIRE(incoming(event->stream).abandoned);
        streams_.at(event->stream).readable = false;
        break;
      case EventKind::kStreamStopped:
        outgoing(event->stream).abandoned = true;
        streams_.at(event->stream).over = true;
        break;
      case EventKind::kStreamClosed:
        REQUIRE(streams_.erase(event->stream) == 1);
        closed_.insert(event->stream);
        break;
      default:
        FAIL("an event of no stream");
    }
  }
}

void Application::wind_up() {
  for (auto& [stream, known] : streams_) {
    if (known.readable) read(stream);
    if (!known.over) finish(stream);
  }
}

}  // namespace jetstream::stream::testing
