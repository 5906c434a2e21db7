// SPDX-License-Identifier: MIT
#include "daemon/access/access_control.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "temporary_folder.h"

namespace jetstream::daemon {
namespace {

using namespace std::chrono_literals;
using control::UnixTime;
using Added = BanBook::Added;

AddressBlock block(std::string_view text) { return parse_address_block(text).value(); }
PeerAddress v4(std::uint8_t last) { return PeerAddress::v4({192, 0, 2, last}, 40000); }

struct Scene {
  TemporaryFolder folder;
  Config config = [this] {
    Config made = default_config();
    made.state_dir = folder.path();
    return made;
  }();
  ClockReading clock{Instant(5000s), UnixTime(1'000'000'000'000)};
  std::vector<std::shared_ptr<const AddressFilter>> filters;
  std::vector<Duration> wakes;
  std::unique_ptr<AccessControl> access = make();

  std::unique_ptr<AccessControl> make() {
    return std::make_unique<AccessControl>(
        config, AccessControl::Outside{
                    .clock = [this] { return clock; },
                    .publish = [this](auto filter) { filters.push_back(std::move(filter)); },
                    .wake_in = [this](Duration delay) { wakes.push_back(delay); }});
  }
  void pass(std::chrono::milliseconds time) {
    clock.now += time;
    clock.wall = UnixTime(clock.wall.value() + time.count());
  }
  Ban ban(std::string_view text, std::optional<std::chrono::milliseconds> lasts = {}) const {
    Ban made{.block = block(text), .uid = 1000, .since = clock.wall};
    if (lasts) made.until = UnixTime(clock.wall.value() + lasts->count());
    return made;
  }
  AddressVerdict verdict(std::uint8_t last) const {
    return filters.back()->find(clock.now, v4(last)).verdict;
  }
};

std::size_t load_again(Scene& scene) {
  scene.access = scene.make();
  REQUIRE(scene.access->load());
  return scene.access->book().bans().size();
}

}  // namespace

TEST_CASE("a ban is in force when add() returns, and on the disk") {
  Scene scene;
  REQUIRE(scene.access->load());
  const BanChange change = scene.access->add(scene.ban("192.0.2.1"));
  CHECK(change.outcome == Added::kNew);
  CHECK_FALSE(change.unsaved);
  CHECK(scene.verdict(1) == AddressVerdict::kBanned);
  CHECK(scene.verdict(2) == AddressVerdict::kWelcome);
  CHECK(scene.access->add(scene.ban("192.0.2.1", 10s)).outcome == Added::kReplaced);

  scene.access = scene.make();
  REQUIRE(scene.access->load());
  REQUIRE(scene.access->book().find(block("192.0.2.1")) != nullptr);
  CHECK(*scene.access->book().find(block("192.0.2.1")) == scene.ban("192.0.2.1", 10s));
  scene.access->apply();
  CHECK(scene.verdict(1) == AddressVerdict::kBanned);

  CHECK(scene.access->remove(block("192.0.2.1")));
  CHECK(scene.verdict(1) == AddressVerdict::kWelcome);
  CHECK_FALSE(scene.access->remove(block("192.0.2.1")));
  scene.access = scene.make();
  REQUIRE(scene.access->load());
  CHECK(scene.access->book().bans().empty());
}

TEST_CASE("a ban ends at its moment, in the filter at once and in the book with the next look") {
  Scene scene;
  (void)scene.access->add(scene.ban("192.0.2.1", 10s));
  (void)scene.access->add(scene.ban("192.0.2.2", 60s));
  CHECK(scene.wakes.back() == 10s);
  scene.pass(9999ms);
  scene.access->on_timer();
  CHECK(scene.verdict(1) == AddressVerdict::kBanned);
  CHECK(scene.wakes.back() == 1s);  // not sooner, whatever is due
  scene.pass(1ms);
  CHECK(scene.verdict(1) == AddressVerdict::kWelcome);
  CHECK(scene.access->book().bans().size() == 2);
  scene.access->on_timer();
  CHECK(scene.access->book().bans().size() == 1);
  CHECK(scene.wakes.back() == 50s);
  scene.access = scene.make();
  REQUIRE(scene.access->load());
  CHECK(scene.access->book().bans().size() == 1);
}

TEST_CASE("what ended while nobody ran is let go of at the start") {
  Scene scene;
  (void)scene.access->add(scene.ban("192.0.2.1", 10s));
  (void)scene.access->add(scene.ban("192.0.2.2"));
  scene.pass(10s);
  // Another boot: the monotonic clock tells nothing of the time before.
  scene.clock.now = Instant(3s);
  scene.access = scene.make();
  REQUIRE(scene.access->load());
  CHECK(scene.access->book().bans().size() == 1);
  CHECK(scene.access->filter()->find(scene.clock.now, v4(1)).verdict == AddressVerdict::kWelcome);
  CHECK(scene.access->filter()->find(scene.clock.now, v4(2)).verdict == AddressVerdict::kBanned);
}

TEST_CASE("a ban file that is broken keeps the gate shut") {
  Scene scene;
  std::ofstream(scene.access->path()) << "jetstreamd-bans 1\n";
  const auto loaded = scene.access->load();
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().message.find("not whole") != std::string::npos);
  CHECK(scene.filters.empty());
}

