#pragma once
#include <imagegen/core/error.hpp>
#include <imagegen/provider/model_capability.hpp>

#include <chrono>
#include <string>

namespace imagegen {

// Errc::invalid_argument naming what there is.
Error no_such_model(const ProviderCapability& capability, std::string_view model);
Error no_such_quality(const ModelCapability& model, std::string_view quality);

// "2026-12-01"
std::string to_text(std::chrono::year_month_day date);

// The shortest text that reads back as the same number, whatever the locale of the process.
std::string number_text(double number);

}  // namespace imagegen
