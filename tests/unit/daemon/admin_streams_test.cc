// SPDX-License-Identifier: MIT
//
// Streams end when a new policy takes away the role that they need.
#include "daemon/admin/admin_streams.h"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "admin_fake_backend.h"
#include "admin_fake_stream.h"
#include "daemon/admin/admin_handlers.h"

namespace jetstream::daemon {
namespace {

using control::Access;
using control::ErrorCode;

constexpr uid_t kAna = 1000, kBob = 1001;

std::shared_ptr<const AccessPolicy> policy_of(Access ana, Access bob) {
  auto policy = std::make_shared<AccessPolicy>(12345);
  if (ana != Access::kNone) policy->grant_user(kAna, ana);
  if (bob != Access::kNone) policy->grant_user(kBob, bob);
  return policy;
}

struct Fixture {
  testing::FakeBackend backend;
  testing::FakeStreams streams;
  std::vector<AuditRecord> audited;
  AdminHandlers handlers{backend.parts(),
                         [this](const AuditRecord& record) { audited.push_back(record); }};
  std::shared_ptr<const AccessPolicy> policy = policy_of(Access::kOperate, Access::kOperate);

  testing::FakeStreams::Stream& follow(uid_t user, const std::string& line, bool capped = false) {
    const auto request = control::parse_request(line);
    if (!request) FAIL(request.error().failure.message);
    handlers.handle(
        *request, caller_by(policy, {user, user, ::getpid(), {}}, capped),
        [](const std::string& lines) { FAIL(lines); }, streams.opener());
    return *streams.streams.back();
  }
};

control::Reply reply_of(const std::string& line) {
  REQUIRE_FALSE(line.empty());
  REQUIRE(line.find('\n') == line.size() - 1);
  return control::parse_reply(line.substr(0, line.size() - 1)).value();
}

const std::string kWatch = R"({"id":7,"cmd":"session.watch"})";
const std::string kTail = R"({"cmd":"log.tail","args":{"level":"debug"}})";
const std::string kTrace = R"({"cmd":"log.tail","args":{"level":"trace","session":"5"}})";

}  // namespace

TEST_CASE("Who has lost their role follows nothing any more, and others go on") {
  Fixture f;
  auto& ana = f.follow(kAna, kWatch);
  auto& bob = f.follow(kBob, kWatch);
  f.handlers.judge_streams(policy_of(Access::kNone, Access::kRead));
  const control::Reply end = reply_of(ana.end);
  CHECK(end.id == control::RequestId(std::int64_t{7}));
  CHECK(end.failure.code == ErrorCode::kPermissionDenied);
  CHECK(end.failure.message == "session.watch needs role read; you (uid 1000) have none");
  CHECK(ana.closed);
  CHECK(bob.end.empty());
  f.backend.listeners.at(1).lock()->hear({});
  CHECK(bob.lines.size() == 2);

  REQUIRE(f.audited.size() == 1);
  CHECK(f.audited[0].caller.uid == kAna);
  CHECK(f.audited[0].command == control::CommandId::kSessionWatch);
  CHECK(f.audited[0].error == ErrorCode::kPermissionDenied);
  CHECK(f.audited[0].process.pid == static_cast<std::uint64_t>(::getpid()));
  CHECK(f.audited[0].started.value() > 0);
}

TEST_CASE("A stream goes on as long as what is left of the role allows it") {
  Fixture f;
  f.backend.add_session(5);
  auto& tail = f.follow(kAna, kTail);
  auto& trace = f.follow(kAna, kTrace);
  f.handlers.judge_streams(policy_of(Access::kOperate, Access::kNone));
  CHECK(trace.end.empty());
  f.handlers.judge_streams(policy_of(Access::kRead, Access::kNone));
  CHECK(tail.end.empty());
  CHECK(reply_of(trace.end).failure.message ==
        "log.tail needs role operate; you (uid 1000) have read");
}

TEST_CASE("At the read socket a greater role than read is neither missed nor gained") {
  Fixture f;
  auto& tail = f.follow(kAna, kTail, true);
  f.handlers.judge_streams(policy_of(Access::kAdmin, Access::kNone));
  f.handlers.judge_streams(policy_of(Access::kRead, Access::kNone));
  CHECK(tail.end.empty());
  f.handlers.judge_streams(policy_of(Access::kNone, Access::kAdmin));
  CHECK(reply_of(tail.end).failure.code == ErrorCode::kPermissionDenied);
  CHECK(f.audited.at(0).at_read_socket);
}

TEST_CASE("What has ended before is neither told nor kept") {
  Fixture f;
  for (int i = 0; i < 10; ++i) {
    auto& left = f.follow(kAna, kWatch);
    testing::FakeStreams::leave(left);
    CHECK(left.dropped);
  }
  f.handlers.judge_streams(policy_of(Access::kNone, Access::kNone));
  CHECK(f.audited.empty());
  for (const auto& stream : f.streams.streams) CHECK(stream->end.empty());

  AdminStreams open;
  const auto request = control::parse_request(kWatch).value();
  const AdminCall call{request, caller_by(f.policy, {kAna, kAna, 0, {}}, false), {}, {}, {}};
  for (int i = 0; i < 3; ++i) {
    const auto stream = f.streams.opener()("", nullptr);
    open.add(stream, call);
    CHECK(open.size() == 1);
  }
}

}  // namespace jetstream::daemon
