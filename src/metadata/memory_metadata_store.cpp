#include <imagegen/metadata/metadata_store.hpp>

namespace imagegen {

std::unique_ptr<MetadataStore> make_memory_metadata_store() {
  return nullptr;
}

}  // namespace imagegen
