// SPDX-License-Identifier: MIT
#include "jsctl/facts.h"
#include "jsctl/render.h"

namespace jetstream::jsctl {
namespace {

std::string stream_table(const std::vector<control::StreamRow>& streams, Layout layout) {
  Table table({{"  STREAM", true},
               {"SERVICE"},
               {"STATE"},
               {"RX", true},
               {"TX", true},
               {"BY"},
               {"FRAMING"},
               {"URGENCY", true},
               {"WEIGHT", true},
               {"RX WINDOW", true},
               {"TX WINDOW", true}});
  for (const control::StreamRow& stream : streams) {
    table.add({number(stream.id), stream.service, stream.state, human_bytes(stream.rx_bytes),
               human_bytes(stream.tx_bytes), stream.opened_by, stream.framing,
               number(stream.urgency), number(stream.weight), human_bytes(stream.rx_window_bytes),
               human_bytes(stream.tx_window_bytes)});
  }
  return table.to_text(layout);
}

std::string detail_text(const control::SessionDetail& detail, const Layout& layout) {
  const control::SessionRow& row = detail.row;
  Facts facts("session " + number(row.id.value()) + ", " + row.state);
  facts.add("peer", row.peer + " to " + detail.local);
  facts.add("identity", row.peer_identity.value_or("-"));
  facts.add("suite", row.suite);
  facts.add("created", control::to_rfc3339(row.created_at) + ", " + human_ms(row.age_ms) + " ago");
  facts.add("idle", human_ms(row.idle_ms) + ", ends after " + human_ms(detail.timeout_ms));
  facts.add("received", traffic(row.rx_bytes, detail.rx_packets, "packets"));
  facts.add("sent", traffic(row.tx_bytes, detail.tx_packets, "packets") + ", " +
                        number(row.packets_lost) + " lost");
  facts.add("round trip",
            human_us(row.rtt_us) + " smoothed, " + human_us(detail.min_rtt_us) + " at least");
  facts.add("window", human_bytes(row.cwnd_bytes) + ", " + human_bytes(detail.in_flight_bytes) +
                          " in flight, datagrams of " + human_bytes(detail.datagram_bytes));
  std::string heartbeats = number(detail.heartbeats_answered) + " answered";
  if (detail.heartbeat_rtt_us) {
    heartbeats += ", the last one after " + human_us(detail.heartbeat_rtt_us);
  }
  facts.add("heartbeats", heartbeats);
  facts.add("limited", number(detail.times_limited) + " times");
  facts.add("worker", number(row.worker));
  facts.add("streams", number(row.streams_open));
  if (detail.streams.empty()) return facts.text();
  return facts.text() + stream_table(detail.streams, layout);
}

}  // namespace

std::string render(const std::vector<control::SessionRow>& rows, const Layout& layout) {
  Table table({{"ID", true},
               {"PEER"},
               {"STATE"},
               {"AGE", true},
               {"IDLE", true},
               {"STREAMS", true},
               {"RX", true},
               {"TX", true},
               {"RTT", true},
               {"LOST", true},
               {"WORKER", true},
               {"IDENTITY"}});
  for (const control::SessionRow& row : rows) {
    table.add({number(row.id.value()), row.peer, row.state, human_ms(row.age_ms),
               human_ms(row.idle_ms), number(row.streams_open), human_bytes(row.rx_bytes),
               human_bytes(row.tx_bytes), human_us(row.rtt_us), number(row.packets_lost),
               number(row.worker), row.peer_identity.value_or("-")});
  }
  return table.to_text(layout);
}

std::string render(const std::vector<control::SessionDetail>& details, const Layout& layout) {
  std::string text;
  for (const control::SessionDetail& detail : details) {
    if (!text.empty()) text += '\n';
    text += detail_text(detail, layout);
  }
  return text;
}

std::string render(const std::vector<control::CloseRow>& rows, const Layout& layout) {
  Table table({{"ID", true}, {"OUTCOME"}, {"PEER"}});
  for (const control::CloseRow& row : rows) {
    table.add(
        {number(row.id.value()), std::string(to_string(row.outcome)), row.peer.value_or("-")});
  }
  return table.to_text(layout);
}

std::string render(const std::vector<control::ClosedRow>& rows, const Layout& layout) {
  Table table({{"ID", true},
               {"PEER"},
               {"ENDED"},
               {"LASTED", true},
               {"CAUSE"},
               {"REASON"},
               {"CODE"},
               {"RX", true},
               {"TX", true},
               {"MESSAGE"}});
  for (const control::ClosedRow& row : rows) {
    table.add({number(row.id.value()), row.peer, control::to_rfc3339(row.ended_at),
               human_ms(row.duration_ms), row.cause, row.reason, row.code,
               human_bytes(row.rx_bytes), human_bytes(row.tx_bytes),
               row.message.empty() ? "-" : row.message});
  }
  return table.to_text(layout);
}

}  // namespace jetstream::jsctl
