// SPDX-License-Identifier: MIT
//
// jsctl against a server that follows a script.
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "jsctl/commands.h"
#include "jsctl/render.h"
#include "jsctl/stream.h"
#include "samples.h"
#include "scripted_server.h"

namespace jetstream::jsctl {
namespace {

using control::CommandId;
using control::ErrorCode;
using control::Request;
using jetstream::testing::raw_listener;
using jetstream::testing::TempDir;
using std::chrono::milliseconds;
using testing::answer;
using testing::invocation_of;
using testing::run_against;
using testing::ScriptedServer;

/// While it lasts, this thread has no more rights than any user, even if the tests run as root.
class Stranger {
 public:
  Stranger() { become(12345); }
  Stranger(const Stranger&) = delete;
  Stranger& operator=(const Stranger&) = delete;
  ~Stranger() { become(0); }

 private:
  // The system's own call is about this thread only, unlike the library's.
  void become(int user) const {
    if (root_) REQUIRE(::syscall(SYS_setresuid, -1, user, -1) == 0);
  }
  bool root_ = ::geteuid() == 0;
};

Outcome run_refused(ErrorCode code) {
  return run_against(control::write_error({}, {code, "it is so", "something else"}),
                     invocation_of(CommandId::kStatus));
}

struct Streamed {
  Outcome outcome;
  std::string out;
  std::string err;
};

std::string all_of(std::FILE* file) {
  std::string text(static_cast<std::size_t>(std::ftell(file)), '\0');
  std::rewind(file);
  REQUIRE(std::fread(text.data(), 1, text.size(), file) == text.size());
  std::fclose(file);
  return text;
}

Streamed stream_against(const std::string& answer, bool json) {
  Invocation invocation = invocation_of(CommandId::kLogTail, control::LogTailArgs{});
  invocation.json = json;
  ScriptedServer server({answer});
  invocation.socket = server.path();
  const StreamOutput output{std::tmpfile(), std::tmpfile()};
  Streamed streamed;
  streamed.outcome = run_stream(invocation, output);
  streamed.out = all_of(output.out);
  streamed.err = all_of(output.err);
  return streamed;
}

const control::Args kTwoIds = control::SessionShowArgs{{SessionId(17), SessionId(9)}};
const control::Args kCloseTwo =
    control::SessionCloseArgs{{SessionId(17), SessionId(9)}, CloseReason::kNormal, ""};

}  // namespace

TEST_CASE("A stream is printed as it comes, as text or as JSON, and ends well if it was ended") {
  control::EventRow begin{12, control::UnixTime(0), "begin", "info", "", {}};
  control::EventRow event{13, control::UnixTime(0), "session.closed", "info", "closed", {}};
  const control::EventRow gap{{}, control::UnixTime(0),        "gap", "",
                              "", {{"lost", std::uint64_t{4}}}};
  const std::string lines = control::write_event({}, begin) + control::write_event({}, event) +
                            control::write_event({}, gap);
  const std::string ended =
      lines + control::write_result({}, CommandId::kLogTail, control::StreamSummary{1});
  Streamed text = stream_against(ended, false);
  CHECK(text.outcome.code == kDone);
  CHECK(text.out == render(event));
  CHECK(text.err == render_gap(gap));
  Streamed json = stream_against(ended, true);
  CHECK(json.outcome.code == kDone);
  CHECK(json.out == control::write_report(begin) + "\n" + control::write_report(event) + "\n" +
                        control::write_report(gap) + "\n");

  const Streamed cut = stream_against(lines, false);
  CHECK(cut.outcome.code == kNotRunning);
  CHECK(cut.out == render(event));
  CHECK(cut.outcome.err.find("jetstreamd") != std::string::npos);
  CHECK(stream_against(control::write_error({}, {ErrorCode::kPermissionDenied, "no", "ask"}), false)
            .outcome.code == kNotPermitted);
  CHECK(stream_against("rubbish\n", false).outcome.code == kFailed);
  CHECK(stream_against("{\"type\":\"event\",\"data\":{}}\n", false).outcome.code == kFailed);
}

TEST_CASE("Events in an answer that is no stream are no answer") {
  CHECK(
      run_against(control::write_event({}, control::EventRow{}), invocation_of(CommandId::kStatus))
          .code == kFailed);
}

TEST_CASE("status asks and prints") {
  ScriptedServer server({control::write_result({}, CommandId::kStatus, testing::sample_status())});
  const Outcome outcome = run_against(server, invocation_of(CommandId::kStatus));
  CHECK(outcome.code == kDone);
  CHECK(outcome.out == render(testing::sample_status()));
  CHECK(outcome.err.empty());
  CHECK(server.requests() == "{\"cmd\":\"status\"}\n");
}

TEST_CASE("the option --json prints one document with everything, and nothing else") {
  Invocation invocation = invocation_of(CommandId::kStatus);
  invocation.json = true;
  CHECK(run_against(control::write_result({}, CommandId::kStatus, testing::sample_status()),
                    invocation)
            .out == "{\"schema\":\"jetstreamd.status/1\",\"data\":" +
                        control::write_report(testing::sample_status()) + "}\n");
  invocation.request.command = CommandId::kSessionList;
  invocation.request.args = control::SessionListArgs{};
  const Outcome list = run_against(
      answer(CommandId::kSessionList, std::vector{testing::sample_row(), testing::other_row()},
             control::ListSummary{2, 9, "4211"}),
      invocation);
  CHECK(list.out ==
        "{\"schema\":\"jetstreamd.session.list/1\",\"items\":[" +
            control::write_report(testing::sample_row()) + "," +
            control::write_report(testing::other_row()) +
            "],\"data\":{\"count\":2,\"table_size\":9,\"cursor\":\"4211\",\"matched\":null}}\n");
  CHECK(list.err == "2 shown, there are more; use --all or --cursor 4211\n");
}

TEST_CASE("A list that is cut says so on standard error, a list of nothing is fine") {
  const Invocation list = invocation_of(CommandId::kSessionList, control::SessionListArgs{});
  const Outcome cut =
      run_against(answer(CommandId::kSessionList, std::vector{testing::sample_row()},
                         control::ListSummary{1, 4211, "17", 4211}),
                  list);
  CHECK(cut.code == kDone);
  CHECK(cut.out == render(std::vector{testing::sample_row()}, {}));
  CHECK(cut.err == "1 of 4211 shown; use --all or --cursor 17\n");
  const Outcome empty = run_against(
      answer(CommandId::kSessionList, std::vector<control::SessionRow>{}, control::ListSummary{}),
      list);
  CHECK(empty.code == kDone);
  CHECK(empty.out.starts_with("ID  PEER"));
  CHECK(empty.err.empty());
}

TEST_CASE("the option --all follows the cursors and makes one answer of the pages") {
  Invocation all = invocation_of(CommandId::kSessionList, control::SessionListArgs{});
  all.all = true;
  all.json = true;
  ScriptedServer server({answer(CommandId::kSessionList, std::vector{testing::sample_row()},
                                control::ListSummary{1, 2, "17"}),
                         answer(CommandId::kSessionList, std::vector{testing::other_row()},
                                control::ListSummary{1, 2, std::nullopt})});
  const Outcome outcome = run_against(server, all);
  CHECK(outcome.code == kDone);
  CHECK(outcome.err.empty());
  CHECK(outcome.out.find("\"data\":{\"count\":2,\"table_size\":2,\"cursor\":null,") !=
        std::string::npos);
  CHECK(outcome.out.find("\"id\":\"4211\"") != std::string::npos);
  CHECK(server.requests().find("\"cursor\":\"17\"") != std::string::npos);
}

TEST_CASE("A list by some order that is cut has no next page") {
  const Invocation list =
      invocation_of(CommandId::kSessionList, control::SessionListArgs{1, {}, {}, "-rx_bytes"});
  const Outcome cut =
      run_against(answer(CommandId::kSessionList, std::vector{testing::sample_row()},
                         control::ListSummary{1, 4211, std::nullopt, 12}),
                  list);
  CHECK(cut.err == "1 of 12 shown; --limit takes up to 1000\n");
}

TEST_CASE("A wrong filter is shown with a caret below what is wrong in it") {
  Invocation list = invocation_of(CommandId::kSessionList);
  list.request.args = control::SessionListArgs{};
  list.expression = "id=7 and idlle > 5m";
  const Outcome refused = run_against(
      control::write_error({}, {ErrorCode::kInvalidFilter, "there is no field \"idlle\"",
                                "did you mean \"idle\"?", 9}),
      list);
  CHECK(refused.code == kUsage);
  CHECK(refused.err ==
        "jsctl: there is no field \"idlle\"\n"
        "         id=7 and idlle > 5m\n"
        "                  ^\n"
        "       jetstreamd answered: invalid_filter\n"
        "  try: did you mean \"idle\"?\n");
}

TEST_CASE("Rows of any kind come out as JSON lines, as CSV, and in chosen columns") {
  const std::string rows =
      answer(CommandId::kSessionList, std::vector{testing::sample_row(), testing::other_row()},
             control::ListSummary{2, 2, std::nullopt});
  Invocation list = invocation_of(CommandId::kSessionList, control::SessionListArgs{});
  list.form = Form::kNdjson;
  CHECK(run_against(rows, list).out == control::write_report(testing::sample_row()) + "\n" +
                                           control::write_report(testing::other_row()) + "\n");
  list.columns = {"id", "rx_bytes", "rtt_us", "peer_identity"};
  list.form = Form::kCsv;
  CHECK(run_against(rows, list).out ==
        "id,rx_bytes,rtt_us,peer_identity\r\n17,1572864,1250,\r\n4211,1572864,,sha256:abc\r\n");
  list.form = Form::kTable;
  CHECK(run_against(rows, list).out ==
        "ID    RX BYTES    RTT  PEER IDENTITY\n"
        "17     1.5 MiB  1.2ms  -\n"
        "4211   1.5 MiB      -  sha256:abc\n");
  list.raw = true;
  list.header = false;
  CHECK(run_against(rows, list).out ==
        "17    1572864  1250  -\n"
        "4211  1572864     -  sha256:abc\n");
  list.columns = {"nonsense"};
  const Outcome wrong = run_against(rows, list);
  CHECK(wrong.code == kUsage);
  CHECK(
      wrong.err.starts_with("jsctl: there is no column \"nonsense\"\n       the columns are id,"));
}

TEST_CASE("Some but not all sessions are exit code 8, in both forms of output") {
  for (bool json : {false, true}) {
    Invocation show = invocation_of(CommandId::kSessionShow, kTwoIds);
    show.json = json;
    const Outcome shown =
        run_against(answer(CommandId::kSessionShow, std::vector{testing::sample_detail()},
                           control::ShowSummary{1, {SessionId(9)}}),
                    show);
    CHECK(shown.code == kPartlyDone);
    CHECK(shown.err == "jsctl: there is no session 9\n");
    CHECK(shown.out.find("192.0.2.7:40000") != std::string::npos);

    Invocation close = invocation_of(CommandId::kSessionClose, kCloseTwo);
    close.json = json;
    const std::vector rows{control::CloseRow{SessionId(17), control::CloseOutcome::kClosed},
                           control::CloseRow{SessionId(9), control::CloseOutcome::kNotFound}};
    const Outcome closed =
        run_against(answer(CommandId::kSessionClose, rows, control::CloseSummary{2, 1}), close);
    CHECK(closed.code == kPartlyDone);
    CHECK(closed.err == "jsctl: closed 1 of 2 sessions\n");
    CHECK(closed.out.find("not_found") != std::string::npos);
  }
}

TEST_CASE("All sessions closed is exit code 0") {
  const std::vector rows{control::CloseRow{SessionId(17), control::CloseOutcome::kClosed},
                         control::CloseRow{SessionId(9), control::CloseOutcome::kClosed}};
  const Outcome outcome =
      run_against(answer(CommandId::kSessionClose, rows, control::CloseSummary{2, 2}),
                  invocation_of(CommandId::kSessionClose, kCloseTwo));
  CHECK(outcome.code == kDone);
  CHECK(outcome.err.empty());
}

TEST_CASE("Every refusal has its exit code and its three lines") {
  CHECK(run_refused(ErrorCode::kBadRequest).code == kFailed);
  CHECK(run_refused(ErrorCode::kRequestTooLarge).code == kFailed);
  CHECK(run_refused(ErrorCode::kUnknownCommand).code == kFailed);
  CHECK(run_refused(ErrorCode::kUnknownArgument).code == kUsage);
  CHECK(run_refused(ErrorCode::kInvalidArgument).code == kUsage);
  CHECK(run_refused(ErrorCode::kPermissionDenied).code == kNotPermitted);
  CHECK(run_refused(ErrorCode::kNotFound).code == kNotFound);
  CHECK(run_refused(ErrorCode::kConflict).code == kConflict);
  CHECK(run_refused(ErrorCode::kBusy).code == kFailed);
  CHECK(run_refused(ErrorCode::kTimeout).code == kTimedOut);
  CHECK(run_refused(ErrorCode::kInternal).code == kFailed);
  const Outcome refused = run_refused(ErrorCode::kPermissionDenied);
  CHECK(refused.out.empty());
  CHECK(refused.err ==
        "jsctl: it is so\n"
        "       jetstreamd answered: permission_denied\n"
        "  try: something else\n");
}

TEST_CASE("A daemon that can't be reached is exit code 3, with what to do") {
  TempDir dir;
  Invocation invocation = invocation_of(CommandId::kStatus);
  invocation.socket = dir.file("none.sock");
  const Outcome none = run(invocation, 0);
  CHECK(none.code == kNotRunning);
  CHECK(none.out.empty());
  CHECK(none.err.starts_with("jsctl: cannot reach jetstreamd at " + invocation.socket));
  CHECK(std::count(none.err.begin(), none.err.end(), '\n') == 3);

  invocation.socket = dir.file("stale.sock");
  raw_listener(invocation.socket);
  const Outcome stale = run(invocation, 0);
  CHECK(stale.code == kNotRunning);
  CHECK(stale.err.find("stale after a crash?") != std::string::npos);
  CHECK(run_against("", invocation_of(CommandId::kStatus)).code == kNotRunning);
}

TEST_CASE("A daemon that does not answer in time is exit code 7") {
  TempDir dir;
  Invocation invocation = invocation_of(CommandId::kStatus);
  invocation.socket = dir.file("s");
  invocation.timeout = milliseconds(20);
  const ipc::FileDescriptor listener = raw_listener(invocation.socket);
  CHECK(run(invocation, 0).code == kTimedOut);
}

TEST_CASE("What does not speak the protocol is told apart") {
  for (const std::string& text :
       {std::string("hello\n"), std::string("{}\n"),
        control::write_result({}, CommandId::kPing, control::PingReport{1}),
        std::string("{\"type\":\"result\",\"schema\":\"jetstreamd.status/2\",\"data\":{}}\n"),
        std::string("{\"type\":\"result\",\"schema\":\"jetstreamd.status/1\",\"data\":{}}\n")}) {
    const Outcome outcome = run_against(text, invocation_of(CommandId::kStatus));
    CHECK(outcome.code == kFailed);
    CHECK(outcome.out.empty());
    CHECK(outcome.err.find("does not speak") != std::string::npos);
  }
}

TEST_CASE("version shows both versions, and its own even when no daemon runs") {
  control::HelloReport hello{JS_VERSION, "jetstreamd.admin/1", "read", 0, 0, 1};
  const Invocation version = invocation_of(CommandId::kHello);
  const Outcome same = run_against(control::write_result({}, CommandId::kHello, hello), version);
  CHECK(same.code == kDone);
  CHECK(same.out == "jsctl " JS_VERSION "\njetstreamd " JS_VERSION "\n");
  CHECK(same.err.empty());
  hello.version = "99.0.0";
  const Outcome skew = run_against(control::write_result({}, CommandId::kHello, hello), version);
  CHECK(skew.code == kDone);
  CHECK(skew.out == "jsctl " JS_VERSION "\njetstreamd 99.0.0\n");
  CHECK(skew.err.find("different versions") != std::string::npos);
  Invocation nobody = version;
  nobody.socket = "/nonexistent/admin.sock";
  CHECK(run(nobody, 0).code == kNotRunning);
  CHECK(run(nobody, 0).out == "jsctl " JS_VERSION "\n");
}

TEST_CASE("Whoever does not get at the admin socket asks at the read socket") {
  const std::string refused =
      control::write_error({}, {ErrorCode::kPermissionDenied, "stop needs role admin", "be root"});
  ScriptedServer server({refused}, "read.sock");
  Invocation invocation = invocation_of(CommandId::kStop, control::StopArgs{});
  invocation.read_socket = server.path();
  invocation.socket = server.beside("admin.sock");
  SECTION("because it is closed to them") {
    const ipc::FileDescriptor admin = raw_listener(invocation.socket);
    REQUIRE(::chmod(invocation.socket.c_str(), 0) == 0);
    REQUIRE(::chmod(invocation.read_socket.c_str(), 0666) == 0);
    REQUIRE(::chmod(server.beside("").c_str(), 0755) == 0);
    const Stranger stranger;
    const Outcome outcome = run(invocation, 0);
    CHECK(outcome.code == kNotPermitted);
    CHECK(outcome.err.find("jsctl: stop needs role admin") == 0);
    CHECK(outcome.err.find("try: be root") != std::string::npos);
  }
  SECTION("because only the other one is there") {
    CHECK(run(invocation, 0).err.find("jsctl: stop needs role admin") == 0);
  }
  CHECK(server.requests() == control::write_request(invocation.request));
}

TEST_CASE("Whoever names a socket asks nowhere else, nor does who finds nobody listening") {
  const TempDir dir;
  const ipc::FileDescriptor reader = raw_listener(dir.file("read.sock"));
  Invocation invocation = invocation_of(CommandId::kStatus);
  invocation.socket = dir.file("admin.sock");
  SECTION("named") { invocation.read_socket.clear(); }
  SECTION("stale") {
    raw_listener(invocation.socket);
    invocation.read_socket = dir.file("read.sock");
  }
  const Outcome outcome = run(invocation, 0);
  CHECK(outcome.code == kNotRunning);
  CHECK(outcome.err.find(invocation.socket) != std::string::npos);
  pollfd waiting{reader.get(), POLLIN, 0};
  CHECK(::poll(&waiting, 1, 0) == 0);
}

TEST_CASE("Where both sockets are closed, the admin socket is the one to tell of") {
  const TempDir dir;
  Invocation invocation = invocation_of(CommandId::kStatus);
  invocation.socket = dir.file("admin.sock");
  invocation.read_socket = dir.file("read.sock");
  const ipc::FileDescriptor admin = raw_listener(invocation.socket);
  const ipc::FileDescriptor reader = raw_listener(invocation.read_socket);
  REQUIRE(::chmod(invocation.socket.c_str(), 0) == 0);
  REQUIRE(::chmod(invocation.read_socket.c_str(), 0) == 0);
  const Stranger stranger;
  const Outcome outcome = run(invocation, 0);
  CHECK(outcome.code == kNotPermitted);
  CHECK(outcome.err.find(invocation.socket) != std::string::npos);
}

}  // namespace jetstream::jsctl
