// SPDX-License-Identifier: MIT
#include "sim/apps.h"

#include <algorithm>

namespace jetstream::testing {

EchoServer::EchoServer(Node& node) : node_(node) {
  node_.on_event = [this](const Event& event) {
    if (event.kind == EventKind::kReadable || event.kind == EventKind::kWritable) {
      pump(event.session, event.stream);
    }
  };
}

void EchoServer::pump(SessionHandle session, StreamId stream) {
  Endpoint& endpoint = *node_.endpoint;
  const auto info = endpoint.stream_info(session, stream);
  if (!info) return;
  const bool messages = info->options.framing == Framing::kMessages;
  std::string& unsent = unsent_[{session, stream}];
  while (true) {
    const auto view = endpoint.read(session, stream);
    if (!view || (view->data.empty() && !view->fin && !view->message_end)) return;
    std::size_t taken = view->data.size();
    const bool fin = view->fin;
    if (messages && view->message_end) {
      const auto sent =
          endpoint.send(session, stream, as_bytes(unsent + std::string(as_text(view->data))));
      if (!sent) return;  // kWritable brings us back; nothing was consumed
      unsent.clear();
    } else if (messages) {
      unsent += as_text(view->data);
    } else if (!view->data.empty()) {
      const auto sent = endpoint.send(session, stream, view->data);
      if (!sent || *sent == 0) return;
      taken = *sent;
    }
    const bool all = taken == view->data.size();
    if (!endpoint.consume(session, stream, taken)) return;
    if (fin && all) {
      unsent_.erase({session, stream});
      (void)endpoint.finish(session, stream);
      return;
    }
  }
}

ClientPlan ClientPlan::random(SeededRandom& random) {
  ClientPlan plan;
  for (std::uint64_t n = random.between(1, 5); n > 0; --n) {
    Stream stream;
    stream.options = {.service = "echo",
                      .urgency = static_cast<std::uint8_t>(random.below(8)),
                      .weight = static_cast<std::uint8_t>(random.between(1, 255)),
                      .framing = random.chance(0.5) ? Framing::kBytes : Framing::kMessages};
    if (stream.options.framing == Framing::kMessages) {
      stream.options.delivery = static_cast<Delivery>(random.below(4));
      stream.options.time_to_live = std::chrono::milliseconds(random.between(1, 3000));
    }
    for (std::uint64_t m = random.below(8); m > 0; --m) {
      std::string message(kPlaintextMarker);
      // Mostly small, now and then several windows of a slow start.
      const std::uint64_t size = random.below(random.chance(0.2) ? 60000 : 300);
      for (std::uint64_t i = 0; i < size; ++i) message += static_cast<char>(random.next());
      if (random.chance(0.1)) message.clear();
      stream.messages.push_back(std::move(message));
    }
    plan.streams.push_back(std::move(stream));
  }
  return plan;
}

EchoClient::EchoClient(World& world, Node& node, const Node& server, ClientPlan plan, AtEnd at_end)
    : world_(world), node_(node), plan_(std::move(plan)), at_end_(at_end) {
  node_.on_event = [this](const Event& event) { on_event(event); };
  session_ = world_.connect(node_, server);
}

bool EchoClient::done() const { return connected_ && finished_ == plan_.streams.size(); }

void EchoClient::break_expectation() { broken_ = true; }

void EchoClient::on_event(const Event& event) {
  if (event.kind == EventKind::kConnected) return start();
  if (event.kind == EventKind::kClosed) {
    closed_ = *node_.endpoint->close_info(event.session);
    return;
  }
  const auto found = streams_.find(event.stream);
  if (found == streams_.end()) return;
  if (event.kind == EventKind::kWritable) send(found->first, found->second);
  if (event.kind == EventKind::kReadable) receive(found->first, found->second);
  if (event.kind == EventKind::kStreamReset) failure_ = "a stream was reset";
}

void EchoClient::start() {
  connected_ = true;
  for (const ClientPlan::Stream& plan : plan_.streams) {
    const auto id = node_.endpoint->open_stream(session_, plan.options);
    if (!id && id.error().code == LocalCode::kGoingAway) {
      turned_away_ = true;
      return;
    }
    if (!id) {
      failure_ = "open_stream: " + id.error().message;
      return;
    }
    Progress progress;
    progress.plan = plan;
    for (const std::string& message : plan.messages) progress.expected += message;
    if (broken_) progress.expected += '!';
    send(*id, streams_.emplace(*id, std::move(progress)).first->second);
  }
}

void EchoClient::send(StreamId id, Progress& progress) {
  while (progress.next_message < progress.plan.messages.size()) {
    const std::string& message = progress.plan.messages[progress.next_message];
    const auto rest = as_bytes(message).subspan(progress.message_offset);
    const bool messages = progress.plan.options.framing == Framing::kMessages;
    if (!rest.empty() || messages) {
      const auto sent = node_.endpoint->send(session_, id, rest);
      if (!sent) return;  // kWritable follows
      progress.message_offset += *sent;
      if (progress.message_offset < message.size()) continue;
    }
    progress.outstanding.push_back(message);
    ++progress.next_message;
    progress.message_offset = 0;
  }
  if (!progress.sent_all) (void)node_.endpoint->finish(session_, id);
  progress.sent_all = true;
}

void EchoClient::receive(StreamId id, Progress& progress) {
  while (!progress.fin) {
    const auto view = node_.endpoint->read(session_, id);
    if (!view || (view->data.empty() && !view->fin && !view->message_end)) return;
    const bool in_order = progress.plan.options.delivery == Delivery::kReliable;
    in_order ? compare(progress, *view) : compare_separate(progress, *view);
    progress.fin = view->fin;
    (void)node_.endpoint->consume(session_, id, view->data.size());
  }
  check_end(progress);
  ++finished_;
  maybe_close();
}

void EchoClient::compare(Progress& progress, const ReadView& view) {
  const auto expected =
      std::string_view(progress.expected).substr(progress.compared, view.data.size());
  if (as_text(view.data) != expected) failure_ = "the echo differs from what was sent";
  progress.compared += view.data.size();
  if (view.message_end) ++progress.messages_back;
}

void EchoClient::compare_separate(Progress& progress, const ReadView& view) {
  progress.arriving += as_text(view.data);
  if (!view.message_end) return;
  std::vector<std::string>& outstanding = progress.outstanding;
  if (broken_) progress.arriving += '!';
  const auto found = std::find(outstanding.begin(), outstanding.end(), progress.arriving);
  if (found == outstanding.end()) {
    failure_ = "a message came twice, or was never sent";
  } else {
    outstanding.erase(found);
  }
  progress.arriving.clear();
}

void EchoClient::check_end(const Progress& progress) {
  const StreamOptions& options = progress.plan.options;
  if (!progress.arriving.empty()) failure_ = "a message was cut off";
  if (options.delivery == Delivery::kUnordered && !progress.outstanding.empty()) {
    failure_ = "a message was lost";
  }
  if (options.delivery != Delivery::kReliable) return;
  if (progress.compared != progress.expected.size()) failure_ = "the echo has another length";
  if (options.framing == Framing::kMessages &&
      progress.messages_back != progress.plan.messages.size()) {
    failure_ = "messages were lost, joined or split";
  }
}

void EchoClient::maybe_close() {
  if (!done() || at_end_ == AtEnd::kStays) return;
  (void)node_.endpoint->close(world_.now(), session_, CloseReason::kNormal, "done");
}

}  // namespace jetstream::testing
