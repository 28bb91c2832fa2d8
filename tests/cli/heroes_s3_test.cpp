// `imagegen heroes` into a real S3 server.
#include <imagegen/testing/contract/contract_test.hpp>

#include "cli/openai_setup.hpp"
#include "storage/support/s3_test_server.hpp"

namespace imagegen::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(HeroesS3, StoresTheNineFilesOnceAndThenFindsThemAll) {
  auto& server = S3TestServer::shared();
  if (!server.problem().empty()) return fail_or_skip(server.problem());
  const auto options = server.options();
  const Environment environment = {{"AWS_ACCESS_KEY_ID", options.access_key_id},
                                   {"AWS_SECRET_ACCESS_KEY", options.secret_access_key.reveal()},
                                   {"AWS_REGION", options.region},
                                   {"AWS_ENDPOINT_URL", options.endpoint}};
  const auto store = "s3://" + options.bucket + "/" + options.prefix;
  const Folder folder;
  const auto first =
      run_cli({"heroes", IMAGEGEN_PACK, "--store", store, "--contact-sheet", "sheet.html"}, environment, folder.path());
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.err, HasSubstr("Generated 9 lifestyle hero images"));
  EXPECT_THAT(folder.read("sheet.html"), HasSubstr(options.endpoint + "/" + options.bucket));
  const auto second = run_cli({"heroes", IMAGEGEN_PACK, "--store", store}, environment, folder.path());
  EXPECT_EQ(second.exit_code, 0);
  EXPECT_THAT(second.err, HasSubstr("9 files existed already. 0 pictures bought"));
  EXPECT_EQ(run_cli({"doctor", "--store", store}, environment, folder.path()).exit_code, 0);
}

}  // namespace
}  // namespace imagegen::test
