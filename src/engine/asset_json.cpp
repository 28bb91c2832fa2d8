#include "engine/asset_json.hpp"

namespace imagegen {

using json::field;
using json::mapped;

const json::Fields<AssetRecord>& fields_of(const AssetRecord*) {
  using A = AssetRecord;
  constexpr std::int64_t kMostPixels = 1 << 24;
  constexpr std::int64_t kFarMs = INT64_MAX / 1'000'000;
  static const auto& all = *new json::Fields<A>(
      "Asset",
      {field("id", &A::id).required(), field("kind", &A::kind, "\"master\", \"rendition\" ...").required(),
       field("objectKey", &A::object_key).required(), field("url", &A::url), field("contentType", &A::content_type),
       field("sha256", &A::sha256, "of the file, in hexadecimal").required(),
       mapped<A, int>(
           "width", [](const A& asset) { return asset.size.width; }, [](A& asset, int px) { asset.size.width = px; }, "px")
           .range(0, kMostPixels),
       mapped<A, int>(
           "height", [](const A& asset) { return asset.size.height; }, [](A& asset, int px) { asset.size.height = px; },
           "px")
           .range(0, kMostPixels),
       field("sizeBytes", &A::size_bytes).range(0, INT64_MAX), field("jobId", &A::job_id), field("owner", &A::owner),
       field("provider", &A::provider), field("model", &A::model),
       field("promptSha256", &A::prompt_sha256, "in hexadecimal"), field("extra", &A::extra, "JSON of the workflow"),
       mapped<A, std::int64_t>(
           "created", [](const A& asset) { return to_unix_ms(asset.created); },
           [](A& asset, std::int64_t ms) { asset.created = from_unix_ms(ms); }, "milliseconds since 1970")
           .range(-kFarMs, kFarMs)});
  return all;
}

const json::Fields<AssetPage>& fields_of(const AssetPage*) {
  static const auto& all = *new json::Fields<AssetPage>(
      "AssetPage", {field("assets", &AssetPage::assets), field("next", &AssetPage::next, "empty: the last page")});
  return all;
}

const json::Fields<AssetQuery>& fields_of(const AssetQuery*) {
  using Q = AssetQuery;
  static const auto& all = *new json::Fields<Q>(
      "AssetQuery",
      {field("jobId", &Q::job_id, "only those of this job"), field("owner", &Q::owner, "only those of this user"),
       field("kind", &Q::kind, "only those of this kind"), field("sha256", &Q::sha256, "only files with this SHA-256"),
       field("after", &Q::after, "next of the page before, to go on there"),
       field("limit", &Q::limit, "how many").range(1, 1000)});
  return all;
}

}  // namespace imagegen
