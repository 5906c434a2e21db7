// SPDX-License-Identifier: MIT
#include "cli/jscat/ticket_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <chrono>

#include "cli/jscat/files.h"

namespace jetstream::jscat {
namespace {

// All lines at their longest: a name of 262 characters and a ticket of 642 bytes.
constexpr std::size_t kFileBytesMax = kTicketsKept * 2048;

struct Line {
  std::string name;
  std::int64_t saved_ms = 0;
  std::vector<std::uint8_t> ticket;
};

std::optional<std::vector<std::uint8_t>> from_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  std::vector<std::uint8_t> bytes(digits.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char* first = digits.data() + 2 * i;
    if (std::from_chars(first, first + 2, bytes[i], 16).ptr != first + 2) return std::nullopt;
  }
  return bytes;
}

std::optional<Line> parse_line(std::string_view text) {
  const std::size_t first = text.find(' ');
  const std::size_t second = text.find(' ', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
  Line line;
  line.name = text.substr(0, first);
  const std::string_view saved = text.substr(first + 1, second - first - 1);
  const auto read = std::from_chars(saved.data(), saved.data() + saved.size(), line.saved_ms);
  auto ticket = from_hex(text.substr(second + 1));
  if (read.ptr != saved.data() + saved.size() || !ticket) return std::nullopt;
  line.ticket = *std::move(ticket);
  return line;
}

/// What can't be read is as if it were not there.
std::vector<Line> read_lines(const std::filesystem::path& file) {
  std::vector<Line> lines;
  const auto text = read_file(file, kFileBytesMax);
  if (!text) return lines;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (auto line = parse_line(rest.substr(0, end))) lines.push_back(*std::move(line));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return lines;
}

/// In one step, so that nobody ever sees half a file.
Result<> write_lines(const std::filesystem::path& file, const std::vector<Line>& lines) {
  std::string text;
  const std::size_t first = lines.size() > kTicketsKept ? lines.size() - kTicketsKept : 0;
  for (std::size_t i = first; i < lines.size(); ++i) {
    text += lines[i].name + " " + std::to_string(lines[i].saved_ms) + " " +
            to_hex(lines[i].ticket) + "\n";
  }
  const std::filesystem::path fresh = file.string() + "." + std::to_string(getpid());
  {
    const File out(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600);
    if (!out || !out.write(text)) return refuse_errno("write", fresh);
  }
  std::error_code error;
  std::filesystem::rename(fresh, file, error);
  if (error) return refuse(LocalCode::kSystem, "cannot replace " + file.string());
  return {};
}

}  // namespace

std::int64_t wall_clock_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::optional<SessionTicket> take_ticket(const std::filesystem::path& file, const std::string& name,
                                         const Trust& trust, Instant now, std::int64_t wall_ms) {
  std::vector<Line> lines = read_lines(file);
  std::optional<SessionTicket> found;
  for (std::size_t i = lines.size(); i-- > 0 && !found;) {
    if (lines[i].name != name) continue;
    const auto stored_for = std::chrono::milliseconds(wall_ms - lines[i].saved_ms);
    auto ticket = SessionTicket::parse(lines[i].ticket, now, stored_for);
    // Also what is of no use any more goes.
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(i));
    if (ticket && !ticket->expired(now) && trust.accepts(ticket->server)) found = *ticket;
    // A ticket that can't be taken out would be used twice.
    if (!write_lines(file, lines)) return std::nullopt;
  }
  return found;
}

Result<> keep_tickets(const std::filesystem::path& file, const std::string& name,
                      const std::vector<SessionTicket>& tickets, Instant now,
                      std::int64_t wall_ms) {
  if (tickets.empty()) return {};
  if (const auto made = make_folder_of(file); !made) return made;
  std::vector<Line> lines = read_lines(file);
  for (const SessionTicket& ticket : tickets) {
    lines.push_back({name, wall_ms, ticket.serialize(now)});
  }
  return write_lines(file, lines);
}

}  // namespace jetstream::jscat
