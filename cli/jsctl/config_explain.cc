// SPDX-License-Identifier: MIT
#include "jsctl/config_explain.h"

#include "base/closest_word.h"
#include "daemon/config/config_environment.h"
#include "daemon/config/config_format.h"
#include "daemon/config/config_schema.h"
#include "jsctl/facts.h"
#include "jsctl/problem.h"
#include "jsctl/table.h"

namespace jetstream::jsctl {
namespace {

using daemon::KeySpec;

control::ConfigKeyRow row_of(const KeySpec& key) {
  control::ConfigKeyRow row;
  row.key = key.path;
  row.doc = key.doc;
  row.type = to_string(key.type);
  row.units = daemon::units_of(key.type);
  row.choices = daemon::split_choices(key.choices);
  if (!key.default_text.empty()) row.fallback = key.default_text;
  if (const auto range = daemon::range_of(key)) {
    row.min = range->min;
    row.max = range->max;
  }
  row.required = key.required;
  row.may_be_off = key.may_be_off;
  row.reloadable = key.reload != daemon::Reload::kRestart;
  row.affects = to_string(key.reload);
  if (auto name = daemon::environment_name(key.path); !name.empty()) row.variable = std::move(name);
  row.since = key.since;
  return row;
}

std::string whom(daemon::Reload reload) {
  switch (reload) {
    case daemon::Reload::kRestart:
      return "takes a restart";
    case daemon::Reload::kNewSessions:
      return "by a reload, for handshakes and sessions that begin after it";
    case daemon::Reload::kAllSessions:
      return "by a reload, at once, for the sessions there are as well";
  }
  return {};
}

std::string explained(const KeySpec& key) {
  Facts facts{std::string(key.path)};
  facts.add("meaning", std::string(key.doc));
  facts.add("value", describe_type(key));
  if (const auto units = daemon::units_of(key.type); !units.empty()) {
    facts.add("unit", join(units));
  }
  facts.add("default", default_text_of(key));
  facts.add("change", whom(key.reload));
  if (const auto name = daemon::environment_name(key.path); !name.empty()) {
    facts.add("variable", name);
  }
  facts.add("since", std::string(key.since));
  return facts.text();
}

Outcome no_such_key(const std::string& key) {
  std::vector<std::string> names;
  for (const KeySpec& spec : daemon::key_table()) {
    names.emplace_back(spec.path);
    // Whole sections may be asked for, too.
    for (std::size_t dot = spec.path.find('.'); dot != std::string_view::npos;
         dot = spec.path.find('.', dot + 1)) {
      names.emplace_back(spec.path.substr(0, dot));
    }
  }
  std::string similar = base::closest_word(key, names);
  // "timeout" is what people remember of sessions.timeout.
  for (const KeySpec& spec : daemon::key_table()) {
    const std::string_view last = spec.path.substr(spec.path.rfind('.') + 1);
    if (similar.empty() && last == key) similar = spec.path;
  }
  return to_outcome({kNotFound, "there is no key \"" + printable(key) + "\"",
                     similar.empty() ? "" : "did you mean \"" + similar + "\"?",
                     similar.empty() ? "jsctl config explain, which lists all keys"
                                     : "jsctl config explain " + similar});
}

std::string document(const std::vector<const KeySpec*>& keys) {
  std::vector<std::string> items;
  for (const KeySpec* key : keys) items.push_back(control::write_report(row_of(*key)));
  return control::write_document("jetstreamd.config.explain/1", &items,
                                 control::write_report(control::ConfigKeysSummary{items.size()}));
}

std::string table(const std::vector<const KeySpec*>& keys, const Layout& layout) {
  Table table({{"KEY"}, {"DEFAULT"}, {"CHANGE"}, {"VALUE"}});
  for (const KeySpec* key : keys) {
    table.add({std::string(key->path), default_text_of(*key), std::string(to_string(key->reload)),
               describe_type(*key)});
  }
  return table.to_text(layout);
}

/// Whether a key is one of an item that is named as in a file: services.echo, admin.access[0].
bool is_of_item(const KeySpec& spec, const std::string& item) {
  if (spec.path.find_first_of("*[") == std::string_view::npos) return false;
  return daemon::find_key_like(item + std::string(spec.path.substr(spec.path.rfind('.')))) == &spec;
}

}  // namespace

Outcome explain_config(const std::string& key, const Invocation& invocation, std::size_t width) {
  std::vector<const KeySpec*> keys;
  const KeySpec* one = key.empty() ? nullptr : daemon::find_key_like(key);
  for (const KeySpec& spec : daemon::key_table()) {
    const bool below =
        daemon::is_below(spec.path, key) || (one == nullptr && is_of_item(spec, key));
    if (&spec == one || below) keys.push_back(&spec);
  }
  if (keys.empty()) return no_such_key(key);
  if (invocation.json) return {kDone, document(keys), ""};
  if (one == nullptr) return {kDone, table(keys, {width, invocation.header}), ""};
  std::string text;
  for (const KeySpec* spec : keys) text += (text.empty() ? "" : "\n") + explained(*spec);
  return {kDone, std::move(text), ""};
}

}  // namespace jetstream::jsctl
