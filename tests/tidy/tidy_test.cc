// SPDX-License-Identifier: MIT
//
// The checks on the real tree. canary_test.cc proves that each of them can fail.
#include <catch2/catch.hpp>

#include "tidy/spec.h"

using namespace jetstream::tidy;

namespace {

const Tree& tree() {
  static const Tree files = load_tree(JS_SOURCE_DIR);
  return files;
}

void expect_none(const Findings& findings) {
  for (const std::string& finding : findings) UNSCOPED_INFO(finding);
  CHECK(findings.size() == 0);
}

}  // namespace

TEST_CASE("the tree is there") { CHECK(tree().size() > 50); }
TEST_CASE("includes follow the layers") { expect_none(check_layers(tree())); }
TEST_CASE("third-party headers stay in their places") { expect_none(check_fences(tree())); }
TEST_CASE("the core has no clock, thread or socket") { expect_none(check_purity(tree())); }
TEST_CASE("no unfinished work and no banned calls") { expect_none(check_words(tree())); }
TEST_CASE("no paths of somebody's machine") { expect_none(check_machine_paths(tree())); }
TEST_CASE("files and lines are short") { expect_none(check_sizes(tree())); }
TEST_CASE("functions are short") { expect_none(check_functions(tree())); }
TEST_CASE("every source file is built") { expect_none(check_orphans(tree())); }
TEST_CASE("every test folder is registered") { expect_none(check_test_folders(tree())); }
TEST_CASE("documents name paths that exist") { expect_none(check_named_paths(tree())); }
TEST_CASE("requirements are well formed") { expect_none(check_requirements(tree())); }
TEST_CASE("citations name requirements that exist") { expect_none(check_citations(tree())); }
TEST_CASE("every requirement is met and tested somewhere") { expect_none(check_coverage(tree())); }
