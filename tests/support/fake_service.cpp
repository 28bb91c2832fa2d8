#include "support/fake_service.hpp"

#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

namespace imagegen::test {
namespace {

std::string in_lower_case(std::string text) {
  for (auto& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text;
}

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  for (std::size_t from = 0; from <= path.size();) {
    const auto end = std::min(path.find('/', from), path.size());
    segments.push_back(path.substr(from, end - from));
    from = end + 1;
  }
  return segments;
}

const std::set<std::string>& headers_of_every_client() {
  static const std::set<std::string> kHeaders{"host",       "accept",       "accept-encoding", "user-agent",
                                              "connection", "content-type", "content-length"};
  return kHeaders;
}

}  // namespace

std::string field_fault(const boost::json::object& request, std::span<const FieldRule> rules) {
  for (const auto& rule : rules) {
    const auto* value = request.if_contains(rule.name);
    if (value == nullptr && rule.required) return std::string(rule.name) + " is missing";
    if (value != nullptr && value->kind() != rule.kind) return std::string(rule.name) + " is of another type";
  }
  for (const auto& field : request) {
    const auto is_it = [&](const FieldRule& rule) { return rule.name == field.key(); };
    if (std::none_of(rules.begin(), rules.end(), is_it)) return std::string(field.key()) + " is unknown";
  }
  return {};
}

// What a FakeService knows, whatever the service. Under its mutex, but for `base`.
struct FakeCall::Books {
  struct Script {
    std::deque<Fault> faults;
    std::optional<Fault> lasting;
    bool lasted = false;  // some call had it
  };
  struct File {
    std::string bytes, content_type;
  };

  mutable std::mutex mutex;
  std::string base;
  std::map<std::string, Script> scripts;  // by the name of the call
  std::map<std::string, int> calls, purchases;
  std::map<std::string, File> files;  // by target
  std::vector<std::string> violations;

  std::optional<Fault> next(const std::string& name) {
    auto& script = scripts[name];
    if (script.faults.empty()) {
      script.lasted = true;
      return script.lasting;
    }
    auto fault = std::move(script.faults.front());
    script.faults.pop_front();
    return fault;
  }
};

FakeCall::FakeCall(const RecordedRequest& made, Books& books) : request(made), books_(books) {
  const std::string_view target = request.target;
  const auto mark = std::min(target.find('?'), target.size());
  path = target.substr(0, mark);
  query = target.substr(std::min(mark + 1, target.size()));
}

bool FakeCall::is(std::string_view method, std::string_view route, std::string name) {
  const bool has_query = path.size() < request.target.size(), takes_query = route.ends_with('?');
  if (has_query && (!takes_query || query.empty())) return false;
  const auto wanted = segments_of(route.substr(0, route.size() - (takes_query ? 1 : 0))), found = segments_of(path);
  if (request.method != method || wanted.size() != found.size()) return false;
  std::vector<std::string> taken;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == "{}" && !found[i].empty())
      taken.emplace_back(found[i]);
    else if (wanted[i] != found[i])
      return false;
  }
  parts = std::move(taken), name_ = std::move(name);
  ++books_.calls[name_];
  return true;
}

bool FakeCall::has(std::string_view header, std::string_view value) {
  if (request.count(header) > 1) violate("more than one header " + std::string(header));
  return request.count(header) == 1 && request.header(header) == value;
}

std::optional<boost::json::object> FakeCall::object() {
  if (request.header("Content-Type") != "application/json") {
    violate("Content-Type: " + request.header("Content-Type"));
    return std::nullopt;
  }
  boost::system::error_code failed;
  const auto value = boost::json::parse(request.body, failed);
  if (!failed && value.is_object()) return value.get_object();
  violate("expected a JSON object, got " + request.body.substr(0, 200));
  return std::nullopt;
}

const std::optional<Fault>& FakeCall::fault() {
  if (!std::exchange(has_fault_, true)) fault_ = books_.next(name_);
  return fault_;
}

