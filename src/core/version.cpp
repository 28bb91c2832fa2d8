#include <imagegen/core/version.hpp>

namespace imagegen {

std::string_view version() noexcept {
  return IMAGEGEN_VERSION;
}

}  // namespace imagegen
