// SPDX-License-Identifier: MIT
#include "daemon/admin/answer_memory.h"

#include <catch2/catch.hpp>

using namespace jetstream;
using namespace jetstream::daemon;
using control::CommandId;
using Verdict = AnswerMemory::Verdict;

namespace {

constexpr Instant kStart{std::chrono::hours(1)};

struct Fixture {
  AnswerMemory memory;
  std::string heard;

  Verdict begin(const std::string& id, const std::string& args = "{}", uid_t user = 1000,
                Instant now = kStart, CommandId command = CommandId::kBanAdd) {
    return memory.begin(now, user, id, command, args,
                        [this](const std::string& lines) { heard += lines; });
  }
  void done(const std::string& id, const std::string& lines = "", uid_t user = 1000) {
    memory.finish(user, id, lines);
  }
};

}  // namespace

TEST_CASE("the same again gets the same answer, and is not done") {
  Fixture f;
  CHECK(f.begin("a") == Verdict::kNew);
  f.done("a", "answer\n");
  CHECK(f.heard.empty());
  CHECK(f.begin("a") == Verdict::kRepeated);
  CHECK(f.begin("a") == Verdict::kRepeated);
  CHECK(f.heard == "answer\nanswer\n");
}

TEST_CASE("an id that stands for one thing stands for no other") {
  Fixture f;
  CHECK(f.begin("a", "{}") == Verdict::kNew);
  CHECK(f.begin("a", "{\"x\":1}") == Verdict::kOther);
  CHECK(f.begin("a", "{}", 1000, kStart, CommandId::kBanDel) == Verdict::kOther);
  f.done("a", "answer\n");
  CHECK(f.begin("a", "{\"x\":1}") == Verdict::kOther);
  CHECK(f.heard.empty());
  // Nor does what was refused change what it stands for.
  CHECK(f.begin("a", "{}") == Verdict::kRepeated);
}

TEST_CASE("users have ids of their own") {
  Fixture f;
  CHECK(f.begin("a", "{}", 1000) == Verdict::kNew);
  f.done("a", "of 1000\n", 1000);
  CHECK(f.begin("a", "{\"x\":1}", 1001) == Verdict::kNew);
  CHECK(f.heard.empty());
}

TEST_CASE("whoever asks while it is under way is answered when it is over, once") {
  Fixture f;
  CHECK(f.begin("a") == Verdict::kNew);
  for (std::size_t i = 0; i < AnswerMemory::kWaiting; ++i) {
    REQUIRE(f.begin("a") == Verdict::kRepeated);
  }
  CHECK(f.begin("a") == Verdict::kFull);
  CHECK(f.heard.empty());
  f.done("a", "x");
  CHECK(f.heard == std::string(AnswerMemory::kWaiting, 'x'));
  f.done("a", "y");
  CHECK(f.heard == std::string(AnswerMemory::kWaiting, 'x'));
  CHECK(f.begin("a") == Verdict::kRepeated);
  CHECK(f.heard.ends_with("xx"));
}

TEST_CASE("an answer is kept for five minutes, and what is under way for as long as it takes") {
  Fixture f;
  CHECK(f.begin("under way") == Verdict::kNew);
  CHECK(f.begin("a") == Verdict::kNew);
  f.done("a", "answer\n");
  const Instant end = kStart + AnswerMemory::kKept;
  CHECK(f.begin("a", "{}", 1000, end - Duration(1)) == Verdict::kRepeated);
  CHECK(f.begin("a", "{\"x\":1}", 1000, end) == Verdict::kNew);
  CHECK(f.begin("under way", "{}", 1000, end) == Verdict::kRepeated);
  CHECK(f.memory.size() == 2);
}

TEST_CASE("one user's ids push out that user's oldest, and nobody else's") {
  Fixture f;
  CHECK(f.begin("other", "{}", 1001) == Verdict::kNew);
  f.done("other", "other\n", 1001);
  for (std::size_t i = 0; i < AnswerMemory::kAnswersOfUser; ++i) {
    REQUIRE(f.begin(std::to_string(i)) == Verdict::kNew);
    f.done(std::to_string(i));
  }
  CHECK(f.begin("0") == Verdict::kRepeated);
  CHECK(f.begin("one more") == Verdict::kNew);
  CHECK(f.memory.size() == AnswerMemory::kAnswersOfUser + 1);
  CHECK(f.begin("1") == Verdict::kRepeated);
  CHECK(f.begin("0") == Verdict::kNew);
  CHECK(f.begin("other", "{}", 1001) == Verdict::kRepeated);
}

TEST_CASE("there is an end to how many there are, and what is under way is never forgotten") {
  Fixture f;
  const std::size_t users = AnswerMemory::kAnswers / AnswerMemory::kAnswersOfUser;
  for (std::size_t user = 0; user < users; ++user) {
    for (std::size_t i = 0; i < AnswerMemory::kAnswersOfUser; ++i) {
      REQUIRE(f.begin(std::to_string(i), "{}", static_cast<uid_t>(user)) == Verdict::kNew);
    }
  }
  CHECK(f.begin("a", "{}", 0) == Verdict::kFull);
  CHECK(f.begin("a", "{}", 9999) == Verdict::kFull);
  f.done("7", "", 3);
  CHECK(f.begin("a", "{}", 0) == Verdict::kFull);
  CHECK(f.begin("a", "{}", 9999) == Verdict::kNew);
  CHECK(f.memory.size() == AnswerMemory::kAnswers);
  CHECK(f.begin("7", "{}", 3) == Verdict::kFull);
}

TEST_CASE("large answers push out old ones, and are let go of themselves if they must") {
  Fixture f;
  const std::string quarter(AnswerMemory::kBytes / 4, 'x');
  for (const char* id : {"a", "b", "c", "d"}) {
    CHECK(f.begin(id, "") == Verdict::kNew);
    f.done(id, quarter);
  }
  CHECK(f.memory.size() == 4);
  CHECK(f.memory.bytes() == AnswerMemory::kBytes);
  CHECK(f.begin("e", "") == Verdict::kNew);
  f.done("e", "x");
  CHECK(f.memory.size() == 4);
  CHECK(f.begin("f", "") == Verdict::kNew);
  f.done("f", std::string(AnswerMemory::kBytes + 1, 'x'));
  CHECK(f.memory.size() == 0);
  CHECK(f.memory.bytes() == 0);
}
