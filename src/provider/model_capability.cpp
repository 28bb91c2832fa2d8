#include <imagegen/core/shown_text.hpp>
#include <imagegen/provider/model_capability.hpp>

#include <algorithm>
#include <charconv>

#include "provider/models.hpp"

namespace imagegen {

std::string to_string(const ProviderModel& asked) {
  return asked.provider + (asked.model.empty() ? "" : " " + asked.model) +
         (asked.quality.empty() ? "" : " (" + asked.quality + ")");
}

const ModelCapability* find_model(const ProviderCapability& capability, std::string_view model) {
  const auto& models = capability.models;
  const auto found = std::find_if(models.begin(), models.end(), [&](const ModelCapability& candidate) {
    return model.empty() || candidate.model == model;
  });
  return found == models.end() ? nullptr : &*found;
}

ProviderModel filled_in(const ProviderCapability& capability, ProviderModel asked) {
  const auto* model = find_model(capability, asked.model);
  if (model == nullptr) return asked;
  asked.provider = capability.provider, asked.model = model->model;
  if (asked.quality.empty()) asked.quality = model->default_quality;
  return asked;
}

ProviderModel default_choice(const ProviderCapability& capability) {
  return filled_in(capability, {capability.provider});
}

Error no_such_model(const ProviderCapability& capability, std::string_view model) {
  std::string known;
  for (const auto& candidate : capability.models) known.append(known.empty() ? "" : ", ").append(candidate.model);
  return {Errc::invalid_argument,
          "model: expected one of " + known + " of " + capability.provider + ", got " + in_quotes(model)};
}

Error no_such_quality(const ModelCapability& model, std::string_view quality) {
  std::string known;
  for (const auto& word : model.qualities) known.append(known.empty() ? "" : ", ").append(word);
  return {Errc::invalid_argument,
          "quality: expected one of " + known + " for " + model.model + ", got " + in_quotes(quality)};
}

std::string number_text(double number) {
  char text[32];
  const auto written = std::to_chars(text, text + sizeof text, number);
  return {text, written.ptr};
}

RetirementStage retirement_stage(const Retirement& retirement, std::chrono::sys_days today) {
  if (!retirement.date) return RetirementStage::none;
  const std::chrono::sys_days end(*retirement.date);
  if (today >= end) return RetirementStage::retired;
  return today + kRetiresSoon >= end ? RetirementStage::soon : RetirementStage::none;
}

std::string to_text(std::chrono::year_month_day date) {
  const auto digits = [](unsigned value, std::size_t count) {
    const auto text = std::to_string(value);
    return std::string(count - std::min(count, text.size()), '0') + text;
  };
  return digits(static_cast<unsigned>(static_cast<int>(date.year())), 4) + "-" +
         digits(static_cast<unsigned>(date.month()), 2) + "-" + digits(static_cast<unsigned>(date.day()), 2);
}

std::string retirement_text(const ModelCapability& model, std::chrono::sys_days today) {
  const auto stage = retirement_stage(model.retirement, today);
  if (stage == RetirementStage::none) return {};
  std::string text = model.model + (stage == RetirementStage::soon ? " will be retired on " : " was retired on ") +
                     to_text(*model.retirement.date);
  if (!model.retirement.replacement.empty()) text += "; use " + model.retirement.replacement;
  return text;
}

}  // namespace imagegen
