// SPDX-License-Identifier: MIT
#pragma once

namespace jetstream {

/// Opens /dev/null for whichever of descriptors 0, 1 and 2 is closed. Without it, the first socket
/// or timer that a program opens becomes its standard input or output, and what is meant for a
/// terminal goes to a stranger. To be called first thing in main(), before anything else is opened;
/// ends the program if there is no /dev/null.
void open_standard_descriptors();

}  // namespace jetstream
