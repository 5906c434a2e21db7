// SPDX-License-Identifier: MIT
#include "cli/jscat/commands.h"
#include "cli/jscat/failure.h"
#include "cli/jscat/identity_file.h"
#include "jetstream/system_random.h"

namespace jetstream::jscat {

int run_keygen(const std::filesystem::path& file, const Console& console) {
  const auto identity = create_identity(file, system_random());
  if (!identity) {
    const Failure failure{kExitUsage, identity.error().message, "", "a file that does not exist"};
    console.notes << to_text(failure) << std::flush;
    return failure.code;
  }
  console.results << to_key_line(identity->public_key()) << "\n" << std::flush;
  return kExitOk;
}

}  // namespace jetstream::jscat
