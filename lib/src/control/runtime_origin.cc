// SPDX-License-Identifier: MIT
#include "jetstream/control.h"

namespace jetstream::control {

std::string runtime_origin(const RuntimeRow& row) {
  std::string text = "runtime: " + row.command;
  if (row.uid) {
    text += ", uid " + std::to_string(*row.uid);
    if (row.user) text += " (" + *row.user + ")";
  }
  // "2026-11-22T14:32:10.123Z": nothing that is ended by a timer lasts longer than a day.
  if (row.until) text += ", until " + to_rfc3339(*row.until).substr(11, 8) + "Z";
  return text;
}

}  // namespace jetstream::control
