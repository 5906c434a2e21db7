// SPDX-License-Identifier: MIT
#include "support/virtual_network.h"

#include <algorithm>

namespace jetstream::testing {

void VirtualNetwork::send(Instant now, const PeerAddress& from, const PeerAddress& to,
                          Bytes bytes) {
  if (observer) observer(from, to, bytes);
  if (bytes.size() > link.datagram_bytes_max || random_.chance(link.loss)) return;
  enqueue(now, from, to, bytes);
  if (random_.chance(link.duplicate)) enqueue(now, from, to, bytes);
}

void VirtualNetwork::enqueue(Instant now, const PeerAddress& from, const PeerAddress& to,
                             Bytes bytes) {
  Datagram datagram;
  datagram.bytes.assign(bytes.begin(), bytes.end());
  if (random_.chance(link.corrupt) && !bytes.empty()) {
    for (std::uint64_t flips = random_.between(1, 8); flips > 0; --flips) {
      datagram.bytes[random_.below(bytes.size())] ^=
          static_cast<std::uint8_t>(1u << random_.below(8));
    }
  }
  if (random_.chance(link.truncate)) datagram.bytes.resize(random_.below(bytes.size() + 1));
  datagram.arrival = now + link.delay;
  if (link.jitter > Duration::zero()) {
    datagram.arrival += Duration(
        static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(link.jitter.count()))));
  }
  datagram.order = order_++;
  datagram.path = {from, to};
  queue_.push(std::move(datagram));
}

Instant VirtualNetwork::next_arrival() const {
  return queue_.empty() ? kNever : queue_.top().arrival;
}

std::optional<VirtualNetwork::Datagram> VirtualNetwork::receive(Instant now) {
  if (queue_.empty() || queue_.top().arrival > now) return std::nullopt;
  Datagram datagram = queue_.top();
  queue_.pop();
  if (on_arrival) on_arrival(datagram.path.remote, datagram.path.local, datagram.bytes);
  return datagram;
}

}  // namespace jetstream::testing
