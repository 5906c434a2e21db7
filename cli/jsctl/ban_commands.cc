// SPDX-License-Identifier: MIT
#include <cerrno>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>

#include "jsctl/ban_file.h"
#include "jsctl/grammar.h"
#include "jsctl/printing.h"

namespace jetstream::jsctl {
namespace {

using control::CommandId;

/// The longest list of bans, with room for comments.
constexpr std::size_t kListBytesMax = std::size_t{64} * 1024 * 1024;

struct AddOptions {
  control::BanAddArgs args;
  std::string lasts;
};

void add_ban_add(Grammar& grammar, CLI::App& ban) {
  const auto options = std::make_shared<AddOptions>();
  CLI::App* add = grammar.add(ban, "add", CommandId::kBanAdd, [options] {
    options->args.for_ms = parse_ban_time(options->lasts);
    return options->args;
  });
  add->add_option("CIDR", options->args.block, arg_doc(CommandId::kBanAdd, "block"))->required();
  add_ban_time(add, "--for", options->lasts, arg_doc(CommandId::kBanAdd, "for_ms"));
  add->add_option("--reason", options->args.reason, arg_doc(CommandId::kBanAdd, "reason"));
  add->add_flag("--yes", options->args.yes, arg_doc(CommandId::kBanAdd, "yes"));
}

void add_ban_list(Grammar& grammar, CLI::App& ban) {
  struct ListOptions {
    control::BanListArgs args;
    std::string cursor;
    std::string origin;
  };
  const auto options = std::make_shared<ListOptions>();
  bool& all_pages = grammar.invocation.all;
  CLI::App* list = grammar.add(ban, "list", CommandId::kBanList, [options, &all_pages] {
    if (all_pages) options->args.limit = control::kBanListMax;
    if (!options->cursor.empty()) options->args.cursor = options->cursor;
    if (!options->origin.empty()) options->args.origin = options->origin;
    return options->args;
  });
  list->alias("ls");
  CLI::Option* all = list->add_flag("--all", all_pages, "Show all there are");
  list->add_option("--limit", options->args.limit, arg_doc(CommandId::kBanList, "limit"))
      ->check(count_check())
      ->check(CLI::Range(std::uint64_t{1}, control::kBanListMax))
      ->capture_default_str()
      ->excludes(all);
  list->add_option("--cursor", options->cursor, arg_doc(CommandId::kBanList, "cursor"))
      ->excludes(all);
  list->add_option("--origin", options->origin, arg_doc(CommandId::kBanList, "origin"))
      ->check(CLI::IsMember({"admin", "file", "auto"}));
}

void add_ban_clear(Grammar& grammar, CLI::App& ban) {
  const auto origin = std::make_shared<std::string>();
  CLI::App* clear = grammar.add(ban, "clear", CommandId::kBanClear, [origin] {
    control::BanClearArgs args;
    if (!origin->empty()) args.origin = *origin;
    return args;
  });
  clear->add_option("--origin", *origin, arg_doc(CommandId::kBanClear, "origin"))
      ->check(CLI::IsMember({"admin", "file", "auto"}));
}

struct LoadOptions {
  std::string file;
  std::string lasts;
  bool yes = false;
};

/// The text of a file, or of standard input for "-".
Result<std::string> read_text(const std::string& path) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) {
      return refuse(LocalCode::kSystem,
                    "cannot open " + path + ": " + std::generic_category().message(errno));
    }
  }
  std::istream& in = path == "-" ? std::cin : file;
  std::string text;
  std::string piece(65536, '\0');
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())) || in.gcount() > 0) {
    text.append(piece, 0, static_cast<std::size_t>(in.gcount()));
    if (text.size() > kListBytesMax) return refuse(LocalCode::kSystem, path + " is too large");
  }
  if (in.bad()) return refuse(LocalCode::kSystem, "cannot read " + path);
  return text;
}

/// One request of a load, whose answer is a Report.
template <class Report>
Result<Report, Outcome> step(Exchange& exchange, CommandId command, control::Args args,
                             const std::optional<std::string>& because,
                             WholeAnswer* whole = nullptr) {
  const auto answer = exchange.ask({{}, command, std::move(args), because});
  if (!answer) return unexpected(to_outcome(answer.error()));
  if (answer->failure) return unexpected(to_outcome(problem_of(*answer->failure)));
  const auto report = exchange.read<Report>(answer->data);
  if (!report) return unexpected(to_outcome(report.error()));
  if (whole != nullptr) *whole = *answer;
  return *report;
}

void remark_unsaved(const std::optional<std::string>& unsaved, Outcome& outcome) {
  if (!unsaved) return;
  outcome.err += "jsctl: in force, but lost with the next restart: " + printable(*unsaved) + '\n';
  outcome.code = kPartlyDone;
}

