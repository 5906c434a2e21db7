// SPDX-License-Identifier: MIT
//
// Moving: what the session does when the peer's address, or its own, is another one.
#include <algorithm>

#include "session/session.h"

namespace jetstream::session {
namespace {

/// The least datagram with a challenge or an answer: header, frame and tag.
constexpr std::size_t kPathProbeBytesMin = wire::kShortHeaderSize + 9 + wire::kTagSize;

}  // namespace

void Session::follow(Instant now, const Path& path, std::size_t bytes, bool leads) {
  const PeerAddress before = paths_.active().path.remote;
  const auto move = paths_.on_packet(now, recovery_.pto(), path, bytes, leads, context_.random);
  if (move == Paths::Move::kNone) return;
  if (move == Paths::Move::kNew) renew_id(paths_.active());
  on_moved(now, before);
}

Result<> Session::migrate(Instant now) {
  if (const auto open = usable(); !open) return open;
  if (role_ != Role::kClient || !confirmed_) {
    return refuse(LocalCode::kNotConnected, "the handshake has not been confirmed");
  }
  // [MIG-9]
  paths_.move_self(now, recovery_.pto(), context_.random);
  retire_dropped();
  renew_id(paths_.active());
  restart_path(now);
  ping_due_ = true;  // the server follows what is more than a probe
  return {};
}

void Session::on_moved(Instant now, const PeerAddress& before) {
  moved_ = true;
  retire_dropped();
  // Behind another port of the same host there is most likely the same path [MIG-8].
  if (!same_host(before, paths_.active().path.remote)) restart_path(now);
}

void Session::restart_path(Instant now) {
  path_mtu_.restart();
  recovery_.set_datagram_bytes(path_mtu_.current());
  recovery_.on_path_changed(now);
}

void Session::renew_id(Route& route) {
  const auto spare = ids_.take_spare();
  if (!spare) return;  // the old one has to do [CID-2]
  const std::uint64_t before = std::exchange(route.id_sequence, spare->sequence);
  route.id = spare->id;
  if (!paths_.uses(before)) ids_.retire(before);
}

void Session::retire_dropped() {
  if (const auto sequence = paths_.take_dropped()) ids_.retire(*sequence);
}

void Session::on_path_timeout(Instant now) {
  const PeerAddress before = paths_.active().path.remote;
  const auto move = paths_.on_timeout(now, context_.random);
  if (move == Paths::Move::kBack) on_moved(now, before);
  retire_dropped();
}

void Session::on_path_response(const PeerAddress& from, const wire::PathData& data) {
  if (!paths_.on_response(from, data)) return;
  path_event_ = true;
  retire_dropped();
}

Result<void, Violation> Session::on_new_id(const wire::NewConnectionIdFrame& frame) {
  if (const auto taken = ids_.on_frame(frame); !taken) return taken;
  if (ids_.outdated(paths_.active().id_sequence)) renew_id(paths_.active());
  if (Route* other = paths_.fallback(); other != nullptr && ids_.outdated(other->id_sequence)) {
    renew_id(*other);
  }
  return {};
}

bool Session::take_reset(Instant now, const PeerAddress& from, Bytes datagram) {
  if (closing() || from != remote() || datagram.size() < wire::kMinShortPacket) return false;
  if (!ids_.is_reset(datagram.last(std::tuple_size_v<ResetToken>))) return false;
  CloseInfo why = local_close(TransportCode::kInternalError,
                              "the peer does not know this session any more (stateless reset)");
  why.by_peer = true;
  end_lost(now, SessionState::kDraining, std::move(why));
  return true;
}

bool Session::build_path_probe(Instant now, MutableBytes buffer, Train& train) {
  while (const auto probe = paths_.take_probe()) {
    const std::size_t finished = client_finished().size();
    if (finished + kPathProbeBytesMin > probe->bytes_max) continue;  // as good as lost
    const MutableBytes room = buffer.first(probe->bytes_max);
    base::ByteWriter writer(room.first(room.size() - wire::kTagSize));
    writer.write_bytes(client_finished());
    sealer_.begin(writer, probe->route.id);
    if (probe->is_response) {
      wire::write(writer, wire::PathResponseFrame{probe->data});
    } else {
      wire::write(writer, wire::PathChallengeFrame{probe->data});
    }
    if (writer.remaining() > 0) wire::write(writer, wire::PaddingFrame{writer.remaining()});
    // Lost or not, it says nothing about the path that data takes.
    recovery_.on_packet_sent(now, {.number = sealer_.next_number()}, {});
    sealer_.finish(room.subspan(finished));
    if (probe->route.path.remote == paths_.active().path.remote) paths_.on_sent(room.size());
    bytes_sent_ += room.size();
    ++context_.stats.packets_sent;
    train = Train{.path = probe->route.path, .bytes = room, .segment_bytes = room.size()};
    return true;
  }
  return false;
}

}  // namespace jetstream::session
