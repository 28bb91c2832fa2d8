#include <imagegen/core/cover_window.hpp>
#include <imagegen/core/shown_text.hpp>
#include <imagegen/plan/export_plan.hpp>

#include <set>
#include <string_view>

namespace imagegen {
namespace {

bool is_empty(PixelSize size) {
  return size.width < 1 || size.height < 1;
}

bool is_fraction(float value) {
  return value >= 0.0F && value <= 1.0F;
}

Error wrong(const ExportPreset& preset, std::string_view what) {
  return {Errc::invalid_argument, "preset " + in_quotes(preset.name) + ": " + std::string(what)};
}

Result<void> check(const ExportPreset& preset, std::set<std::string_view>& names) {
  if (is_empty(preset.box)) return wrong(preset, "box: expected sides of at least 1, got " + to_string(preset.box));
  const auto [x, y] = preset.position.focus;
  if (!is_fraction(x)) return wrong(preset, "position.x: expected [0, 1], got " + std::to_string(x));
  if (!is_fraction(y)) return wrong(preset, "position.y: expected [0, 1], got " + std::to_string(y));
  if (!names.insert(preset.name).second) return wrong(preset, "name: expected a name of its own, got one twice");
  return {};
}

}  // namespace

Result<ExportPlan> plan_export(PixelSize source, std::span<const ExportPreset> presets) {
  if (is_empty(source)) {
    return Error{Errc::invalid_argument, "source: expected sides of at least 1, got " + to_string(source)};
  }
  std::set<std::string_view> names;
  ExportPlan plan;
  for (const auto& preset : presets) {
    if (const auto checked = check(preset, names); !checked) return checked.error();
    const auto window = cover_window(source, preset.position, preset.box);
    const bool upscaled = window.width < preset.box.width || window.height < preset.box.height;
    if (upscaled && !preset.allow_upscale) {
      plan.skipped.push_back(preset.name);
    } else {
      plan.steps.push_back({preset.name, window, nearest_pixels(window), preset.box, preset.encoding, upscaled});
    }
  }
  return plan;
}

}  // namespace imagegen
