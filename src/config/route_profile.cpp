#include <imagegen/core/shown_text.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include "config/config_fields.hpp"

namespace imagegen::config {
namespace {

using json::Need;
using json::ObjectReader;

constexpr std::size_t kMostNames = 100;
constexpr std::string_view kIdPrefix = "prefix:";
constexpr std::array<std::pair<std::string_view, ErrorDialect>, 4> kDialects{{{"ok", ErrorDialect::ok},
                                                                              {"success", ErrorDialect::success},
                                                                              {"nest", ErrorDialect::nest},
                                                                              {"admin", ErrorDialect::admin}}};

bool is_plain(char c) {
  return c > ' ' && c < 0x7f && std::string_view("%?#{}\"<>\\").find(c) == std::string_view::npos;
}

// Compared byte for byte with what clients send, so it must be written as they send it.
bool is_route_prefix(std::string_view text) {
  return text == "/" || (text.starts_with('/') && !text.ends_with('/') && std::ranges::all_of(text, is_plain));
}

void read_dialect(ObjectReader& part, ErrorDialect& out) {
  if (!part.has("errors")) return;
  const auto word = part.text("errors", Need::optional);
  const auto found = std::ranges::find(kDialects, word, &std::pair<std::string_view, ErrorDialect>::first);
  if (found != kDialects.end())
    out = found->second;
  else
    part.fault("errors", "expected ok, success, nest or admin, got " + in_quotes(word));
}

void read_codec(ObjectReader& part, Ids ids, IdCodec& out) {
  if (!part.has("idCodec")) return;
  const auto word = part.text("idCodec", Need::optional);
  const bool may_be_numbers = ids == Ids::of_the_host;
  if (word == "text")
    out = {};
  else if (word == "integer" && may_be_numbers)
    out = {IdCodec::Kind::integer};
  else if (word.starts_with(kIdPrefix) && word.size() > kIdPrefix.size())
    out = {IdCodec::Kind::prefix, word.substr(kIdPrefix.size())};
  else
    part.fault("idCodec", std::string("expected text") + (may_be_numbers ? ", integer" : "") + " or prefix:TEXT, got " +
                              in_quotes(word));
}

}  // namespace

void names(ObjectReader& part, std::string_view name, std::vector<std::string>& out) {
  if (part.has(name)) out = part.texts(name, kMostNames, Need::optional, false);
}

void routes(ObjectReader& part, std::vector<FieldFault>& faults, RouteProfile& out, Ids ids) {
  names(part, "roles", out.roles);
  section(part, "http", faults, [&out, ids](ObjectReader& http) {
    names(http, "prefixes", out.prefixes);
    for (const auto& prefix : out.prefixes)
      if (!is_route_prefix(prefix))
        http.fault("prefixes", "expected paths such as \"/image\", got " + in_quotes(prefix));
    read_dialect(http, out.errors);
    read_codec(http, ids, out.ids);
  });
}

}  // namespace imagegen::config
