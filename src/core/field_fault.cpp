#include <imagegen/core/field_fault.hpp>

namespace imagegen {

Error to_error(std::string_view what, std::span<const FieldFault> faults) {
  std::string text(what);
  for (const auto& fault : faults) text += "\n  " + fault.path + (fault.path.empty() ? "" : ": ") + fault.message;
  return {Errc::invalid_argument, std::move(text)};
}

}  // namespace imagegen
