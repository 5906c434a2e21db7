// SPDX-License-Identifier: MIT
//
// The alerts and the dashboard that are shipped speak of metrics that there are.
#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "daemon/metrics/metrics_table.h"

using namespace jetstream::daemon;

namespace {

std::string text_of(const std::string& name) {
  std::ifstream in(std::string(JS_SOURCE_DIR) + "/packaging/prometheus/" + name);
  REQUIRE(in.good());
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

const MetricSpec* find_metric(const std::string& series) {
  for (const MetricSpec& spec : metric_table()) {
    if (spec.name == series) return &spec;
    if (spec.type != MetricType::kHistogram) continue;
    for (const char* part : {"_bucket", "_sum", "_count"}) {
      if (std::string(spec.name) + part == series) return &spec;
    }
  }
  return nullptr;
}

bool has_value(const MetricSpec& spec, const std::string& value) {
  const auto series = spec.series(Snapshot{});
  return std::any_of(series.begin(), series.end(),
                     [&](const MetricSeries& one) { return one.label_value == value; });
}

/// What an expression says about each metric in it: that it exists, and its labels and their
/// values. How many metrics that were.
int check_expressions(const std::string& text) {
  int metrics = 0;
  const std::regex metric(R"((jetstreamd_[a-z_]+)(\{([^}]*)\})?)");
  const std::regex selector(R"re(([a-z_]+)(=~|!~|!=|=)\\?"([^"\\]*)\\?")re");
  for (std::sregex_iterator at(text.begin(), text.end(), metric), end; at != end; ++at, ++metrics) {
    INFO(at->str());
    const MetricSpec* spec = find_metric((*at)[1]);
    REQUIRE(spec != nullptr);
    const std::string labels = (*at)[3];
    for (std::sregex_iterator label(labels.begin(), labels.end(), selector); label != end;
         ++label) {
      const std::string name = (*label)[1];
      if (name == "instance" || name == "job") continue;  // Prometheus' own
      CHECK(name == spec->label);
      std::istringstream values((*label)[3]);
      for (std::string value; std::getline(values, value, '|');) CHECK(has_value(*spec, value));
    }
  }
  return metrics;
}

}  // namespace

TEST_CASE("the alerts are about metrics and labels that there are") {
  const std::string rules = text_of("jetstreamd.rules.yaml");
  CHECK(check_expressions(rules) >= 10);
  // Labels that the texts put in.
  const std::regex inserted(R"(\$labels\.([a-z_]+))");
  for (std::sregex_iterator at(rules.begin(), rules.end(), inserted), end; at != end; ++at) {
    const std::string label = (*at)[1];
    const bool known = label == "instance" || label == "job" ||
                       std::any_of(metric_table().begin(), metric_table().end(),
                                   [&](const MetricSpec& spec) { return spec.label == label; });
    INFO(label);
    CHECK(known);
  }
}

TEST_CASE("the dashboard is JSON, and its panels are about metrics that there are") {
  const auto dashboard = nlohmann::json::parse(text_of("jetstreamd.dashboard.json"));
  std::vector<int> ids;
  for (const auto& panel : dashboard.at("panels")) {
    INFO(panel.at("title"));
    ids.push_back(panel.at("id").get<int>());
    CHECK(panel.at("targets").size() >= 1);
    for (const auto& target : panel.at("targets")) {
      CHECK(check_expressions(target.at("expr").get<std::string>()) >= 1);
      const auto legend = target.at("legendFormat").get<std::string>();
      const std::regex inserted(R"(\{\{([a-z_]+)\}\})");
      std::smatch label;
      if (!std::regex_search(legend, label, inserted)) continue;
      const auto expression = target.at("expr").get<std::string>();
      std::smatch name;
      REQUIRE(std::regex_search(expression, name, std::regex("jetstreamd_[a-z_]+")));
      CHECK(find_metric(name.str())->label == label[1].str());
    }
  }
  std::sort(ids.begin(), ids.end());
  CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
  CHECK(ids.size() >= 10);
}
