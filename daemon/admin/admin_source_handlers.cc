// SPDX-License-Identifier: MIT
#include "daemon/admin/admin_source_handlers.h"

#include "daemon/config/config_values.h"

namespace jetstream::daemon {
namespace {

/// "192.0.2.7", "2001:db8::1", "192.0.2.7:40000" or "[2001:db8::1]:40000".
Result<PeerAddress, control::Failure> read_address(const std::string& text) {
  const auto block = parse_address_block(text);
  if (block && text.find('/') == std::string::npos) {
    PeerAddress address;
    address.ip = block->ip;
    return address;
  }
  if (const auto address = parse_address(text)) return *address;
  return unexpected(control::Failure{control::ErrorCode::kInvalidArgument,
                                     "argument \"address\" is no address",
                                     "write 192.0.2.7, 192.0.2.7:40000 or [2001:db8::1]:40000"});
}

}  // namespace

void source_list(SourceAdmin& sources, AdminCall call) {
  const auto args = std::get<control::SourceListArgs>(call.request.args);
  auto done = [call = std::move(call)](const SourcePage& page) {
    const control::SourceListSummary summary{page.rows.size(), page.limited, page.sources};
    call.reply(call.items(page.rows) + call.result(summary));
  };
  sources.list_sources(args.all, static_cast<std::size_t>(args.limit), std::move(done));
}

void source_reset(SourceAdmin& sources, AdminCall call) {
  const std::string text = std::get<control::SourceResetArgs>(call.request.args).address;
  const auto address = read_address(text);
  if (!address) {
    call.record(text, address.error().code, 0);
    return call.fail(address.error());
  }
  sources.reset_source(*address,
                       [call = std::move(call)](const control::SourceResetReport& report) {
                         call.record(report.source, std::nullopt, report.known ? 1 : 0);
                         call.reply(call.result(report));
                       });
}

void explain(SourceAdmin& sources, AdminCall call) {
  const auto address = read_address(std::get<control::ExplainArgs>(call.request.args).address);
  if (!address) return call.fail(address.error());
  sources.explain(*address, [call = std::move(call)](const control::ExplainReport& report) {
    call.reply(call.result(report));
  });
}

}  // namespace jetstream::daemon
