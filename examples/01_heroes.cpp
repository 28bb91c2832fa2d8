// From a pack to stored files, as in the README: 01_heroes PACK.json writes into out/.
#include <fstream>
#include <iterator>

#include <imagegen/imagegen.hpp>
#include <iostream>

std::string make_heroes(std::string_view lifestyle_pack_json) {
  const auto parsed = imagegen::parse_lifestyle_pack(lifestyle_pack_json);
  if (const auto* faults = std::get_if<1>(&parsed)) return to_json(imagegen::invalid_request(*faults));
  const auto& pack = std::get<imagegen::LifestylePack>(parsed);

  imagegen::RuntimeConfig config;
  config.provider = "placeholder";  // or "openai", with an api_key in config.provider_named("openai").of<imagegen::OpenAiOptions>()
  config.store = "file:out";        // or "s3://bucket/prefix"
  config.state.url = imagegen::Secret("sqlite:imagegen.db");  // jobs, and what was bought
  const auto runtime = imagegen::Runtime::open(config).value();

  imagegen::HeroRequest request;
  request.dry_run = true;
  std::cout << to_json(run_heroes(*runtime, "wi-1", pack, request)) << "\n";  // prompts and price; nothing bought
  request.dry_run = false;
  return to_json(run_heroes(*runtime, "wi-1", pack, request));  // files, URLs, failures, cost
}

int main(int argc, char** argv) {
  if (argc != 2) return std::cerr << "usage: 01_heroes PACK.json\n", 2;
  std::ifstream file(argv[1]);
  const std::string pack{std::istreambuf_iterator<char>(file), {}};
  std::cout << make_heroes(pack) << "\n";
  return 0;
}
