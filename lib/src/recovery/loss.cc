// SPDX-License-Identifier: MIT
#include "recovery/loss.h"

#include <optional>

namespace jetstream::recovery {

LossReport find_losses(const LossRules& rules, SentPackets& sent, FrameFates& fates) {
  LossReport report;
  std::optional<Instant> silent_since;
  for (std::size_t i = 0; i < sent.size() && sent[i].number < rules.largest_acked; ++i) {
    SentPacket& packet = sent[i];
    if (packet.fate != PacketFate::kOutstanding) {
      silent_since.reset();
      continue;
    }
    bool overtaken = rules.largest_acked - packet.number >= kPacketThreshold;
    if (!overtaken && packet.sent_at + rules.delay > rules.now) {
      // Later packets are neither older nor further behind.
      report.next_at = packet.sent_at + rules.delay;
      break;
    }
    packet.fate = PacketFate::kLost;
    sent.append_frames(packet, fates.lost);
    if (packet.mtu_probe) continue;
    report.bytes += packet.bytes;
    ++report.packets;
    report.newest_sent_at = packet.sent_at;
    if (packet.bytes > kBaseDatagramBytes) ++fates.large_lost;
    if (packet.sent_at <= rules.first_sample_at) continue;
    if (!silent_since) silent_since = packet.sent_at;
    report.persistent |= packet.sent_at - *silent_since > rules.persistent_after;
  }
  return report;
}

}  // namespace jetstream::recovery
