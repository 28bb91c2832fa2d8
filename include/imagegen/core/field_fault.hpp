#pragma once
#include <imagegen/core/error.hpp>

#include <span>
#include <string>
#include <vector>

namespace imagegen {

/// What is wrong with one field of a document: "export_plan[3].width" and "expected 1..16383, got 0".
struct FieldFault {
  std::string path;     ///< Empty for the document as a whole.
  std::string message;  ///< For people: what was expected, what came.
  friend bool operator==(const FieldFault&, const FieldFault&) = default;
};

/// One Errc::invalid_argument that lists them all, a line each after `what`.
Error to_error(std::string_view what, std::span<const FieldFault> faults);

}  // namespace imagegen
