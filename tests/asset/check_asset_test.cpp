#include <imagegen/asset/asset_store.hpp>

#include <gtest/gtest.h>

#include <functional>

#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

AssetRecord good_asset() {
  AssetRecord asset;
  asset.id = "a", asset.kind = "master", asset.object_key = "masters/a.png", asset.sha256 = std::string(64, 'a');
  return asset;
}

struct BadField {
  const char* name;
  std::function<void(AssetRecord&)> spoil;
};

TEST(CheckAsset, TakesAPlainRecord) {
  EXPECT_THAT(check_asset(good_asset()), IsOk());
}

TEST(CheckAsset, NamesTheFieldThatIsOutOfItsLimits) {
  const std::vector<BadField> fields{{"id", [](AssetRecord& a) { a.id = "a/b"; }},
                                     {"id", [](AssetRecord& a) { a.id = ""; }},
                                     {"id", [](AssetRecord& a) { a.id = std::string(129, 'a'); }},
                                     {"kind", [](AssetRecord& a) { a.kind = ""; }},
                                     {"kind", [](AssetRecord& a) { a.kind = std::string(65, 'k'); }},
                                     {"object_key", [](AssetRecord& a) { a.object_key = "../x"; }},
                                     {"object_key", [](AssetRecord& a) { a.object_key = ""; }},
                                     {"url", [](AssetRecord& a) { a.url = std::string(4097, 'u'); }},
                                     {"content_type", [](AssetRecord& a) { a.content_type = std::string(257, 'c'); }},
                                     {"sha256", [](AssetRecord& a) { a.sha256 = ""; }},
                                     {"sha256", [](AssetRecord& a) { a.sha256 = std::string(64, 'A'); }},
                                     {"size",
                                      [](AssetRecord& a) {
                                        a.size = {1, -1};
                                      }},
                                     {"size_bytes", [](AssetRecord& a) { a.size_bytes = std::uint64_t{1} << 63U; }},
                                     {"job_id", [](AssetRecord& a) { a.job_id = std::string(257, 'j'); }},
                                     {"owner", [](AssetRecord& a) { a.owner = "\xFF"; }},
                                     {"provider", [](AssetRecord& a) { a.provider = std::string("p\0", 2); }},
                                     {"model", [](AssetRecord& a) { a.model = std::string(257, 'm'); }},
                                     {"prompt_sha256", [](AssetRecord& a) { a.prompt_sha256 = "12"; }},
                                     {"extra", [](AssetRecord& a) { a.extra = std::string(65537, 'e'); }}};
  for (const BadField& field : fields) {
    AssetRecord asset = good_asset();
    field.spoil(asset);
    EXPECT_THAT(check_asset(asset),
                FailsSaying(Errc::invalid_argument, testing::StartsWith("asset " + std::string(field.name) + ":")));
  }
}

}  // namespace
}  // namespace imagegen::test
