// SPDX-License-Identifier: MIT
//
// jsctl top: the sessions with the highest rates, again and again.
#include "jsctl/top_command.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include "jsctl/columns.h"
#include "jsctl/keyboard.h"
#include "jsctl/printing.h"
#include "jsctl/rates.h"

namespace jetstream::jsctl {
namespace {

using control::CommandId;
using std::chrono::milliseconds;

struct TopOptions {
  std::vector<std::string> filter;
  std::string delay = "1s";
  std::string sort = "-bps";
  std::size_t rows = 40;
  std::uint64_t iterations = 0;  // no end
  bool batch = false;
};

/// More would keep the daemon busy for a picture that nobody can follow.
constexpr milliseconds kDelayMin(100);
constexpr milliseconds kDelayMax(60'000);

const std::vector<std::string> kColumns{"id",       "peer",         "rx_bps", "tx_bps",  "rx_bytes",
                                        "tx_bytes", "streams_open", "rtt_us", "idle_ms", "age_ms"};

/// The sessions that were active last, as many as one answer may have: whoever has a rate is one.
control::Request request_of(const TopOptions& options, const std::string& filter) {
  control::SessionListArgs args;
  args.limit = control::kListLimitMax;
  args.sort = "idle_ms";
  if (!options.filter.empty()) args.filter = filter;
  return {{}, CommandId::kSessionList, std::move(args)};
}

struct List {
  std::vector<control::SessionRow> rows;
  control::ListSummary summary;
};

Result<List, Problem> ask(const Invocation& invocation, const control::Request& request) {
  auto exchange = Exchange::open(invocation);
  if (!exchange) return unexpected(exchange.error());
  const auto answer = exchange->ask(request);
  if (!answer) return unexpected(answer.error());
  if (answer->failure) return unexpected(problem_of(*answer->failure, invocation.expression));
  auto rows = exchange->read_all<control::SessionRow>(answer->items);
  if (!rows) return unexpected(rows.error());
  const auto summary = exchange->read<control::ListSummary>(answer->data);
  if (!summary) return unexpected(summary.error());
  return List{*std::move(rows), *summary};
}

std::string headline(const std::vector<control::TopRow>& all, const List& list) {
  std::uint64_t rx = 0;
  std::uint64_t tx = 0;
  for (const control::TopRow& row : all) {
    rx += row.rx_bps.value_or(0);
    tx += row.tx_bps.value_or(0);
  }
  std::string line = std::to_string(list.summary.table_size) + " sessions, received " +
                     human_bps(rx) + ", sent " + human_bps(tx);
  if (list.summary.matched.value_or(0) > all.size()) {
    line += "; of the " + std::to_string(all.size()) + " that were active last";
  }
  return line + '\n';
}

Result<std::string, Problem> frame_of(const Invocation& invocation, const TopOptions& options,
                                      const control::RowOrder& order, const List& list,
                                      std::vector<control::TopRow> all, std::size_t width) {
  const std::string head = headline(all, list);
  std::vector<std::string> items;
  for (const auto& row : first_of(std::move(all), order, options.rows)) {
    items.push_back(control::write_report(row));
  }
  if (invocation.form == Form::kNdjson) {
    std::string lines;
    for (const std::string& item : items) lines += item + '\n';
    return lines;
  }
  ColumnChoice choice{invocation.columns, invocation.raw};
  if (choice.columns.empty() && invocation.form == Form::kTable) choice.columns = kColumns;
  if (invocation.form == Form::kCsv) return csv_of(items, choice, invocation.header);
  const bool wide = invocation.form == Form::kWide;
  auto table = columns_of(items, choice, {wide ? 0 : width, invocation.header});
  if (!table || !invocation.header) return table;
  return head + *table;
}

/// What fits on the screen.
std::string cut_to_screen(const std::string& text) {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return text;
  std::size_t at = 0;
  for (int line = 0; line + 1 < size.ws_row && at != std::string::npos; ++line) {
    at = text.find('\n', at == 0 ? 0 : at + 1);
  }
  return at == std::string::npos ? text : text.substr(0, at);
}

/// False if nobody reads any more.
bool show(const std::string& frame, bool live) {
  constexpr std::string_view kHomeAndClear = "\x1b[H\x1b[2J";
  const std::string text = live ? std::string(kHomeAndClear) + cut_to_screen(frame) : frame;
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
         std::fflush(stdout) == 0;
}

/// Why there is nothing to watch, if that is so.
std::optional<Problem> wrong_use(const Invocation& invocation) {
  if (!invocation.json) return std::nullopt;
  return Problem{kUsage, "top has no end that one document could have", "", "-o ndjson"};
}

Outcome watch(const Invocation& invocation, const TopOptions& options, std::size_t width) {
  if (const auto wrong = wrong_use(invocation)) return to_outcome(*wrong);
  const auto order =
      control::RowOrder::parse(options.sort, control::filter_fields<control::TopRow>());
  if (!order) {
    return to_outcome({kUsage, order.error().message, "", order.error().hint.value_or("")});
  }
  const milliseconds delay = *parse_timeout(options.delay);
  const bool live = !options.batch && invocation.form == Form::kTable && width > 0;
  const control::Request request = request_of(options, invocation.expression);
  const Keyboard keyboard(live);
  Rates rates;
  for (std::uint64_t frame = 0;; ++frame) {
    const auto list = ask(invocation, request);
    if (!list) return to_outcome(list.error());
    auto rows = rates.next(list->rows, delay);
    if (frame > 0) {  // the first list has only totals
      const auto text = frame_of(invocation, options, *order, *list, std::move(rows), width);
      if (!text) return to_outcome(text.error());
      if (!show(*text, live)) return {};
      if (frame == options.iterations) return {};
    }
    if (!keyboard.wait(delay)) return {};
  }
}

/// What CLI11 has no rule for.
void check_delay(const std::string& text) {
  const auto delay = parse_timeout(text);
  if (delay && *delay >= kDelayMin && *delay <= kDelayMax) return;
  throw CLI::ValidationError("--delay", "100ms to 60s");
}

}  // namespace

void add_top_command(Grammar& grammar) {
  const auto options = std::make_shared<TopOptions>();
  CLI::App* top = grammar.add(
      grammar.app, "top", CommandId::kSessionList, [options, &gathered = grammar.invocation] {
        check_delay(options->delay);
        std::string& text = gathered.expression;
        for (const std::string& word : options->filter) text += (text.empty() ? "" : " ") + word;
        gathered.run = [options](const Invocation& invocation, std::size_t width) {
          return watch(invocation, *options, width);
        };
        return control::SessionListArgs{};
      });
  top->description("Show the sessions with the highest rates, again and again.");
  top->add_option("FILTER", options->filter, "Which sessions: all of them if left out")
      ->type_name("");
  top->add_option("-d,--delay", options->delay, "From one picture to the next, 100ms to 60s")
      ->type_name("TIME")
      ->capture_default_str();
  top->add_option("-n,--rows", options->rows, "Sessions in a picture at most")
      ->check(count_check())
      ->check(CLI::Range(std::size_t{1}, std::size_t{control::kListLimitMax}))
      ->capture_default_str();
  top->add_option("--sort", options->sort,
                  "The field to order by, the smallest first; with a minus the greatest first")
      ->type_name("[-]FIELD")
      ->capture_default_str();
  top->add_flag("-b,--batch", options->batch, "Print one picture below the other, for pipes");
  top->add_option("--iterations", options->iterations, "Pictures after which to end; 0: none")
      ->check(count_check())
      ->capture_default_str();
}

}  // namespace jetstream::jsctl
