// SPDX-License-Identifier: MIT
#include "control/filter_choices.h"

#include <array>
#include <vector>

#include "jetstream/endpoint.h"

namespace jetstream::control {
namespace {

constexpr std::string_view kUnknown = "unknown";
constexpr std::array<std::string_view, 2> kSides{"local", "peer"};

/// The words for the enumerators from 0 to `last`, leaving out numbers that mean nothing.
template <class Enum>
std::vector<std::string_view> words_up_to(Enum last) {
  std::vector<std::string_view> words;
  for (unsigned value = 0; value <= static_cast<unsigned>(last); ++value) {
    const std::string_view word = jetstream::to_string(static_cast<Enum>(value));
    if (word != kUnknown) words.push_back(word);
  }
  return words;
}

std::vector<std::string_view> and_unknown(std::vector<std::string_view> words) {
  words.push_back(kUnknown);
  return words;
}

}  // namespace

std::span<const std::string_view> choices_of(std::string_view field) {
  static const auto kStates = words_up_to(SessionState::kDraining);
  static const std::array kSuites{jetstream::to_string(CipherSuite::kAes256Gcm),
                                  jetstream::to_string(CipherSuite::kChaCha20Poly1305)};
  static const auto kReasons = and_unknown(words_up_to(static_cast<CloseReason>(kCloseReasonMax)));
  static const auto kCodes = and_unknown(words_up_to(TransportCode::kAdminClose));
  if (field == "state") return kStates;
  if (field == "suite") return kSuites;
  if (field == "reason") return kReasons;
  if (field == "code") return kCodes;
  if (field == "by") return kSides;
  return {};
}

}  // namespace jetstream::control
