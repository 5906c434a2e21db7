// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ipc/line_client.h"
#include "jsctl/args.h"
#include "jsctl/problem.h"

namespace jetstream::jsctl {

/// A whole answer: the JSON objects of its items and of its result. When the daemon answers with an
/// error, `failure` has it, and the items that came before it are still there.
struct WholeAnswer {
  std::string schema;
  std::vector<std::string> items;
  std::string data;
  std::optional<control::Failure> failure;
};

/// A conversation with the daemon, within one timeout.
class Exchange {
 public:
  using Hear = std::function<bool(const std::string& event)>;
  /// At the socket of the invocation, or at its read socket if the caller does not get at that one.
  static Result<Exchange, Problem> open(const Invocation& invocation,
                                        std::chrono::milliseconds timeout);
  static Result<Exchange, Problem> open(const Invocation& invocation) {
    return open(invocation, invocation.timeout);
  }
  Result<WholeAnswer, Problem> ask(const control::Request& request);
  /// The same for a command that answers with a stream: each event goes to `hear`, until that
  /// returns false. The timeout holds up to the first one. An answer without data means that `hear`
  /// has ended it.
  Result<WholeAnswer, Problem> follow(const control::Request& request, const Hear& hear);

  /// Reads a row or report of an answer.
  template <class Report>
  Result<Report, Problem> read(const std::string& data) const {
    auto report = control::read_report<Report>(data);
    if (!report) return unexpected(unreadable_answer(path_));
    return *std::move(report);
  }
  template <class Row>
  Result<std::vector<Row>, Problem> read_all(const std::vector<std::string>& items) const {
    std::vector<Row> rows;
    for (const std::string& item : items) {
      auto row = read<Row>(item);
      if (!row) return unexpected(row.error());
      rows.push_back(*std::move(row));
    }
    return rows;
  }

 private:
  Exchange(std::string path, ipc::LineClient client)
      : path_(std::move(path)), client_(std::move(client)) {}

  Result<WholeAnswer, Problem> ask(const control::Request& request, const Hear& hear);

  std::string path_;
  ipc::LineClient client_;
};

}  // namespace jetstream::jsctl
