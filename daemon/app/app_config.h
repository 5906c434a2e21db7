// SPDX-License-Identifier: MIT
#pragma once

#include "daemon/app/app_runtime.h"
#include "daemon/app/config_reload.h"

namespace jetstream::daemon {

/// The configuration on an operator's behalf. Belongs to the main thread.
class AppConfig final : public ConfigAdmin {
 public:
  AppConfig(const ConfigStore& store, ConfigReload& reload, AppRuntime runtime)
      : store_(store), reload_(reload), runtime_(runtime) {}

  const Config& running_config() const override { return store_.running(); }
  const std::filesystem::path& config_file() const override { return store_.file(); }
  std::vector<control::RuntimeRow> runtime_changes() const override { return runtime_.rows(); }
  void config_reload(ReloadOrder order, Done<ReloadAnswer> done) override {
    reload_.reload(std::move(order), std::move(done));
  }
  void config_confirm(Done<ReloadAnswer> done) override { reload_.confirm(std::move(done)); }
  void config_rollback(Done<ReloadAnswer> done) override {
    reload_.rollback("admin socket", std::move(done));
  }

 private:
  const ConfigStore& store_;
  ConfigReload& reload_;
  AppRuntime runtime_;
};

}  // namespace jetstream::daemon
