// SPDX-License-Identifier: MIT
#include "daemon/admin/answer_memory.h"

#include <algorithm>

namespace jetstream::daemon {

AnswerMemory::Verdict AnswerMemory::begin(Instant now, uid_t user, const std::string& id,
                                          control::CommandId command, const std::string& args,
                                          Reply again) {
  forget_expired(now);
  if (const auto found = answers_.find({user, id}); found != answers_.end()) {
    Answer& answer = found->second;
    if (answer.command != command || answer.args != args) return Verdict::kOther;
    if (answer.done) {
      again(answer.lines);
      return Verdict::kRepeated;
    }
    if (answer.waiting.size() >= kWaiting) return Verdict::kFull;
    answer.waiting.push_back(std::move(again));
    return Verdict::kRepeated;
  }
  if (count_of(user) >= kAnswersOfUser && !forget_oldest(&user)) return Verdict::kFull;
  if (answers_.size() >= kAnswers && !forget_oldest(nullptr)) return Verdict::kFull;
  const Key key{user, id};
  Answer& made = answers_[key];
  made.command = command;
  made.args = args;
  made.since = now;
  made.age = by_age_.insert(by_age_.end(), key);
  bytes_ += args.size();
  return Verdict::kNew;
}

void AnswerMemory::finish(uid_t user, const std::string& id, const std::string& lines) {
  const auto found = answers_.find({user, id});
  if (found == answers_.end() || found->second.done) return;
  found->second.done = true;
  found->second.lines = lines;
  bytes_ += lines.size();
  const std::vector<Reply> waiting = std::move(found->second.waiting);
  while (bytes_ > kBytes && forget_oldest(nullptr)) {
  }
  for (const Reply& reply : waiting) reply(lines);
}

void AnswerMemory::forget(uid_t user, const std::string& id, const std::string& lines) {
  const auto found = answers_.find({user, id});
  if (found == answers_.end() || found->second.done) return;
  const std::vector<Reply> waiting = std::move(found->second.waiting);
  forget(found);
  for (const Reply& reply : waiting) reply(lines);
}

void AnswerMemory::forget(Answers::iterator answer) {
  bytes_ -= answer->second.args.size() + answer->second.lines.size();
  by_age_.erase(answer->second.age);
  answers_.erase(answer);
}

void AnswerMemory::forget_expired(Instant now) {
  for (auto key = by_age_.begin(); key != by_age_.end();) {
    const auto answer = answers_.find(*key++);
    if (now - answer->second.since < kKept) return;
    // What is under way would be done a second time.
    if (answer->second.done) forget(answer);
  }
}

bool AnswerMemory::forget_oldest(const uid_t* user) {
  const auto oldest = std::find_if(by_age_.begin(), by_age_.end(), [&](const Key& key) {
    return (user == nullptr || key.first == *user) && answers_.at(key).done;
  });
  if (oldest == by_age_.end()) return false;
  forget(answers_.find(*oldest));
  return true;
}

std::size_t AnswerMemory::count_of(uid_t user) const {
  return static_cast<std::size_t>(std::count_if(
      by_age_.begin(), by_age_.end(), [user](const Key& key) { return key.first == user; }));
}

}  // namespace jetstream::daemon
