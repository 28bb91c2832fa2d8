#pragma once
#include <imagegen/event/event_sink.hpp>
#include <imagegen/metadata/metadata_store.hpp>
#include <imagegen/provider/image_provider.hpp>
#include <imagegen/record/record_store.hpp>
#include <imagegen/storage/object_store.hpp>
#include <imagegen/workflow/heroes/pack_source.hpp>
#include <imagegen/workflow/prompts/prompt_enhancer.hpp>

#include <boost/json/value.hpp>

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "embed/host_calls.hpp"
#include "json/object_reader.hpp"

// Parts that ask the host: each turns calls into documents and answers back, as docs/host-parts.md says. An answer
// outside that contract is Errc::bad_answer.
namespace imagegen {

// One part of the host, as those below ask it. Of all parts only a provider can have been paid: a failure of another is
// never Delivery::unknown.
struct HostPartLink {
  std::shared_ptr<HostCalls> calls;
  HostRoute route;
  std::string_view part;  // of static storage

  Task<Result<HostAnswer>> ask(std::string_view method, boost::json::object arguments, Deadline deadline = {},
                               std::vector<SharedBytes> bytes = {}) const;
  // For a thread that may block.
  Result<HostAnswer> ask_and_wait(std::string_view method, boost::json::object arguments, std::stop_token stop) const;
  HostQuestion question(std::string_view method, boost::json::object arguments) const;
  // What a failure of this part says of money. An enhancer knows best what it has called.
  Error failure(Error error) const;
};

Result<std::unique_ptr<ImageProvider>> make_host_provider(HostPartLink link, const boost::json::value& capability);
Result<std::unique_ptr<ObjectStore>> make_host_store(HostPartLink link, const boost::json::value& capability);
Result<std::unique_ptr<RecordStore>> make_host_records(HostPartLink link, const boost::json::value& capability);
std::unique_ptr<MetadataStore> make_host_metadata(HostPartLink link);
std::unique_ptr<PromptEnhancer> make_host_enhancer(HostPartLink link);
std::unique_ptr<PackSource> make_host_packs(HostPartLink link);
std::unique_ptr<EventSink> make_host_events(HostPartLink link);

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

// The failure of imagegen_host_reject(). A field that is nonsense is dropped or cut, and takes no other with it.
Error parse_host_failure(const boost::json::object& document);
// The same of its text, also where that is no JSON because of Infinity, half a surrogate pair, or a text without end.
Error parse_host_failure(std::string_view text);

}  // namespace imagegen
