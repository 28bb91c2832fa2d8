#include <imagegen/maker/core/backoff.hpp>
#include <imagegen/core/utf8.hpp>

#include <cstdlib>

#include "engine/asset_json.hpp"
#include "engine/host_part.hpp"
#include "engine/image_fields.hpp"

// Documents of hosts and of their users: a record that is taken comes back the same; a rendition that is taken is
// within its limits; a failure always says something.
namespace {

using namespace imagegen;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_record(const boost::json::value& document) {
  std::vector<FieldFault> faults;
  const auto& fields = json::fields_of_type<AssetRecord>();
  const auto asset = fields.read(document, {"", faults});
  if (!faults.empty()) return;
  const boost::json::value again(fields.write(asset));
  require(fields.read(again, {"", faults}) == asset && faults.empty());
}

void check_rendition(const boost::json::value& document) {
  std::vector<FieldFault> faults;
  const auto spec = json::fields_of_type<RenditionSpec>().read(document, {"", faults});
  if (!faults.empty()) return;
  const auto in = [](auto value, auto low, auto high) { return value >= low && value <= high; };
  require(in(spec.size.width, 0, 65'535) && in(spec.size.height, 0, 65'535) && in(quality_of(spec.encoding), 0, 100));
  require(in(spec.position.focus.x, 0.0F, 1.0F) && in(spec.position.focus.y, 0.0F, 1.0F));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto failure = parse_host_failure(as_text(ByteView(data, size)));
  require(!failure.message.empty() && is_valid_utf8(failure.message) && is_valid_utf8(failure.provider_text));
  require(failure.retry_after.value_or(kLongestRetryAfter) <= kLongestRetryAfter);
  const auto document = json::parse(as_text(ByteView(data, size)), 1U << 16U);
  if (!document) return 0;
  check_record(*document);
  check_rendition(*document);
  if (const auto* object = document->if_object()) require(!parse_host_failure(*object).message.empty());
  return 0;
}
