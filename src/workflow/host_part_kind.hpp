#pragma once
#include <imagegen/core/sections.hpp>
#include <imagegen/core/clock.hpp>
#include <imagegen/core/task.hpp>

#include <boost/json/value.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/object_reader.hpp"

// A part of a workflow that a host may make: it asks the host, as docs/host-parts.md says.
namespace imagegen {

// The host, asked by one of its parts. Has no state of its own: a question may go on when nobody waits any more.
class HostPartAsker {
 public:
  virtual ~HostPartAsker() = default;
  // Errors: what the host rejects with; Errc::deadline_exceeded; Errc::cancelled.
  virtual Task<Result<boost::json::object>> ask(std::string_view method, boost::json::object arguments,
                                                Deadline deadline = Deadline::never()) const = 0;
};

// What the failure of a part may say of money.
enum class HostPartCost : std::uint8_t {
  never,     // it has certainly bought nothing, whatever the host says
  answered,  // it may have, where the host says that it was answered
  any,       // it may have, unless the host says that it was not sent
};

struct HostPartKind {
  std::string_view name;  // "lifestylePacks", as hosts call it; of static storage
  HostPartCost cost = HostPartCost::never;
  // Puts it where the workflow finds it when it is opened.
  void (*put)(std::unique_ptr<HostPartAsker> host, Sections& parts) = nullptr;
  std::string_view older_name = {};  // of version 1.0 of the C interface; it is asked by the name that it gives
};

// Reads an answer; what `read` finds wrong is Errc::bad_answer. Fields that it does not ask for are left alone.
template <class Read>
auto read_answer(std::string_view what, const boost::json::value& document, Read read)
    -> Result<decltype(read(std::declval<json::ObjectReader&>()))> {
  std::vector<FieldFault> faults;
  json::ObjectReader reader(document, "", faults);
  auto value = read(reader);
  if (faults.empty()) return value;
  Error error = to_error(std::string(what) + " of the host: the answer is wrong:", faults);
  error.code = Errc::bad_answer;
  return error;
}

}  // namespace imagegen
