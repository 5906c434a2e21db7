// SPDX-License-Identifier: MIT
#include <array>

#include "control/command_families.h"

namespace jetstream::control {
namespace {

/// "sha256:" and 64 digits.
constexpr std::uint64_t kDigestBytes = 71;
constexpr std::uint64_t kKeyBytesMax = 128;

constexpr std::array kReloadArgs{
    ArgSpec{"dry_run", ArgType::kBoolean, false, 0, 0,
            "Read and check everything and say what would change, but change nothing."},
    ArgSpec{
        "expect_digest", ArgType::kText, false, kDigestBytes, kDigestBytes,
        "Change nothing unless what is read has this digest: that of the file, as sha256sum(1) "
        "prints it behind sha256:, or that of all files, which the dry run and the status tell."},
    ArgSpec{"strict", ArgType::kBoolean, false, 0, 0,
            "Change nothing if anything takes a restart."},
    ArgSpec{"confirm_within_ms", ArgType::kInteger, false, kConfirmWithinMinMs, kConfirmWithinMaxMs,
            "Take the change back unless config.confirm comes within this time."},
};

constexpr std::array kShowArgs{
    ArgSpec{"key", ArgType::kText, false, 1, kKeyBytesMax,
            "One key or section; left out: everything."},
    ArgSpec{"explicit", ArgType::kBoolean, false, 0, 0, "Only what somebody has set."},
    ArgSpec{"changed", ArgType::kBoolean, false, 0, 0, "Only what differs from its default."},
    ArgSpec{"origin", ArgType::kBoolean, false, 0, 0, "Say behind each value where it came from."},
};

constexpr std::array kConfigCommands{
    CommandSpec{CommandId::kConfigShow, "config.show", Access::kRead, false, true, kShowArgs,
                "Show the configuration that runs."},
    CommandSpec{CommandId::kConfigDiff,
                "config.diff",
                Access::kRead,
                false,
                false,
                {},
                "Show what a reload would change now."},
    CommandSpec{
        CommandId::kConfigReload, "config.reload", Access::kOperate, true, false, kReloadArgs,
        "Read the configuration again. With any error nothing changes; otherwise everything "
        "has that can, when the answer comes."},
    CommandSpec{CommandId::kConfigConfirm,
                "config.confirm",
                Access::kOperate,
                true,
                false,
                {},
                "Keep what a reload with confirm_within_ms has changed."},
    CommandSpec{CommandId::kConfigRollback,
                "config.rollback",
                Access::kOperate,
                true,
                false,
                {},
                "Go back to the configuration before the last reload. The file stays as it is."},
};

}  // namespace

std::span<const CommandSpec> config_commands() { return kConfigCommands; }

}  // namespace jetstream::control
