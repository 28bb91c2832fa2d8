#include <imagegen/core/field_fault.hpp>
#include <imagegen/core/shown_text.hpp>

namespace imagegen {

Error to_error(std::string_view what, std::span<const FieldFault> faults) {
  std::string text(what);
  for (const auto& fault : faults)
    text += "\n  " + shown(fault.path) + (fault.path.empty() ? "" : ": ") + shown(fault.message);
  return {Errc::invalid_argument, std::move(text)};
}

}  // namespace imagegen
