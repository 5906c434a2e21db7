// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "daemon/admin/admin_done.h"
#include "daemon/config/config_plan.h"
#include "jetstream/control.h"
#include "jetstream/time.h"

namespace jetstream::daemon {

/// Who wants the configuration read again, and how.
struct ReloadOrder {
  std::string cause;     ///< "signal" or "admin socket", for the log.
  bool dry_run = false;  ///< Only say what would happen.
  /// Digest that the files must have by then, or nothing happens.
  std::optional<std::string> expect_digest;
  bool strict = false;  ///< Nothing happens if anything needs a restart.
  /// Goes back to the configuration before unless confirm() comes within this time.
  std::optional<Duration> confirm_within;
};

enum class ReloadOutcome : std::uint8_t {
  kDone,
  kInvalid,          ///< The files have errors; nothing changed.
  kInTheWay,         ///< The files are right, but can't be applied here and now; nothing changed.
  kDigestDiffers,    ///< Not the files that were expected; nothing changed.
  kRestartRequired,  ///< `strict` forbids it; nothing changed.
  kUnconfirmed,      ///< The reload before waits for its confirmation; nothing changed.
  kNoneToConfirm,    ///< No reload waits for a confirmation.
  kNoneBefore,       ///< There is nothing to go back to.
  kStopping,         ///< The daemon stops; nothing can be changed about that.
};

/// How the last attempt to change the configuration went.
struct LastReload {
  std::chrono::system_clock::time_point at;
  std::string cause;
  bool done = false;
  std::string error;  ///< The first one, if it was not done.
};

struct ReloadAnswer {
  ReloadOutcome outcome = ReloadOutcome::kDone;
  ConfigPlan plan;  ///< With kDone, kDigestDiffers and kRestartRequired; `next` is empty.
  ConfigErrors errors;
  std::vector<std::string> warnings;
  Duration took{};
  /// How long there is to confirm, if that is waited for.
  std::optional<Duration> confirm_left;
  /// With kUnconfirmed: what keeps the reload before from being taken back; empty if nothing does.
  std::string stuck;
  /// With kNoneToConfirm and kNoneBefore: when and why the last change was taken back, if it was.
  std::optional<LastReload> taken_back;
};

/// What the admin socket wants of the configuration.
class ConfigAdmin {
 public:
  virtual ~ConfigAdmin() = default;

  /// The one that runs, and its file.
  virtual const Config& running_config() const = 0;
  virtual const std::filesystem::path& config_file() const = 0;
  /// What operators have changed that no file says.
  virtual std::vector<control::RuntimeRow> runtime_changes() const = 0;
  virtual void config_reload(ReloadOrder order, Done<ReloadAnswer> done) = 0;
  virtual void config_confirm(Done<ReloadAnswer> done) = 0;
  virtual void config_rollback(Done<ReloadAnswer> done) = 0;
};

}  // namespace jetstream::daemon