bool FakeCall::begins(const std::string& key) {
  if (fault() && !fault()->accepted) return false;
  ++books_.purchases[key];
  return true;
}

const std::map<std::string, int>& FakeCall::purchases() const {
  return books_.purchases;
}

std::string FakeCall::serve(std::string file, std::string content_type) {
  const auto target = "/files/" + std::to_string(books_.files.size()) + ".png?sig=a%2Fb+c%3D&se=2026";
  books_.files[target] = {std::move(file), std::move(content_type)};
  return books_.base + target;
}

Reply FakeCall::answer(const Answering& answering) {
  return fault() ? fault()->spoil(answering) : answering.good;
}

Reply FakeCall::violation(std::string what, Reply answer) {
  violate(std::move(what));
  return answer;
}

void FakeCall::violate(std::string what) {
  books_.violations.push_back(request.method + " " + request.target + ": " + std::move(what));
}

FakeService::FakeService(std::unique_ptr<ServiceRules> rules, ServerOptions options)
    : rules_(std::move(rules)), books_(std::make_unique<FakeCall::Books>()) {
  const std::lock_guard lock(books_->mutex);  // no call is answered before the URL is known
  server_ = std::make_unique<LoopbackServer>([this](const RecordedRequest& request) { return answer(request); },
                                             std::move(options));
  books_->base = server_->url();
}

FakeService::~FakeService() {
  server_.reset();
  for (const auto& violation : take_violations()) ADD_FAILURE() << rules_->contract() << " was broken: " << violation;
  for (const auto& fault : take_faults()) ADD_FAILURE() << "no call had the fault " << fault;
}

Reply FakeService::answer(const RecordedRequest& request) {
  const std::lock_guard lock(books_->mutex);
  FakeCall call(request, *books_);
  const auto own = rules_->headers();
  const bool is_file = call.path.starts_with("/files/");
  for (const auto& [name, value] : request.headers) {
    const auto header = in_lower_case(name);
    if (own.contains(header) && is_file) call.violate("a result URL was sent " + name);
    if (!own.contains(header) && !headers_of_every_client().contains(header) && !is_file)
      call.violate("unexpected header: " + name);
  }
  if (!is_file) return rules_->answer(call);
  const auto found = books_->files.find(request.target);
  if (found == books_->files.end()) return Reply::of(404, "gone", {{"Content-Type", "text/plain"}});
  return Reply::of(200, found->second.bytes, {{"Content-Type", found->second.content_type}});
}

void FakeService::fail_next(const std::string& call, Fault fault) {
  const std::lock_guard lock(books_->mutex);
  books_->scripts[call].faults.push_back(std::move(fault));
}

void FakeService::fail_always(const std::string& call, Fault fault) {
  const std::lock_guard lock(books_->mutex);
  auto& script = books_->scripts[call];
  script.lasting = std::move(fault), script.lasted = false;
}

int FakeService::calls(const std::string& name) const {
  const std::lock_guard lock(books_->mutex);
  const auto found = books_->calls.find(name);
  return found == books_->calls.end() ? 0 : found->second;
}

std::map<std::string, int> FakeService::purchases() const {
  const std::lock_guard lock(books_->mutex);
  return books_->purchases;
}

int FakeService::accepted() const {
  int sum = 0;
  for (const auto& purchase : purchases()) sum += purchase.second;
  return sum;
}

std::vector<std::string> FakeService::take_violations() {
  const std::lock_guard lock(books_->mutex);
  return std::exchange(books_->violations, {});
}

std::vector<std::string> FakeService::take_faults() {
  const std::lock_guard lock(books_->mutex);
  std::vector<std::string> left;
  for (const auto& [call, script] : std::exchange(books_->scripts, {})) {
    for (const auto& fault : script.faults) left.push_back(call + ": " + fault.name);
    if (script.lasting && !script.lasted) left.push_back(call + ": " + script.lasting->name);
  }
  return left;
}

std::unique_lock<std::mutex> FakeService::lock() const {
  return std::unique_lock(books_->mutex);
}

}  // namespace imagegen::test
