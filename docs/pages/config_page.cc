// SPDX-License-Identifier: MIT
#include "pages/config_page.h"

#include "daemon/config/config_docs.h"
#include "daemon/config/config_schema.h"
#include "pages/roff.h"

namespace jetstream::pages {
namespace {

std::string meaning_of(const daemon::KeySpec& key) {
  std::string out(key.doc);
  out += " A value is: " + daemon::describe_type(key) + ".";
  if (!key.default_text.empty()) out += " Default: `" + std::string(key.default_text) + "`.";
  if (key.required) out += " Required.";
  out += " A change takes hold " + daemon::describe_reload(key.reload) + ".";
  return out;
}

}  // namespace

std::string config_page() {
  Roff page("jetstreamd.yaml", 5, "File Formats");
  page.heading("Name").name("jetstreamd.yaml", "configuration of jetstreamd");
  page.heading("Description");
  page.paragraph(
      "`jetstreamd`(8) reads one YAML file, `/etc/jetstreamd/jetstreamd.yaml` unless told "
      "otherwise. `jetstreamd --print-default-config` prints it with every key and its "
      "default; `jetstreamd --check` reads a file and prints every mistake with its line.");
  page.markdown(daemon::config_rules());
  page.heading("Keys");
  for (const daemon::KeySpec& key : daemon::key_table()) page.term(key.path, meaning_of(key));
  page.heading("Files");
  page.term("/etc/jetstreamd/jetstreamd.yaml", "The file that is read unless told otherwise.");
  page.heading("See also").paragraph("`jetstreamd`(8), `jsctl`(1)");
  return page.text();
}

}  // namespace jetstream::pages
