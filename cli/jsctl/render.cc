// SPDX-License-Identifier: MIT
#include "jsctl/render.h"

#include "jsctl/humanize.h"

namespace jetstream::jsctl {
namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }

/// "normal 3, timeout 1": what is zero is no news.
std::string counts(const control::NamedCounts& named) {
  std::string text;
  for (const auto& [name, count] : named) {
    if (count == 0) continue;
    text += (text.empty() ? "" : ", ") + name + ' ' + number(count);
  }
  return text.empty() ? "none" : text;
}

/// Lines of a name and a value below a title.
class Facts {
 public:
  explicit Facts(std::string title) : text_(printable(title) + '\n') {}
  void add(std::string_view name, const std::string& value) {
    constexpr std::size_t kNameWidth = 12;
    text_ += "  " + std::string(name) + std::string(kNameWidth - name.size(), ' ') +
             printable(value) + '\n';
  }
  std::string text() const { return text_; }

 private:
  std::string text_;
};

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text.empty() ? "-" : text;
}

std::string traffic(std::uint64_t bytes, std::uint64_t count, const std::string& unit) {
  return human_bytes(bytes) + " in " + number(count) + ' ' + unit;
}

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

std::string render(const control::StatusReport& report) {
  Facts facts("jetstreamd " + report.version + ", " + report.state + ", up " +
              human_ms(report.uptime_ms) + " (pid " + number(report.pid) + ")");
  facts.add("listening", join(report.listeners));
  facts.add("identity", report.identity.value_or("-"));
  facts.add("config",
            report.config_path.value_or("-") +
                (report.config_digest ? " (" + report.config_digest->substr(0, 19) + ")" : ""));
  facts.add("started", control::to_rfc3339(report.started_at));
  facts.add("workers", number(report.workers));
  facts.add("sessions", number(report.sessions) + " of " + number(report.sessions_max) + ", " +
                            number(report.sessions_opened) + " opened, " +
                            number(report.sessions_expired) + " expired");
  facts.add("closed", counts(report.sessions_closed));
  facts.add("handshakes", number(report.handshakes_started) + " started, " +
                              number(report.handshakes_completed) + " completed, " +
                              number(report.handshakes_failed) + " failed");
  facts.add("received", traffic(report.rx_bytes, report.rx_datagrams, "datagrams"));
  facts.add("sent", traffic(report.tx_bytes, report.tx_datagrams, "datagrams"));
  facts.add("lost", number(report.packets_lost) + " packets");
  facts.add("resets",
            number(report.resets_sent) + " sent, " + number(report.resets_received) + " received");
  facts.add("memory", human_bytes(report.memory_held_bytes) + " of " +
                          human_bytes(report.memory_budget_bytes) + " held, " +
                          human_bytes(report.memory_held_max_bytes) + " at most");
  facts.add("admission", counts(report.admission));
  facts.add("resumption", counts(report.resumption));
  facts.add("dropped", counts(report.drops));
  facts.add("limited", counts(report.rate_limit_waits));
  const std::string dropped = counts(report.rate_limit_drops);
  if (dropped != "none") facts.add("limit drops", dropped);
  const std::string observed = counts(report.rate_limit_observed);
  if (observed != "none") facts.add("observed", observed);
  return facts.text();
}

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
  Table table({{"ID", true}, {"OUTCOME"}});
  for (const control::CloseRow& row : rows) {
    table.add({number(row.id.value()), std::string(to_string(row.outcome))});
  }
  return table.to_text(layout);
}

std::string render(const std::vector<control::CommandRow>& rows, const Layout& layout) {
  Table table({{"COMMAND"}, {"ROLE"}, {"ARGUMENTS"}, {"MEANING"}});
  for (const control::CommandRow& row : rows) {
    std::string args;
    for (const control::ArgRow& arg : row.args) {
      args += (args.empty() ? "" : " ") + (arg.required ? arg.name : '[' + arg.name + ']');
    }
    table.add({row.name, row.role, args.empty() ? "-" : args, row.doc});
  }
  return table.to_text(layout);
}

std::string render(const std::vector<control::LimitRow>& rows, const Layout& layout) {
  const auto value = [](const control::LimitRow& row, std::optional<std::uint64_t> amount) {
    if (!amount) return std::string("-");
    return row.limit.find("_bytes_") != std::string::npos ? human_bytes(*amount) : number(*amount);
  };
  Table table({{"SESSION", true},
               {"LIMIT"},
               {"PER SECOND", true},
               {"TOKENS", true},
               {"TIMES", true},
               {"DROPPED", true}});
  for (const control::LimitRow& row : rows) {
    table.add({row.session ? number(row.session->value()) : "all", row.limit,
               row.per_second ? value(row, row.per_second) : "off", value(row, row.tokens),
               number(row.times), number(row.dropped)});
  }
  return table.to_text(layout);
}

std::string render(const control::LogLevelReport& report) {
  if (report.level == report.previous) return report.level + "\n";
  return report.level + ", before " + report.previous + "\n";
}

std::string render(const std::vector<control::ClosedRow>& rows, const Layout& layout) {
  Table table({{"ID", true},
               {"PEER"},
               {"ENDED"},
               {"LASTED", true},
               {"BY"},
               {"REASON"},
               {"CODE"},
               {"RX", true},
               {"TX", true},
               {"MESSAGE"}});
  for (const control::ClosedRow& row : rows) {
    table.add({number(row.id.value()), row.peer, control::to_rfc3339(row.ended_at),
               human_ms(row.duration_ms), row.by, row.reason, row.code, human_bytes(row.rx_bytes),
               human_bytes(row.tx_bytes), row.message.empty() ? "-" : row.message});
  }
  return table.to_text(layout);
}

std::string render(const control::DrainReport& report) {
  if (report.state == "running") return "not draining\n";
  std::string text = printable(report.state) + ": " + number(report.sessions_left) + " of " +
                     number(report.sessions_at_start) + " sessions left after " +
                     human_ms(report.elapsed_ms);
  if (report.eta_ms) text += ", " + human_ms(*report.eta_ms) + " to go";
  return text + ", closed after " + human_ms(report.deadline_ms) + " at the latest\n";
}

std::string render(const control::StopReport&) {
  return "jetstreamd drains its sessions and exits\n";
}

}  // namespace jetstream::jsctl
