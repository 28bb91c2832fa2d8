// The user sees the prompt and its price first; then exactly that is bought: 03_prompt_job writes into out/.
#include <imagegen/imagegen.hpp>
#include <iostream>

// The text of a field as it stands in the JSON. A backend hands bodies from route to route as they came, and the client
// of that route has a JSON library.
std::string text_of(std::string_view json, std::string_view name) {
  const auto key = "\"" + std::string(name) + "\":\"";
  const auto found = json.find(key);
  if (found == std::string_view::npos) return "";
  const auto begin = found + key.size();
  return std::string(json.substr(begin, json.find('"', begin) - begin));
}

int main() {
  imagegen::RuntimeConfig config;
  config.store = "file:out";
  config.state.url = imagegen::Secret("sqlite:imagegen.db");
  const auto runtime = imagegen::Runtime::open(config).value();
  const auto services = prompt_services(*runtime).value();
  const auto& options = prompt_options(*runtime);

  const std::string wish = R"({"intent": "hero image", "prompt": "a red boat on a lake"})";
  const auto better = runtime->wait(enhance_prompt(services, options, wish));
  std::cout << "approve this: " << better.body << "\n";

  const auto approved =
      R"({"intent": "hero image", "rawPrompt": "a red boat on a lake", "imageCount": 2, "finalPrompt": ")" +
      text_of(better.body, "finalPrompt") + "\"}";
  const auto queued = runtime->wait(execute_prompt(services, options, "user-1", approved));
  if (queued.status != 202) return std::cerr << queued.body << "\n", 1;

  auto worker = runtime->config().worker;  // as many as you like, also in other processes on the same state
  worker.until_idle = true;
  if (const auto worked = runtime->work(worker, {}); !worked) return std::cerr << worked.error() << "\n", 1;
  const auto job = runtime->wait(prompt_job_status(services, text_of(queued.body, "jobId")));
  std::cout << job.body << "\n";
  return text_of(job.body, "status") == "DONE" ? 0 : 1;
}
