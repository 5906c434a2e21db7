// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "jetstream/control/request.h"

namespace jetstream::control {

// Answer lines, newline included. Bytes that are no UTF-8 are replaced by U+FFFD.

/// For the rows of the *_messages.h.
template <class Row>
std::string write_item(const RequestId& id, const Row& row);
/// With only those fields, if any are named.
template <class Row>
std::string write_item(const RequestId& id, const Row& row, const std::vector<std::string>& fields);
/// For the rows of a stream.
template <class Row>
std::string write_event(const RequestId& id, const Row& row);
/// For their reports and summaries.
template <class Report>
std::string write_result(const RequestId& id, CommandId command, const Report& report);
std::string write_error(const RequestId& id, const Failure& failure);
/// The lines of an answer that were written without an id, as they are for a request with this one.
std::string with_id(std::string_view lines, const RequestId& id);

enum class ReplyKind : std::uint8_t {
  kItem,    ///< One row of an answer that ends by itself.
  kEvent,   ///< One row of a stream.
  kResult,  ///< The end.
  kError,   ///< The end, and nothing was done.
};

/// One line of an answer.
struct Reply {
  ReplyKind kind = ReplyKind::kError;
  RequestId id;
  std::string schema;  ///< Of a result.
  std::string data;    ///< Of an item, event or result: a JSON object, for read_report().
  Failure failure;     ///< Of an error.
};

/// Reads one line (without newline). Unknown keys are ignored, since fields may be added.
Result<Reply> parse_reply(std::string_view line);
/// Reads a row or report. Missing fields and wrong types are refused, unknown ones ignored.
template <class Report>
Result<Report> read_report(std::string_view data);

/// The JSON object of a row or report, as it stands behind "data".
template <class Report>
std::string write_report(const Report& report);

/// A whole answer as the one JSON document that `jsctl --json` prints, newline included.
/// `items` is null for a command without items.
std::string write_document(std::string_view schema, const std::vector<std::string>* items,
                           std::string_view data);

}  // namespace jetstream::control
