#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/task.hpp>

#include <boost/json/object.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// \file The engine as a host in some language has it: operations by name, documents in and out.
namespace imagegen::test {

/// What a call came to, as the language's own result or exception said it.
struct CallOutcome {
  std::optional<boost::json::object> error = {};  ///< As imagegen_error_json() has it.
  boost::json::value result = {};
  std::vector<Bytes> files = {};
  std::vector<boost::json::value> progress = {};
};

/// How a host does things.
enum class Manner {
  plain,      ///< Sync methods; in C tables of functions.
  concurrent  ///< Async methods and coroutines; in C calls that are polled.
};

struct RuntimeWish {
  Manner manner = Manner::plain;
  boost::json::object config = {};
  boost::json::object parts = {};  ///< Of the host: kind to capability.
};

/// A runtime in some language. Its end closes it. Safe from any thread.
class LanguageRuntime {
 public:
  using Done = std::function<void(CallOutcome)>;
  virtual ~LanguageRuntime() = default;

  /// \param done Called exactly once, on another thread.
  virtual std::uint64_t start(std::string_view operation, boost::json::object request, std::vector<Bytes> inputs,
                              Done done) = 0;
  virtual void cancel(std::uint64_t call) = 0;
  /// The host's provider never answers the next submit.
  virtual void hold_next() = 0;
  /// It fails the next submit so, as imagegen_host_reject() has it.
  virtual void fail_next(boost::json::object error) = 0;
  /// How often the host's provider was asked.
  virtual int submits() = 0;

  /// Waits for its end, at most a minute.
  CallOutcome call(std::string_view operation, boost::json::object request = {}, std::vector<Bytes> inputs = {});
};

class Language {
 public:
  struct Opened {
    std::unique_ptr<LanguageRuntime> runtime;  ///< Nothing where there is an error.
    std::optional<boost::json::object> error = {};
  };
  virtual ~Language() = default;
  /// Why it cannot be tried here; else empty.
  virtual std::string missing() { return {}; }
  virtual Opened open(RuntimeWish wish) = 0;
  /// After the last test. \return What went wrong with its end; else empty.
  virtual std::string finish() { return {}; }
};

/// What the providers of hosts send: a PNG of 64x64 px.
const Bytes& host_picture();

/// C++, on the engine itself.
std::unique_ptr<Language> make_engine_language();
/// Another program, which speaks as wire.hpp says.
std::unique_ptr<Language> make_peer_language(std::vector<std::string> command, std::vector<std::string> needed_files);

/// The one that IMAGEGEN_CONTRACT_LANGUAGE names: cpp, c, python or node.
Language& language();

/// What a test opens. \throws std::runtime_error when it cannot be.
std::unique_ptr<LanguageRuntime> open_runtime(RuntimeWish wish);

/// call() for coroutines. Cancelled, it cancels the call and waits for what that says.
Task<CallOutcome> ask(LanguageRuntime& runtime, std::string_view operation, boost::json::object request,
                      std::vector<Bytes> inputs = {});

}  // namespace imagegen::test
