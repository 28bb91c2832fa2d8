#include <imagegen/runtime/runtime_config.hpp>

#include <utility>

namespace imagegen {

std::variant<RuntimeConfig, std::vector<FieldFault>> layered_config(const ConfigLayers& layers) {
  RuntimeConfig config;
  std::vector<FieldFault> faults;
  const auto add = [&faults](std::string_view layer, std::vector<FieldFault> found) {
    for (auto& fault : found) {
      if (!layer.empty()) fault.path = std::string(layer) + (fault.path.empty() ? "" : ".") + fault.path;
      faults.push_back(std::move(fault));
    }
  };
  add("defaults", apply_json(config, layers.defaults_json));
  add("", apply_json(config, layers.document_json));
  if (layers.environment) add("", apply_environment(config, layers.environment));
  add("overrides", apply_json(config, layers.overrides_json));
  if (!faults.empty()) return faults;
  return config;
}

}  // namespace imagegen
