// SPDX-License-Identifier: MIT
#include <array>

#include "control/command_families.h"

namespace jetstream::control {
namespace {

constexpr ArgSpec kBlock{"block", ArgType::kText, true,
                         1,       kBlockBytesMax, "An address, or a block such as 192.0.2.0/24."};
constexpr ArgSpec kFor{"for_ms", ArgType::kInteger, false,
                       1,        kBanMsMax,         "How long; left out: until it is taken back."};
constexpr ArgSpec kYes{
    "yes",
    ArgType::kBoolean,
    false,
    0,
    0,
    "Also where that keeps out clients that limits.exempt names, or a large part "
    "of all addresses."};
constexpr ArgSpec kOrigin{
    "origin", ArgType::kText, false, 1, 16, "Only those of one origin: admin, file or auto."};
constexpr ArgSpec kLoad{"load", ArgType::kInteger, true,
                        1,      UINT32_MAX,        "The number that ban.load_begin gave."};

constexpr std::array kAddArgs{
    kBlock, kFor,
    ArgSpec{"reason", ArgType::kText, false, 0, kBanReasonMax,
            "Why, for other operators: printable ASCII. Clients are not told."},
    kYes};
constexpr std::array kDelArgs{kBlock};
constexpr std::array kBanListArgs{
    ArgSpec{"limit", ArgType::kInteger, false, 1, kBanListMax, "Rows to answer at most."},
    ArgSpec{"cursor", ArgType::kText, false, 1, 64,
            "Where the last answer ended: its `cursor`, unchanged."},
    kOrigin};
constexpr std::array kClearArgs{kOrigin};
constexpr std::array kItemsArgs{kLoad,
                                ArgSpec{"bans", ArgType::kTexts, true, 1, kBanPieceMax,
                                        "Each a block, and perhaps a blank and the reason."}};
constexpr std::array kCommitArgs{
    kLoad,
    ArgSpec{"count", ArgType::kInteger, true, 0, UINT32_MAX,
            "How many bans were sent, so that none can have got lost."},
    kFor,
    ArgSpec{"yes", ArgType::kBoolean, false, 0, 0,
            "Also where that keeps out clients that limits.exempt names, or a large part of all "
            "addresses, and where an empty list takes back one that is not."}};

// Pieces of a list change nothing yet: what is written down is the last request of a load.
constexpr std::array kBanCommands{
    CommandSpec{CommandId::kBanAdd, "ban.add", Access::kOperate, true, false, kAddArgs,
                "Keep the clients of a block out, and close the sessions they have."},
    CommandSpec{CommandId::kBanDel, "ban.del", Access::kOperate, true, false, kDelArgs,
                "Take a ban back."},
    CommandSpec{CommandId::kBanList, "ban.list", Access::kRead, false, true, kBanListArgs,
                "List bans in the order of addresses."},
    CommandSpec{CommandId::kBanClear, "ban.clear", Access::kOperate, true, false, kClearArgs,
                "Take all bans back, or all of one origin."},
    CommandSpec{CommandId::kBanLoadBegin,
                "ban.load_begin",
                Access::kOperate,
                false,
                false,
                {},
                "Begin a list of bans that replaces the one before, as ban load does."},
    CommandSpec{CommandId::kBanLoadItems, "ban.load_items", Access::kOperate, false, false,
                kItemsArgs, "Add bans to a list that was begun."},
    CommandSpec{CommandId::kBanLoadCommit, "ban.load_commit", Access::kOperate, true, false,
                kCommitArgs, "Put a list that was begun in force, as a whole."},
};

}  // namespace

std::span<const CommandSpec> ban_commands() { return kBanCommands; }

}  // namespace jetstream::control
