// SPDX-License-Identifier: MIT
#include "pages/roff.h"

#include <catch2/catch.hpp>

using namespace jetstream::pages;
using Catch::Matchers::Contains;

TEST_CASE("what roff would take for a command is plain text") {
  Roff page("x", 1, "Manual");
  page.paragraph(".hidden and back\\slash, it's 5-3 ~ ^");
  CHECK_THAT(page.text(), Contains("\n\\&.hidden and back\\eslash, it\\(aqs 5\\-3 \\(ti \\(ha\n"));
  page.paragraph("'quoted first");
  CHECK_THAT(page.text(), Contains("\n\\(aqquoted first\n"));
}

TEST_CASE("code in backquotes is bold, in examples it stands as it is") {
  Roff page("x", 1, "Manual");
  page.paragraph("run `this` now").example("run `that`\n.now");
  CHECK_THAT(page.text(), Contains("run \\fBthis\\fR now"));
  CHECK_THAT(page.text(), Contains("run \\(gathat\\(ga\n\\&.now\n"));
}

TEST_CASE("Markdown becomes paragraphs, bullets and examples") {
  Roff page("x", 1, "Manual");
  page.markdown(
      "One line\nand the next.\n\n- first\n  goes on\n- second\n\n    to type\n      "
      "deeper\n\nEnd.\n");
  CHECK_THAT(page.text(), Contains(".PP\nOne line and the next.\n"));
  CHECK_THAT(page.text(), Contains(".IP \\(bu 2\nfirst goes on\n.IP \\(bu 2\nsecond\n"));
  CHECK_THAT(page.text(), Contains(".nf\nto type\n  deeper\n.fi\n"));
  CHECK_THAT(page.text(), Contains(".PP\nEnd.\n"));
}
