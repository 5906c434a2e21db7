// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "jetstream/control.h"
#include "jetstream/time.h"

namespace jetstream::daemon {

/// What commands that change something were answered, by the request_id that their sender gave
/// them: whoever does not know whether a command arrived sends it again, and it is done once. Each
/// user has ids of their own. One thread.
class AnswerMemory {
 public:
  /// Longer than any script tries again, short enough that an id may be used up.
  static constexpr Duration kKept = std::chrono::minutes(5);
  /// Of one user, so that nobody pushes out what others may still ask for.
  static constexpr std::size_t kAnswersOfUser = 128;
  static constexpr std::size_t kAnswers = 1024;
  /// Of those that ask again while it is under way.
  static constexpr std::size_t kWaiting = 32;
  static constexpr std::size_t kBytes = std::size_t{4} * 1024 * 1024;

  using Reply = std::function<void(const std::string& lines)>;

  enum class Verdict : std::uint8_t {
    kNew,       ///< Not seen before: do it, and tell the answer by finish().
    kRepeated,  ///< The same again: it is answered, now or when the first one is.
    kOther,     ///< The id was given to something else.
    kFull,      ///< So much is under way that there is no room.
  };

  /// `args` is what the command is asked to do, in words that are equal if it is the same. `again`
  /// gets the answer if this is the same as before, and is dropped otherwise.
  Verdict begin(Instant now, uid_t user, const std::string& id, control::CommandId command,
                const std::string& args, Reply again);
  /// The answer to what begin() called new. Hands it to all that have asked again meanwhile.
  void finish(uid_t user, const std::string& id, const std::string& lines);
  /// The same of one that was refused before it was begun: it may be asked for again.
  void forget(uid_t user, const std::string& id, const std::string& lines);

  std::size_t size() const { return answers_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  using Key = std::pair<uid_t, std::string>;
  struct Answer {
    control::CommandId command = control::CommandId::kPing;
    std::string args;
    Instant since;
    bool done = false;
    std::string lines;
    std::vector<Reply> waiting;
    std::list<Key>::iterator age;
  };
  using Answers = std::map<Key, Answer>;

  void forget(Answers::iterator answer);
  void forget_expired(Instant now);
  /// Forgets the oldest answer that is there, of `user` if one is given. False if all are under
  /// way.
  bool forget_oldest(const uid_t* user);
  std::size_t count_of(uid_t user) const;

  Answers answers_;
  std::list<Key> by_age_;  ///< The oldest first.
  std::size_t bytes_ = 0;
};

}  // namespace jetstream::daemon
