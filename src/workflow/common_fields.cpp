#include "workflow/common_fields.hpp"

namespace imagegen {

using json::field;

const json::Fields<PixelRect>& fields_of(const PixelRect*) {
  using R = PixelRect;
  static const auto& all =
      *new json::Fields<R>("PixelRect", {field("x", &R::x, "px"), field("y", &R::y, "px"),
                                         field("width", &R::width, "px"), field("height", &R::height, "px")});
  return all;
}

const json::Fields<Adaptation>& fields_of(const Adaptation*) {
  using A = Adaptation;
  static const auto& all = *new json::Fields<A>(
      "Adaptation", {field("field", &A::field, "\"size\", \"seed\" ..."), field("asked", &A::asked),
                     json::computed<A>(
                         "sent", [](const A& one) { return one.sent.empty() ? std::nullopt : std::optional(one.sent); },
                         "null: left out")
                         .or_null(),
                     field("why", &A::why, "for people")});
  return all;
}

}  // namespace imagegen
