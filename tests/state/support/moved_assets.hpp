#pragma once
#include <imagegen/asset/asset_store.hpp>

#include <gtest/gtest.h>

#include <imagegen/testing/contract/io_runner.hpp>
#include "support/matchers.hpp"

/// \file Records of files that were made when they had a table of their own.
namespace imagegen::test {

inline AssetRecord asset_to_move() {
  AssetRecord asset;
  asset.id = "a", asset.kind = "rendition", asset.object_key = "masters/a.png", asset.url = "https://cdn.test/a?x='1'";
  asset.content_type = "image/webp", asset.sha256 = std::string(64, '0');
  asset.size = {1920, 800}, asset.size_bytes = 5'000'000'000;
  asset.job_id = "j-1", asset.owner = "u \"quoted\" \\ \x01 ünï", asset.provider = "openai", asset.model = "gpt-image-1";
  asset.prompt_sha256 = std::string(64, 'f'), asset.extra = R"({"t":"ünï\u0000","n":1.50})";
  asset.created = from_unix_ms(1'800'000'000'005);
  return asset;
}

inline AssetRecord bare_asset_to_move() {
  AssetRecord asset;
  asset.id = "b", asset.kind = "master", asset.object_key = "masters/b.png", asset.sha256 = std::string(64, '1');
  asset.created = from_unix_ms(-1);
  return asset;
}

/// They are as they were, are found by what they were found by, and can be replaced.
inline void expect_moved(IoRunner& runner, AssetStore& assets) {
  const auto asset = asset_to_move(), bare = bare_asset_to_move();
  EXPECT_EQ(runner.run(assets.find("a")).value(), asset);
  EXPECT_EQ(runner.run(assets.find("b")).value(), bare);
  AssetQuery all, of_digest, of_job, of_owner, of_kind;
  of_digest.sha256 = asset.sha256, of_job.job_id = "j-1", of_owner.owner = asset.owner, of_kind.kind = "rendition";
  EXPECT_EQ(runner.run(assets.list(all)).value().assets, (std::vector{asset, bare}));
  for (const auto& query : {of_digest, of_job, of_owner, of_kind})
    EXPECT_EQ(runner.run(assets.list(query)).value().assets, std::vector{asset});
  of_owner.owner = "";
  EXPECT_EQ(runner.run(assets.list(of_owner)).value().assets, std::vector{bare});
  EXPECT_THAT(runner.run(assets.put(asset)), IsOk());
  EXPECT_EQ(runner.run(assets.find("a")).value(), asset);
}

}  // namespace imagegen::test
