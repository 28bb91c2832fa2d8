#include "engine/http_request.hpp"

#include <imagegen/core/shown_text.hpp>

#include <boost/json/value.hpp>

#include <algorithm>
#include <charconv>

#include "core/percent.hpp"

namespace imagegen {
namespace http_request_part {
namespace {

namespace js = boost::json;

constexpr std::size_t kLargestBody = 1U << 20U, kLongestId = 256;  // bytes
constexpr std::int64_t kLargestId = (std::int64_t{1} << 53U) - 1;  // that a JSON number holds exactly, everywhere
constexpr std::string_view kBlanks = " \t\r\n";

// Without a sign, leading zeros or anything behind it.
std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool plain = failed == std::errc() && end == text.data() + text.size() && std::to_string(number) == text;
  return plain ? std::optional(number) : std::nullopt;
}

// UTF-8 without control characters.
bool is_line(std::string_view text) {
  return std::ranges::none_of(text, [](unsigned char c) { return c < 0x20; }) && !has_unseen(text);
}

bool is_id_text(std::string_view text) {
  return !text.empty() && text.size() <= kLongestId && is_line(text);
}

Result<std::string> read_id(const IdCodec& codec, std::string_view segment) {
  auto id = decode_percent(segment);
  if (!id || !is_id_text(*id))
    return Error{Errc::invalid_argument, "expected an id of 1..256 bytes, got " + in_quotes(segment)};
  if (codec.kind == IdCodec::Kind::integer && !integer_id(*id))
    return Error{Errc::invalid_argument, "expected a whole number, got " + in_quotes(*id)};
  const bool bare = codec.kind == IdCodec::Kind::prefix && !id->starts_with(codec.prefix);
  return bare ? codec.prefix + *id : std::move(*id);
}

std::vector<FieldFault> put_ids(js::object& request, const MatchedRoute& match) {
  std::vector<FieldFault> faults;
  for (const auto& [name, segment] : match.ids) {
    const auto id = read_id(match.profile.ids, segment);
    if (id)
      request[name] = *id;
    else
      faults.push_back({std::string(name), id.error().message});
  }
  return faults;
}

OperationFailure wrong_body(std::string message) {
  std::vector<FieldFault> faults{{"", std::move(message)}};
  return to_failure(std::move(faults));
}

std::optional<OperationFailure> put_body(js::object& request, const Route& route, const HttpCall& call,
                                         std::vector<FieldFault>& faults) {
  const auto coding = call.headers.get("content-encoding");
  if (!coding.empty() && coding != "identity")
    return to_failure(Error{Errc::unsupported, "content-encoding: expected none, got " + in_quotes(coding)});
  if (call.body.find_first_not_of(kBlanks) == std::string::npos) return std::nullopt;
  auto value = json::parse(call.body, kLargestBody);
  if (!value && value.error().code == Errc::limit_exceeded) return to_failure(value.error());
  if (!value) return wrong_body(value.error().message);
  if (!value->is_object()) return wrong_body("expected an object, got " + json::describe(*value));
  for (auto& [name, given] : value->get_object()) {
    if (std::ranges::find(route.body, std::string_view(name)) != route.body.end())
      request[name] = std::move(given);
    else
      faults.push_back({shown(name), "unknown field"});
  }
  return std::nullopt;
}

void put_query_field(js::object& request, const Route& route, std::string_view pair, std::vector<FieldFault>& faults) {
  const auto end_of_name = std::min(pair.find('='), pair.size());
  const auto name = decode_percent(pair.substr(0, end_of_name), true);
  const auto value = decode_percent(pair.substr(std::min(end_of_name + 1, pair.size())), true);
  if (!name || !value || !is_line(*name) || !is_line(*value))
    return faults.push_back({shown(pair), "expected percent-encoded text without control characters"});
  const auto field = std::ranges::find(route.query, std::string_view(*name), &QueryField::name);
  if (field == route.query.end()) return faults.push_back({shown(*name), "unknown field"});
  if (request.contains(*name)) return faults.push_back({*name, "expected it once, got it again"});
  const auto number = field->whole_number ? whole_number(*value) : std::nullopt;
  request[*name] = number ? js::value(*number) : js::value(*value);
}

void put_query(js::object& request, const Route& route, std::string_view target, std::vector<FieldFault>& faults) {
  const auto begin = target.find('?');
  std::string_view rest = begin == std::string_view::npos ? "" : target.substr(begin + 1);
  while (!rest.empty()) {
    const auto pair = rest.substr(0, rest.find('&'));
    if (!pair.empty()) put_query_field(request, route, pair, faults);
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
  }
}

}  // namespace
}  // namespace http_request_part

std::optional<std::int64_t> integer_id(std::string_view text) {
  const auto number = http_request_part::whole_number(text);
  const bool fits = number && *number >= 0 && *number <= http_request_part::kLargestId;
  return fits ? number : std::nullopt;
}

std::variant<boost::json::object, OperationFailure> http_request(const MatchedRoute& match, const HttpCall& call) {
  namespace part = http_request_part;
  boost::json::object request;
  auto faults = part::put_ids(request, match);
  if (!faults.empty()) return to_failure(std::move(faults));
  if (auto refused = part::put_body(request, match.route, call, faults)) return std::move(*refused);
  part::put_query(request, match.route, call.target, faults);
  if (!faults.empty()) return to_failure(std::move(faults));
  // Last, so that nothing which a client sends takes its place.
  if (!match.route.user.empty() && call.identity) request[match.route.user] = call.identity->user;
  return request;
}

}  // namespace imagegen
