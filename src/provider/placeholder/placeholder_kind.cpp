#include "provider/placeholder/placeholder_kind.hpp"

#include <imagegen/provider/placeholder.hpp>

#include "json/document_fields.hpp"

namespace imagegen {
namespace {

// Documents could always say these of whatever stands in `providers`, and then change the kind alone.
constexpr std::string_view kTakenAndUnused[] = {"baseUrl", "apiKey",  "host",      "model",      "quality",    "organization",
                                                "project", "keyHeader", "apiVersion", "moderation", "background"};

void read_placeholder_document(json::ObjectReader& part, SectionPlace place, Sections&) {
  if (place == SectionPlace::root) return;
  Secret unused;
  for (const auto name : kTakenAndUnused) json::into(part, name, unused);
}

void read_placeholder_environment(EnvironmentReader&, Sections&) {}

std::optional<ProviderKey> placeholder_key(const Sections&) {
  return std::nullopt;
}

Result<std::unique_ptr<ImageProvider>> open_placeholder(const Sections&, ProviderOpening opening) {
  return make_placeholder_provider(std::move(opening.encode_png), opening.pool, std::move(opening.name), opening.models);
}

}  // namespace

const ProviderKind kPlaceholder{"placeholder", read_placeholder_document, read_placeholder_environment, placeholder_key,
                                open_placeholder};

}  // namespace imagegen
