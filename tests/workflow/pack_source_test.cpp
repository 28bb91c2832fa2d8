#include <imagegen/testing/contract/io_runner.hpp>
#include <imagegen/workflow/heroes/lifestyle_pack_source.hpp>

#include <gtest/gtest.h>

#include <fstream>

#include "support/matchers.hpp"

namespace imagegen {
namespace {

class FolderPackSourceTest : public ::testing::Test {
 protected:
  FolderPackSourceTest() {
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "wi-1.json") << "{\"pack\":1}";
  }
  ~FolderPackSourceTest() override { std::filesystem::remove_all(folder_); }
  Result<std::string> find(std::string id) { return io_.run(source_->find(std::move(id))); }

  std::filesystem::path folder_ = std::filesystem::path(::testing::TempDir()) / ("packs-" + std::to_string(::getpid()));
  test::IoRunner io_;  // outlives the pool
  ThreadPool pool_{1};
  std::unique_ptr<LifestylePackSource> source_ = make_folder_lifestyle_packs(folder_, pool_);
};

TEST_F(FolderPackSourceTest, FindsAPackByItsWorkItem) {
  EXPECT_EQ(find("wi-1").value(), "{\"pack\":1}");
}

TEST_F(FolderPackSourceTest, SaysWhenThereIsNone) {
  EXPECT_THAT(find("wi-2"), test::FailsWith(Errc::not_found));
}

TEST_F(FolderPackSourceTest, RefusesIdsThatCouldLeaveTheFolder) {
  for (const auto* id : {"", "..", "../wi-1", "a/b", ".hidden", "a b", "a\\b"}) {
    EXPECT_THAT(find(id), test::FailsWith(Errc::invalid_argument)) << id;
  }
}

}  // namespace
}  // namespace imagegen
