// SPDX-License-Identifier: MIT
//
// Lines of the admin protocol, read as requests and as answers. What is accepted must come back the
// same after writing and reading it again, and whatever is answered must be one printable line.
#include <string>

#include "base/assert.h"
#include "jetstream/control.h"

namespace {

using namespace jetstream::control;

void check_line(const std::string& line) {
  JS_ASSERT(!line.empty() && line.back() == '\n');
  for (char c : line.substr(0, line.size() - 1)) JS_ASSERT(static_cast<unsigned char>(c) >= 0x20);
}

void check_request(std::string_view input) {
  const auto request = parse_request(input);
  if (!request) {
    const std::string line = write_error(request.error().id, request.error().failure);
    check_line(line);
    const auto reply = parse_reply(std::string_view(line).substr(0, line.size() - 1));
    JS_ASSERT(reply && reply->kind == ReplyKind::kError);
    JS_ASSERT(reply->failure == request.error().failure && reply->id == request.error().id);
    return;
  }
  const std::string line = write_request(*request);
  check_line(line);
  const auto again = parse_request(std::string_view(line).substr(0, line.size() - 1));
  JS_ASSERT(again && *again == *request);
}

template <class Report>
void check_report(std::string_view data) {
  const auto report = read_report<Report>(data);
  if (!report) return;
  const auto again = read_report<Report>(write_report(*report));
  JS_ASSERT(again && *again == *report);
}

void check_reply(std::string_view input) {
  const auto reply = parse_reply(input);
  if (!reply) return;
  check_report<HelloReport>(reply->data);
  check_report<StatusReport>(reply->data);
  check_report<SessionRow>(reply->data);
  check_report<SessionDetail>(reply->data);
  check_report<CloseRow>(reply->data);
  check_report<CommandRow>(reply->data);
  check_report<ListSummary>(reply->data);
  check_report<ShowSummary>(reply->data);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = jetstream::as_text({data, size});
  check_request(input);
  check_reply(input);
  return 0;
}
