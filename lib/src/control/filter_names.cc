// SPDX-License-Identifier: MIT
#include <algorithm>
#include <vector>

#include "base/closest_word.h"
#include "control/filter.h"

namespace jetstream::control {
namespace {

/// Whether one or more of the words of a name, which underscores divide, are `words`.
bool has_words(std::string_view name, std::string_view words) {
  const std::string all = '_' + std::string(name) + '_';
  return !words.empty() && all.find('_' + std::string(words) + '_') != std::string::npos;
}

}  // namespace

std::string similar_field(std::string_view typed, std::span<const FilterField> fields,
                          const std::string& intro) {
  std::string small(typed);
  std::transform(small.begin(), small.end(), small.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c == ' ' ? '_' : c;
  });
  std::vector<std::string_view> names;
  std::string all;
  std::string best;
  for (const FilterField& field : fields) {
    names.push_back(field.name);
    all += (all.empty() ? "" : ", ") + std::string(field.name);
    if (!field.alias.empty()) {
      names.push_back(field.alias);
      all += " or " + std::string(field.alias);
    }
    if (best.empty() && has_words(field.name, small)) best = field.name;
  }
  if (best.empty()) best = base::closest_word(small, names);
  return best.empty() ? intro + all : "did you mean \"" + best + "\"?";
}

}  // namespace jetstream::control
