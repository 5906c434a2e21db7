// SPDX-License-Identifier: MIT
//
// The only file that knows yaml-cpp. Its Node API loses positions and lets anchors and duplicate
// keys through, so the parser's events are turned into a small tree here.
#include "daemon/config/config_yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "daemon/config/config_quotes.h"

namespace jetstream::daemon {
namespace {

// Thrown through the parser to stop it; the error has been added already.
struct Stop {};

void add_open_quote(const Position& position, char quote, ConfigErrors& errors) {
  errors.add(position, {Fault::kSyntax}, "the quote that is opened here is not closed on this line",
             "write " + std::string(quote == '"' ? "'\"'" : "\"'\"") +
                 " behind the value as well, or leave both out");
}

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view source, ConfigErrors& errors) : source_(source), errors_(errors) {}

  std::optional<YamlNode> take() { return std::move(root_); }

  // Where the innermost list or map in brackets starts, if one is still open.
  std::optional<Position> open_bracket() const {
    for (auto open = stack_.rbegin(); open != stack_.rend(); ++open) {
      if (open->flow) return open->node.position;
    }
    return std::nullopt;
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    errors_.add(position(mark, 1), {Fault::kUnsupported}, "a second document starts here",
                "a configuration is one document");
    throw Stop{};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    check_properties(mark);
    place({.kind = YamlNode::Kind::kNull, .position = position(mark, 1)});
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    errors_.add(position(mark, word_length(mark)), {Fault::kUnsupported},
                "aliases are not supported", "write the value out");
    throw Stop{};
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    check_properties(mark);
    place({.kind = YamlNode::Kind::kScalar,
           .position = position(mark, length_on_line(mark, value)),
           .text = value,
           .quoted = tag == "!"});
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value style) override {
    open(YamlNode::Kind::kList, mark, style);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value style) override {
    open(YamlNode::Kind::kMap, mark, style);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    YamlNode node;
    bool flow = false;
    std::optional<YamlNode> key;               // In a map: waits for its value.
    std::map<std::string, std::size_t> lines;  // In a map: where each key stands.
  };

  static Position position(const YAML::Mark& mark, std::size_t length) {
    return {static_cast<std::size_t>(std::max(0, mark.line)) + 1,
            static_cast<std::size_t>(std::max(0, mark.column)) + 1, length};
  }

  std::string_view at(const YAML::Mark& mark) const {
    const auto offset = static_cast<std::size_t>(std::max(0, mark.pos));
    return source_.substr(std::min(offset, source_.size()));
  }

  std::size_t word_length(const YAML::Mark& mark) const {
    return std::max<std::size_t>(1, std::min(at(mark).find_first_of(" ,]}\r\n"), at(mark).size()));
  }

  // How much of its line the scalar takes, for the carets. No value needs a second line, but a
  // forgotten quote takes all of them to the next one or to the end: limits, lists and all.
  std::size_t length_on_line(const YAML::Mark& mark, const std::string& value) {
    const std::string_view rest = at(mark);
    if (rest.empty()) return 1;
    if (rest[0] == '"' || rest[0] == '\'') {
      const auto length = quoted_length(rest);
      if (length) return *length;
      add_open_quote(position(mark, 1), rest[0], errors_);
      throw Stop{};
    }
    const bool is_block = rest[0] == '|' || rest[0] == '>';
    if (!is_block && rest.starts_with(value)) return std::max<std::size_t>(1, value.size());
    const std::size_t line = std::min(rest.find_first_of("\r\n"), rest.size());
    errors_.add(position(mark, std::max<std::size_t>(1, line)), {Fault::kUnsupported},
                "what begins here goes on in the lines below",
                "keys and values end on their line; look at the indentation of the next one");
    throw Stop{};
  }

  // Anchors and tags stand before the value they belong to, and the mark points at the first of
  // both.
  void check_properties(const YAML::Mark& mark) {
    const std::string_view text = at(mark);
    if (text.starts_with('&')) {
      errors_.add(position(mark, word_length(mark)), {Fault::kUnsupported},
                  "anchors are not supported", "write values out where they belong");
      throw Stop{};
    }
    if (text.starts_with('!')) {
      errors_.add(position(mark, word_length(mark)), {Fault::kUnsupported},
                  "tags are not supported", "the key decides about the type of its value");
      throw Stop{};
    }
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, YAML::EmitterStyle::value style) {
    check_properties(mark);
    if (stack_.size() >= kConfigDepthMax) {
      errors_.add(position(mark, 1), {Fault::kUnsupported},
                  "nested deeper than " + std::to_string(kConfigDepthMax) + " levels");
      throw Stop{};
    }
    Open entry;
    entry.node.kind = kind;
    entry.node.position = position(mark, 1);
    entry.flow = style == YAML::EmitterStyle::Flow;
    stack_.push_back(std::move(entry));
  }

