#include "embed/asset_json.hpp"

namespace imagegen {

namespace js = boost::json;
using json::Need;

js::object to_object(const AssetRecord& asset) {
  return {{"id", asset.id},
          {"kind", asset.kind},
          {"objectKey", asset.object_key},
          {"url", asset.url},
          {"contentType", asset.content_type},
          {"sha256", asset.sha256},
          {"width", asset.size.width},
          {"height", asset.size.height},
          {"sizeBytes", asset.size_bytes},
          {"jobId", asset.job_id},
          {"owner", asset.owner},
          {"provider", asset.provider},
          {"model", asset.model},
          {"promptSha256", asset.prompt_sha256},
          {"extra", asset.extra},
          {"created", to_unix_ms(asset.created)}};
}

js::object to_object(const AssetPage& page) {
  js::array assets;
  for (const auto& asset : page.assets) assets.push_back(to_object(asset));
  return {{"assets", std::move(assets)}, {"next", page.next}};
}

AssetRecord read_asset(json::ObjectReader& part) {
  const auto text = [&part](std::string_view name) {
    return part.has(name) ? part.text(name, Need::optional) : std::string();
  };
  constexpr std::int64_t kFarMs = INT64_MAX / 1'000'000;
  const auto number = [&part](std::string_view name, std::int64_t most) {
    return part.integer(name, 0, most, Need::optional).value_or(0);
  };
  AssetRecord asset;
  asset.id = part.text("id", Need::required);
  asset.kind = part.text("kind", Need::required);
  asset.object_key = part.text("objectKey", Need::required);
  asset.url = text("url");
  asset.content_type = text("contentType");
  asset.sha256 = part.text("sha256", Need::required);
  asset.size = {static_cast<int>(number("width", 1 << 24)), static_cast<int>(number("height", 1 << 24))};
  asset.size_bytes = static_cast<std::uint64_t>(number("sizeBytes", INT64_MAX));
  asset.job_id = text("jobId");
  asset.owner = text("owner");
  asset.provider = text("provider");
  asset.model = text("model");
  asset.prompt_sha256 = text("promptSha256");
  asset.extra = text("extra");
  asset.created = from_unix_ms(part.integer("created", -kFarMs, kFarMs, Need::optional).value_or(0));
  return asset;
}

}  // namespace imagegen
