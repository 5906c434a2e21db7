// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "jetstream/endpoint.h"

namespace jetstream::test {

/// An Endpoint that writes down what a driver does with it and sends what it is told to.
class FakeEndpoint final : public Endpoint {
 public:
  struct Outgoing {
    Path path;
    std::vector<std::uint8_t> bytes;
    std::size_t segment_bytes = 0;
  };

  std::vector<std::vector<std::uint8_t>> handled;
  std::vector<Path> paths;
  std::deque<Outgoing> outgoing;
  /// "h" handle, "f" flush, "t" handle_timeout, "p" poll_transmit with something to send; the turn
  /// handler of the test adds "a".
  std::string order;
  Instant deadline = kNever;
  std::size_t records = 0;
  std::vector<Instant> timeouts;
  Instant latest{};
  bool time_went_back = false;

  void handle(Instant now, const Path& path, MutableBytes datagram) override {
    see(now);
    order += 'h';
    handled.emplace_back(datagram.begin(), datagram.end());
    paths.push_back(path);
  }
  void flush(Instant now) override {
    see(now);
    order += 'f';
  }
  void handle_timeout(Instant now) override {
    see(now);
    order += 't';
    timeouts.push_back(now);
    deadline = kNever;
  }
  bool poll_transmit(Instant now, MutableBytes buffer, Train& train) override {
    see(now);
    if (outgoing.empty()) return false;
    order += 'p';
    const Outgoing next = std::move(outgoing.front());
    outgoing.pop_front();
    std::copy(next.bytes.begin(), next.bytes.end(), buffer.begin());
    train.path = next.path;
    train.bytes = buffer.first(next.bytes.size());
    train.segment_bytes = next.segment_bytes;
    return true;
  }
  Instant poll_timeout() const override { return deadline; }
  std::optional<Event> poll_event() override { return std::nullopt; }

  Result<SessionHandle> connect(Instant, const ConnectOptions&) override { return no(); }
  Result<> close(Instant, SessionHandle, CloseReason, std::string_view) override { return no(); }
  Result<> close(Instant, SessionHandle, TransportCode, std::string_view) override { return no(); }
  Result<> close(Instant, SessionHandle, const CloseInfo&) override { return no(); }
  Result<> drain(Instant, SessionHandle, const DrainOptions&) override { return no(); }
  const GoAwayInfo* goaway_info(SessionHandle) const override { return nullptr; }
  void refuse_sessions(std::optional<CloseInfo>) override {}
  void set_address_filter(Instant, std::shared_ptr<const AddressFilter>) override {}
  Outlook outlook(Instant, const PeerAddress&) override { return {}; }
  void visit_sources(Instant, const std::function<void(const SourceInfo&)>&) override {}
  bool forget_source(const PeerAddress&) override { return false; }
  Usage take_usage(Instant) override { return {}; }
  Result<SessionInfo> info(SessionHandle) const override { return no(); }
  const CloseInfo* close_info(SessionHandle) const override { return nullptr; }
  Result<> ping(Instant, SessionHandle) override { return no(); }
  Result<> migrate(Instant, SessionHandle) override { return no(); }
  void migrate_all(Instant) override {}
  std::size_t session_count() const override { return 0; }
  std::size_t record_count() const override { return records; }
  void visit_sessions(const std::function<void(const SessionInfo&)>&) const override {}
  std::optional<SessionId> visit_sessions(
      SessionId, std::size_t, const std::function<void(const SessionInfo&)>&) const override {
    return std::nullopt;
  }
  std::optional<SessionHandle> find(const PeerAddress&) const override { return std::nullopt; }
  std::optional<SessionHandle> find(SessionId) const override { return std::nullopt; }
  Result<StreamId> open_stream(SessionHandle, const StreamOptions&) override { return no(); }
  Result<std::size_t> send(SessionHandle, StreamId, Bytes) override { return no(); }
  Result<> finish(SessionHandle, StreamId) override { return no(); }
  Result<> reset(SessionHandle, StreamId, std::uint64_t) override { return no(); }
  Result<> stop_sending(SessionHandle, StreamId, std::uint64_t) override { return no(); }
  Result<ReadView> read(SessionHandle, StreamId) override { return no(); }
  Result<> consume(SessionHandle, StreamId, std::size_t) override { return no(); }
  Result<> set_time_to_live(SessionHandle, StreamId, Duration) override { return no(); }
  Result<StreamInfo> stream_info(SessionHandle, StreamId) const override { return no(); }
  void visit_streams(SessionHandle, const std::function<void(const StreamInfo&)>&) const override {}
  Result<> set_limits(Instant, const RateLimits&, std::shared_ptr<SharedLimiter>) override {
    return {};
  }
  Result<> reconfigure(Instant, const EndpointConfig&) override { return {}; }
  Result<LimitStates> limits(Instant, SessionHandle) const override { return no(); }
  Result<> generate_session_ticket(SessionHandle) override { return {}; }
  Result<SessionTicket> take_ticket(SessionHandle) override {
    return refuse(LocalCode::kWouldBlock, "no ticket");
  }
  EndpointStats stats() const override { return {}; }
  std::vector<DropSource> take_drop_sources() override { return {}; }

 private:
  static tl::unexpected<Error> no() { return refuse(LocalCode::kUnknownSession, "fake"); }
  void see(Instant now) {
    time_went_back = time_went_back || now < latest;
    latest = now;
  }
};

}  // namespace jetstream::test
