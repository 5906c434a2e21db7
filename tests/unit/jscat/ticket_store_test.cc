// SPDX-License-Identifier: MIT
#include "cli/jscat/ticket_store.h"

#include <sys/stat.h>

#include "unit/jscat/temp_folder.h"

using namespace jetstream;
using namespace jetstream::jscat;
using jetstream::test::TempFolder;
using namespace std::chrono_literals;

namespace {

constexpr Instant kNow{5000s};
constexpr std::int64_t kWall = 1'700'000'000'000;
const Trust kAnybody = Trust::insecure_accept_any();

SessionTicket some_ticket(std::uint8_t mark = 1) {
  SessionTicket ticket;
  ticket.encrypted_state.assign(168, mark);
  ticket.created_at = kNow - 1s;
  ticket.lifetime = 1h;
  ticket.server.fill(mark);
  ticket.max_data = 1 << 20;
  ticket.max_stream_data = 1 << 18;
  ticket.max_streams = 100;
  ticket.message_bytes_max = 1 << 18;
  return ticket;
}

}  // namespace

TEST_CASE("a ticket is kept for its server, grows older, and is handed out once") {
  const TempFolder folder;
  const auto file = folder / "tickets";
  REQUIRE(keep_tickets(file, "host:1", {some_ticket(1), some_ticket(2)}, kNow, kWall));
  CHECK_FALSE(take_ticket(file, "host:2", kAnybody, kNow, kWall));
  const Instant later(100s);  // another process has another clock
  const auto newest = take_ticket(file, "host:1", kAnybody, later, kWall + 10'000);
  REQUIRE(newest);
  CHECK(newest->encrypted_state[0] == 2);
  CHECK(later - newest->created_at == 11s);
  CHECK(take_ticket(file, "host:1", kAnybody, later, kWall)->encrypted_state[0] == 1);
  CHECK_FALSE(take_ticket(file, "host:1", kAnybody, later, kWall));
}

TEST_CASE("nobody else may read the tickets") {
  const TempFolder folder;
  REQUIRE(keep_tickets(folder / "tickets", "host:1", {some_ticket()}, kNow, kWall));
  struct stat status = {};
  REQUIRE(::stat((folder / "tickets").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("tickets of no use are not handed out") {
  const TempFolder folder;
  const auto file = folder / "tickets";
  const auto handed_out = [&](const Trust& trust, std::int64_t wall) {
    REQUIRE(keep_tickets(file, "host:1", {some_ticket()}, kNow, kWall));
    return take_ticket(file, "host:1", trust, kNow, wall).has_value();
  };
  CHECK(handed_out(kAnybody, kWall));
  CHECK_FALSE(handed_out(Trust::pins({}), kWall));
  CHECK_FALSE(handed_out(kAnybody, kWall + 3'600'000));
  CHECK_FALSE(handed_out(kAnybody, kWall - 1));  // the wall clock went back
}

TEST_CASE("the file stays small, and nonsense in it is passed over") {
  const TempFolder folder;
  const auto file = folder.write("tickets", "nonsense\nhost:1 1 zz\nhost:1 x 00\n\n");
  CHECK_FALSE(take_ticket(file, "host:1", kAnybody, kNow, kWall));
  for (std::size_t i = 0; i < kTicketsKept + 10; ++i) {
    REQUIRE(keep_tickets(file, "host:" + std::to_string(i), {some_ticket()}, kNow, kWall));
  }
  CHECK_FALSE(take_ticket(file, "host:9", kAnybody, kNow, kWall));
  CHECK(take_ticket(file, "host:10", kAnybody, kNow, kWall));
  CHECK_FALSE(keep_tickets(file / "tickets", "h:1", {some_ticket()}, kNow, kWall));
}

TEST_CASE("the folder of the tickets is made where there is none") {
  const TempFolder folder;
  const auto file = folder / "new" / "folder" / "tickets";
  REQUIRE(keep_tickets(file, "host:1", {some_ticket()}, kNow, kWall));
  CHECK(take_ticket(file, "host:1", kAnybody, kNow, kWall));
}
