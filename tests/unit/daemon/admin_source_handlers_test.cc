// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_source_handlers.h"

#include <catch2/catch.hpp>

#include "admin_fake_backend.h"
#include "daemon/admin/admin_handlers.h"

namespace jetstream::daemon {
namespace {

using control::ErrorCode;

struct Fixture {
  testing::FakeBackend backend;
  std::vector<AuditRecord> audited;
  AdminHandlers handlers{backend.parts(),
                         [this](const AuditRecord& record) { audited.push_back(record); }};

  control::Reply ask(const std::string& command, const std::string& address) {
    std::string lines;
    const auto request = control::parse_request("{\"cmd\":\"" + command +
                                                "\",\"args\":{\"address\":\"" + address + "\"}}");
    REQUIRE(request);
    handlers.handle(*request, {{1000, 2000, 77, {}}, control::Access::kOperate},
                    [&lines](std::string given) { lines = std::move(given); });
    return control::parse_reply(lines.substr(0, lines.find('\n'))).value();
  }
};

}  // namespace

TEST_CASE("explain takes an address of either family, with a port or without") {
  Fixture f;
  const auto heard = [&](const std::string& text) {
    const control::Reply reply = f.ask("explain", text);
    REQUIRE(reply.kind == control::ReplyKind::kResult);
    return control::read_report<control::ExplainReport>(reply.data).value().address;
  };
  CHECK(heard("192.0.2.7") == "192.0.2.7:0");
  CHECK(heard("192.0.2.7:40000") == "192.0.2.7:40000");
  CHECK(heard("2001:db8::1") == "[2001:db8::1]:0");
  CHECK(heard("[2001:db8::1]:40000") == "[2001:db8::1]:40000");
  CHECK(heard("::ffff:192.0.2.7") == "192.0.2.7:0");
}

TEST_CASE("what is no address is refused, and refused resets are written down") {
  Fixture f;
  for (const char* text : {"192.0.2.0/24", "192.0.2.7/32", "localhost", "192.0.2.7:70000", "x"}) {
    INFO(text);
    CHECK(f.ask("explain", text).failure.code == ErrorCode::kInvalidArgument);
    CHECK(f.ask("limit.reset", text).failure.code == ErrorCode::kInvalidArgument);
  }
  CHECK(f.audited.size() == 5);
  CHECK(f.audited[0].error == ErrorCode::kInvalidArgument);
  CHECK(f.ask("limit.reset", "192.0.2.7").kind == control::ReplyKind::kResult);
  CHECK(f.audited.back().target == "192.0.2.7:0");
  CHECK(f.audited.back().affected == 1);
}

}  // namespace jetstream::daemon
