#include <imagegen/workflow/heroes/hero_result.hpp>

#include <boost/json.hpp>

#include "json/write.hpp"
#include "workflow/heroes/hero_fields.hpp"
#include "workflow/operation_support.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;

js::value money(const std::optional<Usd>& amount) {
  return amount ? js::value(amount->dollars()) : js::value(nullptr);
}

js::object refusal_json(const HeroRefusal& refusal) {
  js::object body{{"ok", false}, {"error", refusal.error}};
  if (refusal.status == 400) body["details"] = details_of(refusal.faults);
  if (refusal.status == 502) body["details"] = {{"failed", json::Value<std::vector<HeroFailure>>::write(refusal.failed)}};
  if (refusal.status == 402)
    body["details"] = {{"estimated", money(refusal.estimated)}, {"remaining", money(refusal.remaining)}};
  return body;
}

}  // namespace

std::string to_json(const HeroOutcome& outcome) {
  const auto* result = std::get_if<HeroResult>(&outcome);
  return json::write(result ? fields_of(result).write(*result) : refusal_json(std::get<HeroRefusal>(outcome)));
}

int http_status(const HeroOutcome& outcome) {
  const auto* refusal = std::get_if<HeroRefusal>(&outcome);
  return refusal ? refusal->status : 200;
}

HeroRefusal invalid_request(std::vector<FieldFault> faults) {
  HeroRefusal refusal;
  refusal.status = 400;
  refusal.error = "INVALID_REQUEST";
  refusal.message = to_error("the request or its pack is wrong:", faults).message;
  refusal.faults = std::move(faults);
  return refusal;
}

HeroRefusal lifestyle_pack_not_found() {
  HeroRefusal refusal;
  refusal.status = 404;
  refusal.error = "LIFESTYLE_PACK_NOT_FOUND";
  refusal.message = "there is no lifestyle pack for this work item";
  return refusal;
}

HeroRefusal internal_error(std::string message) {
  HeroRefusal refusal;
  refusal.status = 500;
  refusal.error = "INTERNAL_ERROR";
  refusal.message = std::move(message);
  return refusal;
}

}  // namespace imagegen
