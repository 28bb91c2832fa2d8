#include <imagegen/engine/engine.hpp>
#include <imagegen/runtime/doctor.hpp>

#include <algorithm>

#include "engine/config_of.hpp"
#include "engine/findings_fields.hpp"
#include "json/write.hpp"

namespace imagegen {

template <>
struct json::Words<Finding::Verdict> {
  static std::vector<std::string_view> all() { return {"good", "warning", "broken"}; }
  static std::string_view of(Finding::Verdict verdict) { return all().at(static_cast<std::size_t>(verdict)); }
};

using json::computed;
using json::field;

static const json::Fields<Finding>& fields_of(const Finding*) {
  static const auto& all = *new json::Fields<Finding>(
      "Finding", {json::field("verdict", &Finding::verdict, "warning: it works, and somebody should look at it"),
                  field("subject", &Finding::subject, "\"provider\", \"store\" ..."), field("text", &Finding::text)});
  return all;
}

const json::Fields<Examination>& fields_of(const Examination*) {
  using E = Examination;
  static const auto& all =
      *new json::Fields<E>("Examination", {computed<E>(
                                               "ok",
                                               [](const E& made) {
                                                 return std::ranges::none_of(made.findings, [](const Finding& found) {
                                                   return found.verdict == Finding::Verdict::broken;
                                                 });
                                               },
                                               "nothing is broken"),
                                           json::field("findings", &E::findings)});
  return all;
}

OperationOutcome Engine::examine(const EngineOptions& options) {
  const auto config = config_of(options);
  if (!config) return to_failure(config.error());
  const Examination made{imagegen::examine(*config)};
  return OperationResult{json::write(fields_of(&made).write(made))};
}

}  // namespace imagegen
