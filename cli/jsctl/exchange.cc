// SPDX-License-Identifier: MIT
#include "jsctl/exchange.h"

namespace jetstream::jsctl {

Result<Exchange, Problem> Exchange::open(const Invocation& invocation,
                                         std::chrono::milliseconds timeout) {
  auto client = ipc::LineClient::connect(invocation.socket, timeout);
  if (client) return Exchange(invocation.socket, *std::move(client));
  const ipc::ClientError& error = client.error();
  // A container for monitoring may have been given the read socket alone.
  const bool closed = error.kind == ipc::ClientErrorKind::kPermission ||
                      error.kind == ipc::ClientErrorKind::kNoSocket;
  if (closed && !invocation.read_socket.empty()) {
    auto reader = ipc::LineClient::connect(invocation.read_socket, timeout);
    if (reader) return Exchange(invocation.read_socket, *std::move(reader));
  }
  return unexpected(problem_of(error, invocation.socket));
}

Result<WholeAnswer, Problem> Exchange::ask(const control::Request& request) {
  return ask(request, nullptr);
}

Result<WholeAnswer, Problem> Exchange::follow(const control::Request& request, const Hear& hear) {
  return ask(request, hear);
}

Result<WholeAnswer, Problem> Exchange::ask(const control::Request& request, const Hear& hear) {
  if (auto sent = client_.write_line(control::write_request(request)); !sent) {
    return unexpected(problem_of(sent.error(), path_));
  }
  WholeAnswer answer;
  while (true) {
    const auto line = client_.read_line();
    if (!line) return unexpected(problem_of(line.error(), path_));
    auto reply = control::parse_reply(*line);
    if (!reply) return unexpected(unreadable_answer(path_));
    switch (reply->kind) {
      case control::ReplyKind::kItem:
        answer.items.push_back(std::move(reply->data));
        break;
      case control::ReplyKind::kEvent:
        if (!hear) return unexpected(unreadable_answer(path_));
        client_.drop_deadline();
        if (!hear(reply->data)) return answer;
        break;
      case control::ReplyKind::kError:
        answer.failure = std::move(reply->failure);
        return answer;
      case control::ReplyKind::kResult:
        // Another major version may mean something else by the same fields.
        if (reply->schema != control::schema_of(request.command)) {
          return unexpected(unreadable_answer(path_));
        }
        answer.schema = std::move(reply->schema);
        answer.data = std::move(reply->data);
        return answer;
    }
  }
}

}  // namespace jetstream::jsctl
