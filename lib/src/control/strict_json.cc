// SPDX-License-Identifier: MIT
//
// A first pass over the text only looks, and stops at the first fault; nlohmann's parser, which
// keeps the last of two equal keys and any depth, then sees nothing but checked text.
#include "control/strict_json.h"

#include <set>
#include <string>
#include <vector>

namespace jetstream::control {
namespace {

class Checker final : public Json::json_sax_t {
 public:
  explicit Checker(std::size_t depth_max) : depth_max_(depth_max) {}

  const std::string& fault() const { return fault_; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return enter(); }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t) override { return enter(); }
  bool end_array() override { return leave(); }

  bool key(string_t& name) override {
    if (keys_.back().insert(name).second) return true;
    fault_ = "a key stands twice in an object";
    return false;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    fault_ = "not JSON from byte " + std::to_string(position) + " on";
    return false;
  }

 private:
  bool enter() {
    if (keys_.size() == depth_max_) {
      fault_ = "nested deeper than " + std::to_string(depth_max_) + " levels";
      return false;
    }
    keys_.emplace_back();
    return true;
  }
  bool leave() {
    keys_.pop_back();
    return true;
  }

  std::size_t depth_max_;
  std::vector<std::set<std::string>> keys_;
  std::string fault_;
};

}  // namespace

Result<Json, std::string> parse_strict(std::string_view text, std::size_t depth_max) {
  // The parser takes a NUL for the end and skips a byte order mark; RFC 8259 has neither.
  const std::size_t nul = text.find('\0');
  if (nul != std::string_view::npos) {
    return unexpected("not JSON from byte " + std::to_string(nul + 1) + " on");
  }
  if (text.starts_with("\xef\xbb\xbf")) return unexpected(std::string("not JSON from byte 1 on"));
  Checker checker(depth_max);
  if (!Json::sax_parse(text.begin(), text.end(), &checker)) return unexpected(checker.fault());
  return Json::parse(text.begin(), text.end(), nullptr, false);
}

std::string dump(const Json& value) {
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  // JSON has to escape the ASCII controls only. DEL and U+0080 to U+009F (0xc2 0x80 to 0xc2 0x9f)
  // steer terminals as well, and what clients say must not. They can stand in strings alone.
  if (text.find_first_of("\x7f\xc2") == std::string::npos) return text;
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0u;
    const bool pair = byte == 0xc2 && next >= 0x80 && next < 0xa0;
    if (byte != 0x7f && !pair) {
      out += text[i];
      continue;
    }
    const unsigned code = pair ? next : byte;
    out += {'\\', 'u', '0', '0', kHex[code >> 4], kHex[code & 15]};
    i += pair ? 1 : 0;
  }
  return out;
}

}  // namespace jetstream::control
