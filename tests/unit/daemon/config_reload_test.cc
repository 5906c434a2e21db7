// SPDX-License-Identifier: MIT
#include "daemon/app/config_reload.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "daemon/config/config_environment.h"
#include "temporary_folder.h"

namespace jetstream::daemon {
namespace {

/// A daemon whose workers take a new configuration when the test says so.
class Fixture {
 public:
  Fixture() {
    write(1);
    store.emplace(load_config(file(), {}).value(), file(), Overrides{});
    const auto workers = [this](const Config& config, std::function<void()> done) {
      seen.push_back(config.sessions_max);
      if (hold) {
        held.push_back(std::move(done));
      } else {
        done();
      }
    };
    reload.emplace(io, *store, workers, Duration::zero());
    reload->follow("metrics.listen", [this](const Config& next) -> Result<ConfigReload::Commit> {
      if (!in_the_way.empty() && next.metrics_listen != store->running().metrics_listen) {
        return unexpected(Error{LocalCode::kInvalidArgument, in_the_way});
      }
      return [] {};
    });
  }
  /// Nobody confirms it: the first attempt to take it back is what the timer does next.
  void reload_unconfirmed() {
    ReloadOrder order;
    order.confirm_within = Duration::zero();
    reload->reload(order, note("reloaded"));
    REQUIRE(reload->confirm_left());
  }
  /// A configuration like no other one with another number.
  void write(std::uint64_t max) const {
    std::ofstream out(file());
    out << "version: 1\nsessions: {max: " << max << "}\n"
        << "metrics: {listen: \"127.0.0.1:" << max << "\"}\n";
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
  const std::string& metrics() const { return store->running().metrics_listen; }

  asio::io_context io;
  std::optional<ConfigStore> store;
  std::optional<ConfigReload> reload;
  bool hold = false;
  std::string in_the_way;  // of metrics.listen
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
  CHECK(f.outcomes == std::vector{ReloadOutcome::kInTheWay});
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

TEST_CASE("what can't be taken back is tried again until it can, and keeps nothing else") {
  Fixture f;
  f.write(2);
  f.reload_unconfirmed();
  f.in_the_way = "it is taken";
  for (int attempt = 0; attempt < 3; ++attempt) {
    f.io.run_one();
    CHECK(f.running() == 1);
    CHECK(f.metrics() == "127.0.0.1:2");
    CHECK(f.reload->figures().not_taken_back.ends_with("it is taken"));
  }
  // Once for the rest, and one failure however often.
  CHECK(f.seen == Numbers{2, 1});
  CHECK(f.reload->figures().failed == 1);
  CHECK_FALSE(f.reload->last()->done);
  CHECK(f.reload->confirm_left() == Duration::zero());
  f.reload->reload({}, [&](const ReloadAnswer& answer) {
    CHECK(answer.outcome == ReloadOutcome::kUnconfirmed);
    CHECK(answer.stuck.ends_with("it is taken"));
  });
  f.in_the_way.clear();
  f.io.run_one();
  CHECK(f.metrics() == "127.0.0.1:1");
  CHECK(f.reload->figures().not_taken_back.empty());
  CHECK(f.reload->last()->done);
  CHECK_FALSE(f.reload->confirm_left());
  CHECK(f.io.poll() == 0);
  f.reload->reload({}, f.note("next"));
  CHECK(f.outcomes.back() == ReloadOutcome::kDone);
}

TEST_CASE("whoever confirms or rolls back what can't be taken back ends the trying") {
  for (const bool confirm : {true, false}) {
    INFO(confirm);
    Fixture f;
    f.write(2);
    f.reload_unconfirmed();
    f.in_the_way = "it is taken";
    f.io.run_one();
    if (confirm) {
      f.reload->confirm(f.note("ended"));
    } else {
      f.reload->rollback("test", f.note("too early"));
      CHECK(f.outcomes.back() == ReloadOutcome::kInTheWay);
      CHECK_FALSE(f.reload->figures().not_taken_back.empty());
      f.in_the_way.clear();
      f.reload->rollback("test", f.note("ended"));
    }
    CHECK(f.outcomes.back() == ReloadOutcome::kDone);
    CHECK(f.metrics() == (confirm ? "127.0.0.1:2" : "127.0.0.1:1"));
    CHECK_FALSE(f.reload->confirm_left());
    CHECK(f.reload->figures().not_taken_back.empty());
    f.io.poll();
    CHECK(f.seen == (confirm ? Numbers{2, 1} : Numbers{2, 1, 1}));
  }
}

TEST_CASE("a condition that does not hold, or a bad time, is no failure of the configuration") {
  Fixture f;
  f.write(2);
  f.reload->reload({}, f.note("good"));
  ReloadOrder other;
  other.expect_digest = "sha256:00";
  f.reload->reload(other, f.note("other"));
  ReloadOrder waits;
  waits.confirm_within = std::chrono::hours(1);
  f.write(3);
  f.reload->reload(waits, f.note("waits"));
  f.reload->reload({}, f.note("too early"));
  f.reload->stop();
  f.reload->reload({}, f.note("too late"));
  CHECK(f.outcomes == std::vector{ReloadOutcome::kDone, ReloadOutcome::kDigestDiffers,
                                  ReloadOutcome::kDone, ReloadOutcome::kUnconfirmed,
                                  ReloadOutcome::kStopping});
  CHECK(f.reload->last()->done);
  CHECK(f.reload->figures().last_error.empty());
  CHECK(f.reload->figures().failed == 0);
  CHECK(f.reload->figures().refused == 3);
  CHECK(f.reload->figures().done == 2);
}

TEST_CASE("nothing waits for the confirmation of a reload that has changed nothing") {
  Fixture f;
  ReloadOrder order;
  order.confirm_within = std::chrono::hours(1);
  f.reload->reload(order, [&](const ReloadAnswer& answer) { CHECK_FALSE(answer.confirm_left); });
  CHECK_FALSE(f.reload->confirm_left());
  f.write(2);
  f.reload->reload({}, f.note("next"));
  CHECK(f.outcomes == std::vector{ReloadOutcome::kDone});
}

TEST_CASE("who confirms too late hears when and why it was taken back, until the next reload") {
  Fixture f;
  std::optional<LastReload> told;
  const auto listen = [&](const ReloadAnswer& answer) {
    CHECK(answer.outcome == ReloadOutcome::kNoneToConfirm);
    told = answer.taken_back;
  };
  f.reload->confirm(listen);
  CHECK_FALSE(told);
  f.write(2);
  f.reload_unconfirmed();
  f.io.run_one();
  CHECK(f.running() == 1);
  f.reload->confirm(listen);
  REQUIRE(told);
  CHECK(told->cause == "not confirmed");
  f.reload->rollback("test", [](const ReloadAnswer& answer) {
    CHECK(answer.outcome == ReloadOutcome::kNoneBefore);
    CHECK(answer.taken_back);
  });
  f.reload->reload({}, f.note("again"));
  f.reload->confirm(listen);
  CHECK_FALSE(told);
}

}  // namespace jetstream::daemon