  void close() {
    YamlNode node = std::move(stack_.back().node);
    stack_.pop_back();
    place(std::move(node));
  }

  void place(YamlNode node) {
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = stack_.back();
    if (parent.node.kind == YamlNode::Kind::kList) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      parent.key = std::move(node);
    } else {
      add_entry(parent, std::move(*parent.key), std::move(node));
      parent.key.reset();
    }
  }

  void add_entry(Open& map, YamlNode key, YamlNode value) {
    if (key.kind != YamlNode::Kind::kScalar) {
      errors_.add(key.position, {Fault::kUnsupported}, "a key must be a plain word");
      return;
    }
    if (key.text == "<<" && !key.quoted) {
      errors_.add(key.position, {Fault::kUnsupported}, "merge keys are not supported",
                  "write the keys out");
      return;
    }
    const auto [first, is_new] = map.lines.emplace(key.text, key.position.line);
    if (!is_new) {
      errors_.add(key.position, {Fault::kDuplicateKey, place_of(key.text)},
                  "duplicate key " + quote(key.text),
                  "it is set on line " + std::to_string(first->second) + " already");
      return;
    }
    map.node.entries.emplace_back(std::move(key), std::move(value));
  }

  // Where a key of the innermost map stands: "services.echo.type".
  std::string place_of(const std::string& key) const {
    std::string place;
    for (const Open& open : stack_) {
      const bool list = open.node.kind == YamlNode::Kind::kList;
      if (&open == &stack_.back()) return place + (place.empty() ? "" : ".") + key;
      if (list) {
        place += "[" + std::to_string(open.node.items.size()) + "]";
      } else if (open.key) {
        place += (place.empty() ? "" : ".") + open.key->text;
      }
    }
    return key;
  }

  std::string_view source_;
  ConfigErrors& errors_;
  std::vector<Open> stack_;
  std::optional<YamlNode> root_;
  int documents_ = 0;
};

// What the YAML parser would misread or not name: the encoding, control characters, tabs.
bool check_characters(std::string_view source, ConfigErrors& errors) {
  const std::size_t before = errors.list.size();
  std::size_t line = 1;
  std::size_t line_start = 0;
  bool indentation = true;
  for (std::size_t i = 0; i < source.size();) {
    const std::size_t length = utf8_length(source.substr(i));
    const Position here{line, i - line_start + 1, 1};
    const char c = source[i];
    if (length == 0) {
      errors.add(here, {Fault::kNotText}, "not valid UTF-8", "save the file as UTF-8");
      return false;
    }
    if (source.substr(i, length) == "\xef\xbb\xbf") {
      errors.add(here, {Fault::kNotText}, "a byte order mark", "save the file as UTF-8 without it");
      return false;
    }
    if (c == '\t' && indentation) {
      errors.add(here, {Fault::kSyntax}, "a tab in the indentation", "indent with spaces");
      indentation = false;
    } else if ((static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
               c == 0x7f) {
      errors.add(here, {Fault::kNotText}, "a control character", "a configuration is plain text");
      return false;
    }
    indentation = c == '\n' || (indentation && c == ' ');
    if (c == '\n') {
      ++line;
      line_start = i + 1;
    }
    i += length;
  }
  return errors.list.size() == before;
}

}  // namespace

std::optional<YamlNode> parse_yaml(std::string_view source, ConfigErrors& errors) {
  if (source.size() > kConfigBytesMax) {
    errors.add({}, {Fault::kUnsupported}, "larger than 1 MiB",
               "a configuration is much smaller; is this the right file?");
    return std::nullopt;
  }
  if (!check_characters(source, errors)) return std::nullopt;

  TreeBuilder builder(source, errors);
  std::istringstream stream{std::string(source)};
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop&) {
    return std::nullopt;
  } catch (const YAML::Exception& error) {
    const Position position{static_cast<std::size_t>(std::max(0, error.mark.line)) + 1,
                            static_cast<std::size_t>(std::max(0, error.mark.column)) + 1, 1};
    // The parser stumbles over what it takes for the end of a quote, far below.
    if (const auto open = find_open_quote(source); open && open->position.line <= position.line) {
      add_open_quote(open->position, open->quote, errors);
      return std::nullopt;
    }
    std::string help = "look at the indentation, the quotes and the brackets here and above";
    if (const auto bracket = builder.open_bracket()) {
      help = "the bracket of line " + std::to_string(bracket->line) + ", column " +
             std::to_string(bracket->column) + " is still open";
    }
    errors.add(position, {Fault::kSyntax}, "not valid YAML: " + error.msg, help);
    return std::nullopt;
  }
  auto root = builder.take();
  if (!root)
    errors.add({}, {Fault::kMissingKey, "version"}, "the file is empty",
               "start with \"version: 1\"");
  return root;
}

}  // namespace jetstream::daemon
