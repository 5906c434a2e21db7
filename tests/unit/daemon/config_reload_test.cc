// SPDX-License-Identifier: MIT
#include "daemon/config_reload.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "daemon/config_environment.h"
#include "temporary_folder.h"

namespace jetstream::daemon {
namespace {

/// A daemon whose workers take a new configuration when the test says so.
class Fixture {
 public:
  Fixture() {
    write(1);
    store.emplace(load_config(file(), {}).value(), file(), Overrides{});
    reload.emplace(io, *store, [this](const Config& config, std::function<void()> done) {
      seen.push_back(config.sessions_max);
      if (hold) {
        held.push_back(std::move(done));
      } else {
        done();
      }
    });
  }
  /// A configuration like no other one with another number.
  void write(std::uint64_t max) const {
    std::ofstream out(file());
    out << "version: 1\nsessions: {max: " << max << "}\n";
  }
  void workers_are_done() {
    REQUIRE_FALSE(held.empty());
    const auto done = std::move(held.front());
    held.erase(held.begin());
    done();
  }
  ConfigReload::Done note(std::string name) {
    return [this, name = std::move(name)](const ReloadAnswer& answer) {
      answered.push_back(name);
      outcomes.push_back(answer.outcome);
    };
  }
  std::uint64_t running() const { return store->running().sessions_max; }

  asio::io_context io;
  std::optional<ConfigStore> store;
  std::optional<ConfigReload> reload;
  bool hold = false;
  std::vector<std::function<void()>> held;
  std::vector<std::uint64_t> seen;
  std::vector<std::string> answered;
  std::vector<ReloadOutcome> outcomes;

 private:
  std::filesystem::path file() const { return folder_.path() / "t.yaml"; }
  TemporaryFolder folder_;
};

using Names = std::vector<std::string>;
using Numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("reloads take their turns: one begins when the workers are done with the one before") {
  Fixture f;
  f.hold = true;
  f.write(2);
  f.reload->reload({}, f.note("first"));
  f.write(3);
  f.reload->reload({}, f.note("second"));
  f.reload->rollback("test", f.note("back"));
  CHECK(f.seen == Numbers{2});
  CHECK(f.answered.empty());
  f.workers_are_done();
  CHECK(f.answered == Names{"first"});
  CHECK(f.seen == Numbers{2, 3});
  f.workers_are_done();
  CHECK(f.seen == Numbers{2, 3, 2});
  f.workers_are_done();
  CHECK(f.answered == Names{"first", "second", "back"});
  CHECK(f.held.empty());
  CHECK(f.running() == 2);
}

TEST_CASE("whoever hears of a reload may ask for the next one, which is made once") {
  for (const bool hold : {true, false}) {
    INFO(hold);
    Fixture f;
    f.hold = hold;
    f.write(2);
    f.reload->reload({}, [&](const ReloadAnswer& answer) {
      f.note("first")(answer);
      f.write(3);
      f.reload->reload({}, f.note("second"));
    });
    if (hold) {
      f.workers_are_done();
      CHECK(f.answered == Names{"first"});
      CHECK(f.held.size() == 1);
      f.workers_are_done();
    }
    CHECK(f.held.empty());
    CHECK(f.answered == Names{"first", "second"});
    CHECK(f.seen == Numbers{2, 3});
    CHECK(f.running() == 3);
    f.write(4);
    f.hold = false;
    f.reload->reload({}, f.note("third"));
    CHECK(f.running() == 4);
  }
}

TEST_CASE("who follows a configuration commits in the order of asking, and with it in force") {
  Fixture f;
  Names made;
  f.reload->follow("server.listen", [&](const Config& next) -> Result<ConfigReload::Commit> {
    CHECK(next.sessions_max == 2);
    CHECK(f.running() == 1);
    return [&] { made.push_back("prepared " + std::to_string(f.running())); };
  });
  f.reload->follow(
      [&](const Config& now) { made.push_back("applied " + std::to_string(now.sessions_max)); });
  f.write(2);
  f.reload->reload({}, f.note("done"));
  CHECK(made == Names{"prepared 2", "applied 2"});
  CHECK(f.answered == Names{"done"});
}

TEST_CASE("if one of them can't follow nobody does, and what was prepared is let go") {
  Fixture f;
  int committed = 0;
  std::weak_ptr<int> kept;
  f.reload->follow("metrics.listen", [&](const Config&) -> Result<ConfigReload::Commit> {
    auto opened = std::make_shared<int>(1);
    kept = opened;
    return [&committed, opened] { committed += *opened; };
  });
  f.reload->follow("server.listen", [](const Config&) -> Result<ConfigReload::Commit> {
    return unexpected(Error{LocalCode::kInvalidArgument, "it is taken"});
  });
  f.write(2);
  f.reload->reload({}, [&](const ReloadAnswer& answer) {
    f.note("refused")(answer);
    REQUIRE(answer.errors.list.size() == 1);
    CHECK(answer.errors.list[0].what == "it is taken");
  });
  CHECK(f.outcomes == std::vector{ReloadOutcome::kInvalid});
  CHECK(committed == 0);
  CHECK(kept.expired());
  CHECK(f.seen.empty());
  CHECK(f.running() == 1);
  CHECK_FALSE(f.reload->last()->done);
}

TEST_CASE("a reload that waits for its confirmation keeps others out until it has it") {
  Fixture f;
  ReloadOrder order;
  order.confirm_within = std::chrono::hours(1);
  f.write(2);
  f.reload->reload(order, f.note("first"));
  CHECK(f.reload->confirm_left());
  f.write(3);
  f.reload->reload({}, f.note("too early"));
  f.reload->confirm(f.note("confirmed"));
  CHECK_FALSE(f.reload->confirm_left());
  f.reload->reload({}, f.note("next"));
  CHECK(f.outcomes == std::vector{ReloadOutcome::kDone, ReloadOutcome::kUnconfirmed,
                                  ReloadOutcome::kDone, ReloadOutcome::kDone});
  CHECK(f.running() == 3);
}

}  // namespace jetstream::daemon
