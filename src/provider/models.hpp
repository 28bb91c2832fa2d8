#pragma once
#include <imagegen/core/error.hpp>
#include <imagegen/provider/model_capability.hpp>

namespace imagegen {

// Errc::invalid_argument naming what there is.
Error no_such_model(const ProviderCapability& capability, std::string_view model);
Error no_such_quality(const ModelCapability& model, std::string_view quality);

// The shortest text that reads back as the same number, whatever the locale of the process.
std::string number_text(double number);

}  // namespace imagegen