TEST_CASE("a ban that can't be written is in force all the same, and that is told") {
  Scene scene;
  scene.config.state_dir = scene.folder.path() / "no" / "such";
  const BanChange change = scene.access->add(scene.ban("192.0.2.1"));
  CHECK(change.outcome == Added::kNew);
  REQUIRE(change.unsaved);
  CHECK(change.unsaved->find("bans") != std::string::npos);
  CHECK(scene.verdict(1) == AddressVerdict::kBanned);
}

TEST_CASE("the daemon's own bans are put in force together") {
  Scene scene;
  for (int i = 1; i <= 100; ++i) {
    Ban own = scene.ban("192.0.2." + std::to_string(i), 60s);
    own.origin = BanOrigin::kAuto;
    scene.access->add_auto(own);
  }
  CHECK(scene.filters.empty());
  CHECK(scene.wakes == std::vector<Duration>{1s});
  scene.access->on_timer();
  CHECK(scene.filters.size() == 1);
  CHECK(scene.verdict(1) == AddressVerdict::kBanned);
  CHECK(scene.verdict(100) == AddressVerdict::kBanned);
  CHECK(scene.verdict(101) == AddressVerdict::kWelcome);
  CHECK(load_again(scene) == 100);
}

TEST_CASE("lists of the configuration are part of the filter") {
  Scene scene;
  scene.config.access_allow = {block("192.0.2.0/24")};
  scene.config.access_deny = {block("192.0.2.9")};
  scene.access->apply();
  CHECK(scene.verdict(1) == AddressVerdict::kWelcome);
  CHECK(scene.verdict(9) == AddressVerdict::kDenied);
  (void)scene.access->add(scene.ban("192.0.2.1"));
  CHECK(scene.verdict(1) == AddressVerdict::kBanned);
  CHECK(scene.verdict(9) == AddressVerdict::kDenied);
  scene.config.access_deny.clear();
  scene.access->apply();
  CHECK(scene.verdict(1) == AddressVerdict::kBanned);
  CHECK(scene.verdict(9) == AddressVerdict::kWelcome);
}

TEST_CASE("clearing tells how many there were, and leaves the others") {
  Scene scene;
  (void)scene.access->add(scene.ban("192.0.2.1"));
  CHECK(scene.access->replace_file({scene.ban("192.0.2.2"), scene.ban("192.0.2.3")}).outcome ==
        Added::kReplaced);
  std::size_t removed = 7;
  (void)scene.access->clear(BanOrigin::kAuto, removed);
  CHECK(removed == 0);
  (void)scene.access->clear(BanOrigin::kFile, removed);
  CHECK(removed == 2);
  CHECK(scene.verdict(1) == AddressVerdict::kBanned);
  CHECK(scene.verdict(2) == AddressVerdict::kWelcome);
}

TEST_CASE("a ban of the daemon's own that finds no room is counted") {
  Scene scene;
  REQUIRE(scene.access->load());
  Ban own = scene.ban("10.0.0.0", 60s);
  own.origin = BanOrigin::kAuto;
  const auto numbered = [&own](std::uint32_t number) {
    for (std::size_t i = 0; i < 3; ++i) {
      own.block.ip[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
    return own;
  };
  for (std::uint32_t i = 0; i < BanBook::kBansMax; ++i) scene.access->add_auto(numbered(i));
  CHECK(scene.access->book().bans().size() == BanBook::kBansMax);
  CHECK(scene.access->autos_refused() == 0);
  scene.access->add_auto(numbered(BanBook::kBansMax));
  CHECK(scene.access->autos_refused() == 1);
  scene.access->add_auto(numbered(0));  // longer, and needs no room
  CHECK(scene.access->autos_refused() == 1);
  scene.access->add_auto(numbered(BanBook::kBansMax + 1));
  CHECK(scene.access->autos_refused() == 2);
  scene.pass(60s);
  scene.access->on_timer();
  scene.access->add_auto(numbered(BanBook::kBansMax));
  CHECK(scene.access->autos_refused() == 2);
}

TEST_CASE("who would lock out exempt clients, or everybody, is asked again") {
  Scene scene;
  scene.config.limits_exempt = {block("10.1.0.0/16"), block("2001:db8::/32")};
  const auto risk = [&](std::string_view text) {
    return scene.access->risk_of(block(text)).value_or("");
  };
  CHECK(risk("10.0.0.0/8") == "10.0.0.0/8 concerns 10.1.0.0/16 of limits.exempt");
  CHECK(risk("10.1.2.3") == "10.1.2.3 concerns 10.1.0.0/16 of limits.exempt");
  CHECK(risk("10.2.0.0/16").empty());
  CHECK(risk("2001:db8::1") == "2001:db8::1 concerns 2001:db8::/32 of limits.exempt");
  CHECK(risk("::/0") == "::/0 concerns 2001:db8::/32 of limits.exempt");
  CHECK(risk("11.0.0.0/8").empty());
  CHECK(risk("12.0.0.0/7") == "12.0.0.0/7 is a large part of all addresses");
  CHECK(risk("2002::/16").empty());
  CHECK(risk("2002::/15") == "2002::/15 is a large part of all addresses");
}

}  // namespace jetstream::daemon
