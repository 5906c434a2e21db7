// SPDX-License-Identifier: MIT
#include "cli/jscat/report.h"

#include "cli/jscat/text.h"

namespace jetstream::jscat {
namespace {

std::string_view name_of(LoadMode mode) {
  switch (mode) {
    case LoadMode::kBulk:
      return "bulk";
    case LoadMode::kMessages:
      return "messages";
    case LoadMode::kHandshakes:
      return "handshakes";
    case LoadMode::kIdle:
      break;
  }
  return "idle";
}

bool has_streams(LoadMode mode) { return mode == LoadMode::kBulk || mode == LoadMode::kMessages; }

double rate(std::uint64_t amount, double seconds) {
  return seconds > 0 ? static_cast<double>(amount) / seconds : 0;
}

std::string traffic(std::uint64_t bytes, std::uint64_t messages, const Report& report) {
  std::string text = format_bytes(static_cast<double>(bytes)) + ", " +
                     format_bytes(rate(bytes, report.seconds)) + "/s";
  if (report.mode != LoadMode::kMessages) return text;
  return text + ", " + std::to_string(messages) + " messages, " +
         format_number(rate(messages, report.seconds), 0) + "/s";
}

void add(std::string& json, std::string_view key, const std::string& value) {
  json += (json.size() > 1 ? ",\"" : "\"") + std::string(key) + "\":" + value;
}

void add(std::string& json, std::string_view key, std::uint64_t value) {
  add(json, key, std::to_string(value));
}

}  // namespace

std::string to_text(const Report& report, const std::string& server) {
  std::string text = std::string(name_of(report.mode)) + " to " + server + " in " +
                     format_number(report.seconds, 3) + " s\n";
  text += "sessions: " + std::to_string(report.sessions) + " set up, " +
          format_number(rate(report.setups, report.setup_seconds), 0) + "/s; " +
          std::to_string(report.sessions_failed) + " failed, " +
          std::to_string(report.sessions_lost) + " lost\n";
  if (!has_streams(report.mode)) return text;
  text += "streams:  " + std::to_string(report.streams) + " opened, " +
          std::to_string(report.streams_refused) + " refused, " +
          std::to_string(report.streams_unfinished) + " unfinished";
  if (report.streams_unopened > 0) {
    text += ", " + std::to_string(report.streams_unopened) + " never opened";
  }
  text += "\n";
  text += "sent:     " + traffic(report.bytes_sent, report.messages_sent, report) + "\n";
  text += "received: " + traffic(report.bytes_received, report.messages_received, report) + "\n";
  text += "packets:  " + std::to_string(report.packets_sent) + " sent, " +
          std::to_string(report.packets_lost) + " lost\n";
  return text;
}

std::string to_json(const Report& report) {
  std::string json = "{";
  add(json, "mode", "\"" + std::string(name_of(report.mode)) + "\"");
  add(json, "seconds", format_number(report.seconds, 6));
  add(json, "setup_seconds", format_number(report.setup_seconds, 6));
  add(json, "sessions", report.sessions);
  add(json, "sessions_failed", report.sessions_failed);
  add(json, "sessions_lost", report.sessions_lost);
  add(json, "handshakes_per_second", format_number(rate(report.setups, report.setup_seconds), 1));
  add(json, "streams", report.streams);
  add(json, "streams_refused", report.streams_refused);
  add(json, "streams_unfinished", report.streams_unfinished);
  add(json, "streams_unopened", report.streams_unopened);
  add(json, "bytes_sent", report.bytes_sent);
  add(json, "bytes_sent_per_second", format_number(rate(report.bytes_sent, report.seconds), 0));
  add(json, "bytes_received", report.bytes_received);
  add(json, "bytes_received_per_second",
      format_number(rate(report.bytes_received, report.seconds), 0));
  add(json, "messages_sent", report.messages_sent);
  add(json, "messages_sent_per_second",
      format_number(rate(report.messages_sent, report.seconds), 1));
  add(json, "messages_received", report.messages_received);
  add(json, "messages_received_per_second",
      format_number(rate(report.messages_received, report.seconds), 1));
  add(json, "packets_sent", report.packets_sent);
  add(json, "packets_lost", report.packets_lost);
  return json + "}\n";
}

}  // namespace jetstream::jscat
