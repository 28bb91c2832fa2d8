#include <fstream>
#include <regex>
#include <set>

#include "c_api.hpp"

namespace imagegen::test {
namespace {

using testing::HasSubstr;
namespace js = boost::json;

using CLibrary = CApi;

js::array operations() {
  imagegen_bytes* bytes = nullptr;
  Failure failure;
  EXPECT_EQ(imagegen_operations(&bytes, failure), IMAGEGEN_OK) << failure.message();
  return js::parse(content(Buffer(bytes))).at("operations").as_array();
}

// The names in the first column of the table.
std::set<std::string> documented() {
  std::ifstream page(IMAGEGEN_TEST_DOCS "/operations.md");
  std::set<std::string> names;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("| `")) continue;
    const auto cell = line.substr(2, line.find('|', 2) - 2);
    const std::regex name("`([a-z.]+)`");
    for (std::sregex_iterator it(cell.begin(), cell.end(), name), end; it != end; ++it) names.insert((*it)[1]);
  }
  return names;
}

TEST_F(CLibrary, SaysWhichItIs) {
  EXPECT_EQ(imagegen_abi_version(), (std::uint32_t{IMAGEGEN_ABI_MAJOR} << 16U) | IMAGEGEN_ABI_MINOR);
  EXPECT_THAT(imagegen_version(), testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
}

TEST_F(CLibrary, NamesEveryStatus) {
  const std::array names = {
      "OK",           "INTERNAL",       "INVALID_ARGUMENT", "NOT_FOUND",  "ALREADY_EXISTS",    "PERMISSION_DENIED",
      "UNSUPPORTED",  "LIMIT_EXCEEDED", "CORRUPT_DATA",     "CANCELLED",  "DEADLINE_EXCEEDED", "UNAVAILABLE",
      "RATE_LIMITED", "QUOTA_EXCEEDED", "CONTENT_REFUSED",  "BAD_ANSWER", "BUDGET_EXCEEDED",   "STORAGE_FAILED",
      "CONFLICT",     "LEASE_LOST",     "OUTCOME_UNKNOWN"};
  for (std::size_t i = 0; i < names.size(); ++i)
    EXPECT_STREQ(imagegen_status_name(static_cast<imagegen_status>(i)), names[i]);
  EXPECT_STREQ(imagegen_status_name(IMAGEGEN_NOTHING), "NOTHING");
  EXPECT_STREQ(imagegen_status_name(IMAGEGEN_CLOSED), "CLOSED");
  for (const auto none : {-1, 21, 999, 1002, INT32_MAX, INT32_MIN}) EXPECT_STREQ(imagegen_status_name(none), "UNKNOWN");
}

TEST_F(CLibrary, ListsExactlyTheOperationsOfTheirPage) {
  std::set<std::string> listed;
  for (const auto& one : operations()) listed.insert(std::string(one.at("name").as_string()));
  EXPECT_EQ(listed, documented());
}

TEST_F(CLibrary, DescribesEveryOperation) {
  for (const auto& one : operations()) {
    SCOPED_TRACE(one.at("name").as_string());
    EXPECT_FALSE(one.at("summary").as_string().empty());
    EXPECT_EQ(one.at("request").at("type").as_string(), "object");
    EXPECT_EQ(one.at("request").at("additionalProperties").as_bool(), false);
    EXPECT_TRUE(one.at("result").is_object());
    EXPECT_TRUE(one.at("bytesIn").is_string() && one.at("bytesOut").is_string());
  }
}

TEST_F(CLibrary, AFailureSaysEverythingThatARouteNeeds) {
  const auto runtime = open();
  imagegen_event* done = nullptr;
  Failure failure;
  const auto status = imagegen_call_and_wait(runtime.get(), "images.render", R"({"renditions": [{"width": -1, "height": 70000}]})",
                                             nullptr, &done, failure);
  EXPECT_EQ(done, nullptr);
  EXPECT_EQ(status, IMAGEGEN_INVALID_ARGUMENT);
  EXPECT_EQ(failure.status(), status);
  const auto json = failure.json();
  EXPECT_EQ(json.at("code").as_string(), "INVALID_ARGUMENT");
  EXPECT_EQ(json.at("status").as_int64(), status);
  EXPECT_EQ(json.at("message").as_string(), failure.message());
  EXPECT_EQ(json.at("httpStatus").as_int64(), 400);
  EXPECT_FALSE(json.at("retryable").as_bool());
  EXPECT_FALSE(json.at("spent").as_bool());
  EXPECT_EQ(json.at("body").at("error").as_string(), "INVALID_REQUEST");
  const auto& faults = json.at("faults").as_array();
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_EQ(faults[0].at("path").as_string(), "renditions[0].width");
  EXPECT_EQ(faults[1].at("path").as_string(), "renditions[0].height");
}

TEST_F(CLibrary, EveryFaultOfAConfigurationIsNamedAndNoSecret) {
  imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
  options.config_json = R"({"providr": 1, "threads": 0, "openai": {"apiKey": "sk-secret", "mode": "x"}})";
  imagegen_runtime* runtime = nullptr;
  Failure failure;
  EXPECT_EQ(imagegen_runtime_open(&options, &runtime, failure), IMAGEGEN_INVALID_ARGUMENT);
  EXPECT_EQ(runtime, nullptr);
  for (const char* path : {"providr", "threads", "openai.mode"}) EXPECT_THAT(failure.message(), HasSubstr(path));
  EXPECT_THAT(std::string(imagegen_error_json(failure.handle())), testing::Not(HasSubstr("sk-secret")));
}

TEST_F(CLibrary, TheEnvironmentIsReadOnlyWhenAskedFor) {
  ASSERT_EQ(setenv("IMAGEGEN_PROVIDER", "no-such-provider", 1), 0);
  imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
  imagegen_runtime* runtime = nullptr;
  EXPECT_EQ(imagegen_runtime_open(&options, &runtime, nullptr), IMAGEGEN_OK);
  imagegen_runtime_destroy(runtime);
  options.read_environment = 1;
  Failure failure;
  EXPECT_EQ(imagegen_runtime_open(&options, &runtime, failure), IMAGEGEN_INVALID_ARGUMENT);
  EXPECT_THAT(failure.message(), HasSubstr("no-such-provider"));
  unsetenv("IMAGEGEN_PROVIDER");
}

TEST_F(CLibrary, ABufferLivesUntilItsLastRelease) {
  imagegen_bytes* bytes = nullptr;
  ASSERT_EQ(imagegen_bytes_create("abc", 3, &bytes, nullptr), IMAGEGEN_OK);
  EXPECT_EQ(imagegen_bytes_retain(bytes), IMAGEGEN_OK);
  imagegen_bytes_release(bytes);
  EXPECT_EQ(imagegen_bytes_size(bytes), 3U);
  imagegen_bytes_release(bytes);
  EXPECT_EQ(imagegen_bytes_size(bytes), 0U);
  EXPECT_EQ(imagegen_bytes_retain(bytes), IMAGEGEN_INVALID_ARGUMENT);
}

TEST_F(CLibrary, BytesOfAnEventOutliveIt) {
  const auto runtime = open();
  const auto file = file_of(picture(8, 4));
  const auto view = view_of(file);
  imagegen_call_options options = IMAGEGEN_CALL_OPTIONS_INIT;
  options.inputs = &view;
  options.inputs_count = 1;
  imagegen_event* done = nullptr;
  ASSERT_EQ(imagegen_call_and_wait(runtime.get(), "images.decode", nullptr, &options, &done, nullptr), IMAGEGEN_OK);
  const auto pixels = bytes_of(Event(done), 0);
  EXPECT_EQ(imagegen_event_bytes_count(done), 0U) << "destroyed";
  EXPECT_EQ(imagegen_bytes_size(pixels.get()), 8U * 4 * 3);
}

}  // namespace
}  // namespace imagegen::test
