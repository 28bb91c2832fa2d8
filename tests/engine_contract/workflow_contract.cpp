#include "engine_contract/workflow_contract.hpp"

#include <imagegen/engine/operations.hpp>

#include <boost/json.hpp>

#include <thread>

#include "engine_contract/schema.hpp"
#include "engine_contract/wishes.hpp"

namespace imagegen::test {
namespace {

namespace js = boost::json;

RuntimeWish wish_of(const WorkflowCase& tried) {
  auto wish = tried.parts_of_the_host ? with_parts_of_the_host(tried.manner) : with_config({}, tried.manner);
  wish.config["prompts"] = {{"width", 64}, {"height", 64}};
  return wish;
}

js::object row(const std::string& shot, int width, int height) {
  const auto size = std::to_string(width) + "x" + std::to_string(height);
  return {{"sku", "FCC-100"},
          {"shot_id", shot},
          {"base_key", "shop/" + shot},
          {"size_label", size},
          {"filename", "shop/" + shot + "_" + size + ".webp"},
          {"width", width},
          {"height", height},
          {"format", "webp"}};
}

js::object board(const std::string& shot) {
  return {{"shot_id", shot},        {"scenario", "A card for " + shot + " on a table."},
          {"camera", "50 mm, f/2"}, {"framing", "three quarter view"},
          {"lighting", "morning"},  {"color_palette", "sage and cream"},
          {"sku", "FCC-100"},       {"card_title", "Bloom"},
          {"collection", "Meadow"}};
}

void expect_shape(const std::string& operation, const js::value& document, bool is_request) {
  for (const auto& described : operation_descriptions()) {
    if (described.name != operation) continue;
    const auto schema = js::parse(is_request ? described.request_schema : described.result_schema);
    EXPECT_THAT(mismatches(document, schema), testing::IsEmpty()) << operation << (is_request ? " takes" : " gives");
  }
}

// As imagegen.h says.
void expect_error_shape(const js::object& error) {
  const auto schema = js::parse(R"({"type": "object", "required": ["code", "message", "retryable", "spent", "delivery",
    "httpStatus", "body", "faults"], "properties": {"code": {"type": "string"}, "status": {"type": "integer",
    "minimum": 1, "maximum": 1001}, "message": {"type": "string"}, "retryable": {"type": "boolean"}, "spent":
    {"type": "boolean"}, "delivery": {"enum": ["not_sent", "unknown", "answered"]}, "httpStatus": {"type": "integer",
    "minimum": 400, "maximum": 599}, "body": {"type": "object", "required": ["ok", "error"], "properties": {"ok":
    {"const": false}}}}})");
  auto document = error;
  document.emplace("faults", js::array());  // may be left out where there are none
  EXPECT_THAT(mismatches(document, schema), testing::IsEmpty()) << js::serialize(error);
}

}  // namespace

WorkflowContract::WorkflowContract() : runtime_(open_runtime(wish_of(GetParam()))) {}

CallOutcome WorkflowContract::run(const std::string& operation, js::object request, std::vector<Bytes> inputs) {
  auto outcome = runtime().call(operation, request, std::move(inputs));
  if (outcome.error) {
    expect_error_shape(*outcome.error);
  } else {
    expect_shape(operation, request, /*is_request=*/true);
    expect_shape(operation, outcome.result, /*is_request=*/false);
  }
  return outcome;
}

js::object WorkflowContract::result(const std::string& operation, js::object request, std::vector<Bytes> inputs) {
  auto outcome = run(operation, std::move(request), std::move(inputs));
  if (!outcome.error) return std::move(outcome.result.as_object());
  ADD_FAILURE() << operation << " failed with " << js::serialize(*outcome.error);
  throw std::runtime_error("no result");
}

js::object WorkflowContract::error(const std::string& operation, js::object request, std::vector<Bytes> inputs) {
  auto outcome = run(operation, std::move(request), std::move(inputs));
  if (outcome.error) return std::move(*outcome.error);
  ADD_FAILURE() << operation << " gave " << js::serialize(outcome.result);
  throw std::runtime_error("no error");
}

js::object WorkflowContract::pack() {
  return {{"export_plan", js::array{row("A", 96, 40), row("A", 40, 50), row("B", 48, 48)}},
          {"shot_boards", js::array{board("A"), board("B")}}};
}

js::object WorkflowContract::heroes(js::object more) {
  js::object request{{"workItemId", "wi-1"}, {"lifestylePack", pack()}};
  for (auto& [name, value] : more) request[name] = value;
  return request;
}

Bytes WorkflowContract::picture(int width, int height, const std::string& format) {
  Bytes pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * 7);
  js::object request{{"width", width}, {"height", height}, {"channels", 3}, {"format", format}};
  return run("images.encode", std::move(request), {pixels}).files.at(0);
}

std::string WorkflowContract::queue_job(const std::string& owner) {
  js::object request{
      {"intent", "hero"}, {"rawPrompt", "a boat"}, {"finalPrompt", "A red boat, \"Möwe\""}, {"imageCount", 2}};
  if (!owner.empty()) request["owner"] = owner;
  return std::string(result("prompts.execute", std::move(request)).at("jobId").as_string());
}

void WorkflowContract::wait_for_submits(int count) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (runtime().submits() < count) {
    ASSERT_LT(std::chrono::steady_clock::now(), limit) << "the provider was not asked";
    std::this_thread::yield();
  }
}

std::vector<WorkflowCase> cases_of_the_host() {
  return {{"PlainHost", Manner::plain, true}, {"ConcurrentHost", Manner::concurrent, true}};
}

std::vector<WorkflowCase> all_cases() {
  auto cases = cases_of_the_host();
  cases.push_back({"PlainBuiltIn", Manner::plain, false});
  cases.push_back({"ConcurrentBuiltIn", Manner::concurrent, false});
  return cases;
}

std::vector<std::string> each(const js::value& list, std::string_view field) {
  std::vector<std::string> values;
  for (const auto& value : list.as_array()) values.emplace_back(value.at(field).as_string());
  return values;
}

std::size_t count(const js::value& list) {
  return list.as_array().size();
}

}  // namespace imagegen::test
