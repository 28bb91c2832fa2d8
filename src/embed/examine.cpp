#include <imagegen/embed/engine.hpp>
#include <imagegen/runtime/doctor.hpp>

#include <algorithm>

#include "embed/config_of.hpp"
#include "embed/findings_json.hpp"
#include "json/write.hpp"

namespace imagegen {
namespace {

std::string_view word_of(Finding::Verdict verdict) {
  switch (verdict) {
    case Finding::Verdict::good:
      return "good";
    case Finding::Verdict::warning:
      return "warning";
    case Finding::Verdict::broken:
      return "broken";
  }
  return "broken";
}

}  // namespace

boost::json::object findings_json(const std::vector<Finding>& findings) {
  boost::json::array list;
  for (const auto& finding : findings)
    list.push_back({{"verdict", word_of(finding.verdict)}, {"subject", finding.subject}, {"text", finding.text}});
  const bool ok =
      std::ranges::none_of(findings, [](const Finding& found) { return found.verdict == Finding::Verdict::broken; });
  return {{"ok", ok}, {"findings", std::move(list)}};
}

OperationOutcome Engine::examine(const EngineOptions& options) {
  const auto config = config_of(options);
  if (!config) return to_failure(config.error());
  return OperationResult{json::write(findings_json(imagegen::examine(*config)))};
}

}  // namespace imagegen
