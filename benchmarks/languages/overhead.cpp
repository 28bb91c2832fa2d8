// The C++ side of the overhead of calls: Runtime::run_heroes(), from a pack's text to the answer's.
//   language_overhead CONFIG     a work item for each line {"id", "pack", "dryRun"} of stdin; prints {"ms", "cpu",
//   "files"}
#include <imagegen/imagegen.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <ctime>
#include <iostream>
#include <string>

namespace {

namespace json = boost::json;

// How many files were made.
std::size_t make(imagegen::Runtime& runtime, const std::string& id, const std::string& pack_text, bool dry_run,
                 std::string& answer) {
  auto pack = imagegen::parse_lifestyle_pack(pack_text);
  if (pack.index() != 0) return 0;
  imagegen::HeroRequest request;
  request.dry_run = dry_run;
  const auto outcome = run_heroes(runtime, id, std::get<0>(std::move(pack)), request);
  answer = imagegen::to_json(outcome);
  const auto* result = std::get_if<imagegen::HeroResult>(&outcome);
  return result == nullptr ? 0 : result->generated.size();
}

void serve(imagegen::Runtime& runtime, const std::string& line) {
  const auto item = json::parse(line);
  const std::string id(item.at("id").as_string()), pack = json::serialize(item.at("pack"));
  std::string answer;
  const auto began = std::chrono::steady_clock::now();
  const auto cpu = std::clock();
  const auto files = make(runtime, id, pack, item.at("dryRun").as_bool(), answer);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
  const double used = 1000.0 * static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
  std::cout << R"({"ms":)" << took.count() << R"(,"cpu":)" << used << R"(,"files":)" << files << "}" << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  imagegen::RuntimeConfig config;
  if (argc != 2 || !imagegen::apply_json(config, argv[1]).empty())
    return std::cerr << "usage: language_overhead CONFIG\n", 2;
  const auto runtime = imagegen::Runtime::open(config);
  if (!runtime) return std::cerr << runtime.error().message << "\n", 1;
  for (std::string line; std::getline(std::cin, line);) serve(**runtime, line);
  return 0;
}
