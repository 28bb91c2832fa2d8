#include <imagegen/core/utf8.hpp>

#include <algorithm>
#include <cstdlib>

#include "engine/http_request.hpp"

// What clients send to a route: an id, a query and a body, a line feed between them. What is taken has no field but
// those that the route names, and none that only the host may give; what is refused says where.
namespace {

using namespace imagegen;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string_view take_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

constexpr std::string_view kBody[] = {"finalPrompt", "imageCount"};
constexpr QueryField kQuery[] = {{"after"}, {"limit", true}};
constexpr Route kRoute{"POST", "/{jobId}", Access::anyone, 200, "owner", kBody, kQuery};

void check_taken(const boost::json::object& request) {
  constexpr std::string_view kKnown[] = {"jobId", "owner", "finalPrompt", "imageCount", "after", "limit"};
  for (const auto& [name, value] : request) require(std::ranges::count(kKnown, std::string_view(name)) == 1);
  const auto& id = request.at("jobId").as_string();
  require(std::string_view(id).starts_with("imgjob_") && is_valid_utf8(id) && id.find('\n') == id.npos);
  require(request.at("owner") == "ann");
}

void check_refused(const OperationFailure& failure) {
  require(failure.http_status >= 400 && failure.http_status < 500 && !failure.spent);
  require(is_valid_utf8(to_json(failure)) && !failure.error.message.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest = as_text(ByteView(data, size));
  const auto id = take_line(rest);
  HttpCall call{"POST", "/" + std::string(id) + "?" + std::string(take_line(rest))};
  call.body = rest;
  call.identity = HttpIdentity{"ann"};
  const RouteProfile profile{{"/image"}, ErrorDialect::admin, {IdCodec::Kind::prefix, "imgjob_"}};
  const Operation operation{};
  const auto read = http_request({profile, operation, kRoute, {{"jobId", id}}}, call);
  if (const auto* request = std::get_if<boost::json::object>(&read))
    check_taken(*request);
  else
    check_refused(std::get<OperationFailure>(read));
  return 0;
}
