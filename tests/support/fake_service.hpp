#pragma once
#include <boost/json/object.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/loopback_server.hpp"

/// \file What the fakes of all services are made of: strict about what they are sent, scripted in what they answer, and
/// counting what they would send a bill for. A fake is a ServiceRules, which knows the service's contract and nothing
/// else, and a FakeService that holds it; support/tasks/ is a short one. contracts/conformance.md says what each must
/// imitate.
namespace imagegen::test {

/// What a fault has to work with. A service may derive from it, to tell its own faults more.
struct Answering {
  Answering() = default;
  Answering(Reply reply) : good(std::move(reply)) {}  // NOLINT(google-explicit-constructor)
  virtual ~Answering() = default;
  Answering(const Answering&) = default;
  Answering& operator=(const Answering&) = default;

  Reply good;                      ///< The answer that all would have been well with.
  std::vector<std::string> files;  ///< The pictures in `good`, in order.
  std::vector<std::string> urls;   ///< Where the fake serves the same pictures.
  std::string key;                 ///< What the client authenticated with.
};

/// What goes wrong with one call, after its request was checked as strictly as ever; support/faults.hpp has those that
/// any service knows.
struct Fault {
  std::string name;
  bool accepted = false;  ///< The real service would have begun to work, and may charge for it.
  std::function<Reply(const Answering&)> spoil;
};

/// A field that a request may have.
struct FieldRule {
  std::string_view name;
  boost::json::kind kind;
  bool required = true;
};

/// What is wrong with the first field that is unknown, missing or of another kind; empty when all is well.
std::string field_fault(const boost::json::object& request, std::span<const FieldRule> rules);

/// One request, as the rules of a service see it.
class FakeCall {
 public:
  const RecordedRequest& request;
  std::string_view path, query;  ///< Of its target, without the question mark.
  std::vector<std::string> parts = {};  ///< What stands in the place of each {} of the route.

  /// Whether it goes to this route, such as ("GET", "/tasks/{}/picture"); a part of a path is never empty. A query may
  /// come only where the route ends in a question mark, and none that is empty. What was told to go wrong with calls of
  /// this name then does: see FakeService::fail_next().
  bool is(std::string_view method, std::string_view route, std::string name);
  /// Whether a header came once, with exactly this value. Twice is a violation.
  bool has(std::string_view header, std::string_view value);
  /// The body, where it is a JSON object and says so; else nothing, and a violation.
  std::optional<boost::json::object> object();

  /// As FakeService::purchases(), without this one.
  const std::map<std::string, int>& purchases() const;
  /// Whether the service begins to work on it: then that counts as a purchase of `key`, such as the prompt.
  bool begins(const std::string& key);
  /// Serves a file below /files/, at a URL that is signed, so that it must come back byte for byte. \return The URL.
  std::string serve(std::string file, std::string content_type = "image/png");
  /// `answering.good`, or what the fault for this call makes of it.
  Reply answer(const Answering& answering);
  /// Something that no client of the service would do: the test fails. \return The service's own answer to it.
  Reply violation(std::string what, Reply answer);
  void violate(std::string what);

 private:
  friend class FakeService;
  struct Books;
  FakeCall(const RecordedRequest& made, Books& books);
  const std::optional<Fault>& fault();

  Books& books_;
  std::string name_;
  bool has_fault_ = false;  // `fault_` has been taken from the script
  std::optional<Fault> fault_;
};

/// A service's contract. Called by one thread at a time.
class ServiceRules {
 public:
  ServiceRules() = default;
  virtual ~ServiceRules() = default;
  ServiceRules(const ServiceRules&) = delete;
  ServiceRules& operator=(const ServiceRules&) = delete;

  /// The page that is followed, with its date.
  virtual std::string contract() const = 0;
  virtual Reply answer(FakeCall& call) = 0;
  /// In lower case: what may come besides what every client sends. None of these may come to a result URL.
  virtual std::set<std::string> headers() const { return {"authorization"}; }
};

/// A service on 127.0.0.1. What clients did against its contract fails the test when it is destroyed, unless
/// take_violations() was called, and so does a fault that no call had, unless take_faults() was. Safe from any thread.
class FakeService {
 public:
  explicit FakeService(std::unique_ptr<ServiceRules> rules, ServerOptions options = {});
  ~FakeService();
  FakeService(const FakeService&) = delete;
  FakeService& operator=(const FakeService&) = delete;

  /// "http://127.0.0.1:port", then `target`.
  std::string url(std::string_view target = "") const { return server_->url(target); }
  /// "127.0.0.1:port", for HttpClientOptions::allowed_hosts.
  std::string host() const { return "127.0.0.1:" + std::to_string(server_->port()); }
  /// What came, and what it did to the connections.
  LoopbackServer& server() { return *server_; }

  /// Faults for the next calls of a name ("submit", as the service's rules call it), in turn; after them all is well.
  void fail_next(const std::string& call, Fault fault);
  /// A fault for every call of the name that none is queued for.
  void fail_always(const std::string& call, Fault fault);

  /// How many calls of a name came, whatever became of them.
  int calls(const std::string& name) const;
  /// How often each purchase was begun: what would be billed.
  std::map<std::string, int> purchases() const;
  /// All of them.
  int accepted() const;
  /// What clients did against the contract, and forgets it.
  std::vector<std::string> take_violations();
  /// The faults that no call had, such as "submit: 502", and forgets them. One is lost on calls of a name that the
  /// rules do not know, and on those that they answer without FakeCall::answer().
  std::vector<std::string> take_faults();

 protected:
  /// What it was made with.
  template <class Rules>
  Rules& rules() const {
    return static_cast<Rules&>(*rules_);
  }
  /// For what is read of it.
  std::unique_lock<std::mutex> lock() const;

 private:
  Reply answer(const RecordedRequest& request);

  std::unique_ptr<ServiceRules> rules_;
  std::unique_ptr<FakeCall::Books> books_;
  std::unique_ptr<LoopbackServer> server_;  // its threads use the rest
};

}  // namespace imagegen::test
