#pragma once
#include <imagegen/maker/record/store_parts.hpp>

namespace imagegen {

/// A document that has been read.
struct ReadDocument {
  std::string written;  ///< As Record::document is.
  std::vector<RecordKey> keys;
};

/// Errc::invalid_argument for one that Record::document does not allow, or with a key above 1024 bytes.
Result<ReadDocument> read_document(const RecordCollection& collection, std::string_view document);

}  // namespace imagegen
