// SPDX-License-Identifier: MIT
#include <array>

#include "control/command_families.h"

namespace jetstream::control {
namespace {

constexpr std::array kSourceListArgs{
    ArgSpec{"all", ArgType::kBoolean, false, 0, 0,
            "Also sources that no limit concerns at the moment."},
    ArgSpec{"limit", ArgType::kInteger, false, 1, kSourceListMax, "Rows to answer at most."}};
constexpr std::array kResetArgs{ArgSpec{"address", ArgType::kText, true, 1, kAddressBytesMax,
                                        "An address of the source; a port does not matter."}};
constexpr std::array kExplainArgs{ArgSpec{"address", ArgType::kText, true, 1, kAddressBytesMax,
                                          "192.0.2.7, 2001:db8::1, or with a port."}};

constexpr std::array kSourceCommands{
    CommandSpec{CommandId::kSourceList, "limit.list", Access::kRead, false, true, kSourceListArgs,
                "List the sources whose handshakes are counted, the most limited first."},
    CommandSpec{CommandId::kSourceReset, "limit.reset", Access::kOperate, true, false, kResetArgs,
                "Forget the handshakes that a source has had, so that it starts anew."},
    CommandSpec{CommandId::kExplain, "explain", Access::kRead, false, false, kExplainArgs,
                "Say what would become of a new client at an address, and why."},
};

}  // namespace

std::span<const CommandSpec> source_commands() { return kSourceCommands; }

}  // namespace jetstream::control
