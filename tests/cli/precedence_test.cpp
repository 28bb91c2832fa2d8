// Which of options, environment and --config counts: the same cases in every language.
#include <gmock/gmock.h>
#include <boost/json.hpp>

#include <fstream>
#include <sstream>

#include "cli/process.hpp"

namespace imagegen::test {
namespace precedence_test {
namespace {

namespace js = boost::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string plain(const js::value& value) {
  return value.is_string() ? std::string(value.as_string()) : js::serialize(value);
}

js::object with(js::object document, const js::object& field) {
  const std::string path(field.at("document").as_string());
  const auto dot = path.find('.');
  const auto& value = field.at("values").at("document");
  if (dot == std::string::npos) {
    document[path] = value;
  } else {
    document[path.substr(0, dot)].as_object()[path.substr(dot + 1)] = value;
  }
  return document;
}

std::string told_of(const js::object& field, const char* layer) {
  std::string told(field.at("doctor").as_string());
  return told.replace(told.find("{}"), 2, plain(field.at("values").at(layer)));
}

// What the doctor says with the options, the environment and the file of the bits of `said`.
std::string doctor_says(const js::object& always, const js::object& field, unsigned said) {
  const Folder folder;
  folder.write("c.json", js::serialize((said & 4U) != 0 ? with(always, field) : always));
  std::vector<std::string> command{"doctor", "--json", "--config", "c.json"};
  const auto& values = field.at("values");
  if ((said & 1U) != 0) command.push_back(std::string(field.at("option").as_string()) + "=" + plain(values.at("overrides")));
  Environment environment;
  if ((said & 2U) != 0) environment[std::string(field.at("environment").as_string())] = plain(values.at("environment"));
  return run_cli(command, environment, folder.path()).out;
}

TEST(Precedence, TheFirstLayerThatSaysSomethingCounts) {
  std::ifstream file(IMAGEGEN_PRECEDENCE);
  std::stringstream text;
  text << file.rdbuf();
  const auto cases = js::parse(text.str()).as_object();
  const char* const layers[] = {"overrides", "environment", "document"};
  for (const auto& value : cases.at("fields").as_array()) {
    const auto& field = value.as_object();
    for (unsigned said = 0; said < 8; ++said) {
      SCOPED_TRACE(std::string(field.at("document").as_string()) + ", " + std::to_string(said));
      const auto says = doctor_says(cases.at("always").as_object(), field, said);
      bool is_first = true;
      for (unsigned layer = 0; layer < 3; ++layer) {
        const bool counts = is_first && (said >> layer & 1U) != 0;
        EXPECT_EQ(says.find(told_of(field, layers[layer])) != std::string::npos, counts) << says;
        is_first = is_first && !counts;
      }
    }
  }
}

TEST(Precedence, EveryFaultIsToldWithItsLayer) {
  const Folder folder;
  folder.write("c.json", R"({"stor": "x"})");
  const auto ended = run_cli({"doctor", "--config", "c.json"}, {{"IMAGEGEN_THREADS", "many"}}, folder.path());
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("stor: unknown field"), HasSubstr("IMAGEGEN_THREADS: expected")));
}

}  // namespace
}  // namespace precedence_test
}  // namespace imagegen::test