/// The file is read here, so that the daemon opens no path that a caller names.
Outcome load(const LoadOptions& options, const Invocation& invocation) {
  const auto& because = invocation.request.because;
  if (invocation.request.request_id) {
    return to_outcome({kUsage, "--request-id goes with single commands", "",
                       "leave it out; a list that is loaded twice is the same list"});
  }
  const auto text = read_text(options.file);
  if (!text) return to_outcome(Problem{kUsage, text.error().message, "", ""});
  const auto bans = parse_ban_list(*text);
  if (!bans) {
    return to_outcome(
        Problem{kUsage, options.file + ":" + bans.error().message, "", "nothing was changed"});
  }
  auto exchange = Exchange::open(invocation);
  if (!exchange) return to_outcome(exchange.error());
  const auto begun =
      step<control::BanLoadReport>(*exchange, CommandId::kBanLoadBegin, control::NoArgs{}, because);
  if (!begun) return begun.error();
  for (std::size_t at = 0; at < bans->size(); at += control::kBanPieceMax) {
    const std::size_t end = std::min(bans->size(), at + control::kBanPieceMax);
    const auto piece = [&](std::size_t index) {
      return bans->begin() + static_cast<std::ptrdiff_t>(index);
    };
    const auto sent = step<control::BanLoadReport>(
        *exchange, CommandId::kBanLoadItems,
        control::BanLoadItemsArgs{begun->load, {piece(at), piece(end)}}, because);
    if (!sent) return sent.error();
  }
  WholeAnswer answer;
  const auto loaded = step<control::BanLoadedReport>(
      *exchange, CommandId::kBanLoadCommit,
      control::BanLoadCommitArgs{begun->load, bans->size(), parse_ban_time(options.lasts),
                                 options.yes},
      because, &answer);
  if (!loaded) return loaded.error();
  Outcome outcome{kDone,
                  invocation.json ? control::write_document(answer.schema, nullptr, answer.data)
                                  : render(*loaded),
                  ""};
  remark_unsaved(loaded->unsaved, outcome);
  return outcome;
}

void add_ban_load(Grammar& grammar, CLI::App& ban) {
  const auto options = std::make_shared<LoadOptions>();
  CLI::App* sub = grammar.add(
      ban, "load", CommandId::kBanLoadCommit, [options, &gathered = grammar.invocation] {
        gathered.run = [options](const Invocation& invocation, std::size_t) {
          return load(*options, invocation);
        };
        return control::BanLoadCommitArgs{};
      });
  sub->description("Replace the bans of the list that was loaded before by those of a file.");
  sub->add_option("FILE", options->file,
                  "A block a line, and behind # or ; why; - is standard input.")
      ->required();
  add_ban_time(sub, "--for", options->lasts, arg_doc(CommandId::kBanLoadCommit, "for_ms"));
  sub->add_flag("--yes", options->yes, arg_doc(CommandId::kBanLoadCommit, "yes"));
}

template <class Report>
void remark(const Printing& p, Outcome& outcome) {
  const auto report = read_summary<Report>(p, outcome);
  if (report) remark_unsaved(report->unsaved, outcome);
}

void remark_ban_list(const Printing& p, Outcome& outcome) {
  const auto summary = read_summary<control::BanListSummary>(p, outcome);
  if (!summary || !summary->cursor) return;
  outcome.err += std::to_string(summary->count) + " of " + std::to_string(summary->bans) +
                 " shown; use --all or --cursor " + printable(*summary->cursor) + '\n';
}

constexpr Printer kBanPrinters[] = {
    {CommandId::kBanAdd, print_report<control::BanReport>, remark<control::BanReport>},
    {CommandId::kBanDel, print_report<control::BanReport>, remark<control::BanReport>},
    {CommandId::kBanList, print_rows<control::BanRow>, remark_ban_list},
    {CommandId::kBanClear, print_report<control::BanClearReport>, remark<control::BanClearReport>},
    {CommandId::kBanLoadCommit, print_report<control::BanLoadedReport>,
     remark<control::BanLoadedReport>},
};

}  // namespace

std::span<const Printer> ban_printers() { return kBanPrinters; }

void add_ban_commands(Grammar& grammar) {
  CLI::App* ban = grammar.app.add_subcommand("ban", "Keep clients out by their address.");
  add_ban_add(grammar, *ban);
  const auto block = std::make_shared<std::string>();
  grammar.add(*ban, "del", CommandId::kBanDel, [block] { return control::BanDelArgs{*block}; })
      ->add_option("CIDR", *block, arg_doc(CommandId::kBanDel, "block"))
      ->required();
  add_ban_list(grammar, *ban);
  add_ban_clear(grammar, *ban);
  add_ban_load(grammar, *ban);
}

}  // namespace jetstream::jsctl
