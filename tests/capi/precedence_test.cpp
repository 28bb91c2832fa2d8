// Which of overrides, environment and document counts: the same cases in every language.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "c_api.hpp"

namespace imagegen::test {
namespace {

namespace js = boost::json;
using CPrecedence = CApi;

js::object fixture() {
  std::ifstream file(IMAGEGEN_TEST_PRECEDENCE);
  std::stringstream text;
  text << file.rdbuf();
  return js::parse(text.str()).as_object();
}

std::string pointer_of(std::string_view path) {
  std::string pointer = "/" + std::string(path);
  for (char& c : pointer) c = c == '.' ? '/' : c;
  return pointer;
}

// With a field of it, or of one of its sections.
std::string with(js::object document, const js::object& field, const char* layer) {
  const std::string path(field.at("document").as_string());
  const auto dot = path.find('.');
  const auto& value = field.at("values").at(layer);
  if (dot == std::string::npos) {
    document[path] = value;
  } else {
    auto& section = document[path.substr(0, dot)];
    if (!section.is_object()) section = js::object();
    section.get_object()[path.substr(dot + 1)] = value;
  }
  return js::serialize(document);
}

std::string plain(const js::value& value) {
  return value.is_string() ? std::string(value.as_string()) : js::serialize(value);
}

// Of this process, for as long as a test needs it; threads of runtimes do not read it.
class Variable {
 public:
  Variable(std::string name, const std::string& value) : name_(std::move(name)) {
    setenv(name_.c_str(), value.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { unsetenv(name_.c_str()); }  // NOLINT(concurrency-mt-unsafe)

 private:
  std::string name_;
};

Runtime open_layers(const std::string& config, const std::string& overrides, Failure& failure) {
  imagegen_runtime_options options = IMAGEGEN_RUNTIME_OPTIONS_INIT;
  options.config_json = config.c_str();
  options.read_environment = 1;
  options.overrides_json = overrides.empty() ? nullptr : overrides.c_str();
  imagegen_runtime* runtime = nullptr;
  imagegen_runtime_open(&options, &runtime, failure);
  return Runtime(runtime);
}

void expect_the_first(const js::object& always, const js::object& field, unsigned said) {
  std::optional<Variable> variable;
  if ((said & 2U) != 0)
    variable.emplace(std::string(field.at("environment").as_string()), plain(field.at("values").at("environment")));
  const auto config = (said & 4U) != 0 ? with(always, field, "document") : js::serialize(always);
  Failure failure;
  const auto runtime =
      open_layers(config, (said & 1U) != 0 ? with(js::object(), field, "overrides") : std::string(), failure);
  ASSERT_TRUE(runtime) << failure.message();
  const auto told = js::value(result_of(runtime, "runtime.describe")).at_pointer(pointer_of(field.at("told").as_string()));
  const char* const layers[] = {"overrides", "environment", "document"};
  for (unsigned layer = 0; layer < 3; ++layer) {
    if ((said >> layer & 1U) == 0) continue;
    EXPECT_EQ(plain(told), plain(field.at("values").at(layers[layer]))) << said;
    return;
  }
  for (const auto* layer : layers) EXPECT_NE(plain(told), plain(field.at("values").at(layer)));
}

TEST_F(CPrecedence, TheFirstLayerThatSaysSomethingCounts) {
  const auto cases = fixture();
  for (const auto& field : cases.at("fields").as_array()) {
    SCOPED_TRACE(field.at("document").as_string().c_str());
    for (unsigned said = 0; said < 8; ++said) expect_the_first(cases.at("always").as_object(), field.as_object(), said);
  }
}

TEST_F(CPrecedence, EveryFaultIsToldWithItsLayer) {
  const Variable wrong("IMAGEGEN_THREADS", "many");
  Failure failure;
  EXPECT_FALSE(open_layers(R"({"stor": "x"})", R"({"threads": 0})", failure));
  for (const auto* part : {"stor: unknown field", "IMAGEGEN_THREADS: expected", "overrides.threads: expected"})
    EXPECT_THAT(failure.message(), testing::HasSubstr(part));
}

}  // namespace
}  // namespace imagegen::test
