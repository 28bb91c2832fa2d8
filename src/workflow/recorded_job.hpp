#pragma once
#include <imagegen/job/job_store.hpp>

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/image_job/master_answer.hpp"

// What the events of a job say, for doing it again.
namespace imagegen {

struct RecordedJob {
  Job job;
  std::vector<JobEvent> events;
};

// A job of this kind with the whole of its chain. Errc::not_found, Errc::corrupt_data when the chain does not hold.
// Blocks.
Result<RecordedJob> load_recorded_job(JobStore& jobs, const std::string& job_id, std::string_view kind);

// The detail of an event; empty where it has none.
boost::json::object detail_of(const JobEvent& event);

// Empty, or 0, where there is no such field.
std::string text_of(const boost::json::object& detail, std::string_view name);
// Whole nano-dollars, so that nothing is lost; nothing for what is none.
std::optional<Usd> parse_nano_usd(const std::string& text);
int number_of(const boost::json::object& detail, std::string_view name);

// Who was ordered from: "provider", "model" and "quality" of the first entry, which older versions wrote too, and the
// others as "further".
std::vector<ProviderModel> read_route(const boost::json::object& order);
void write_further(const std::vector<ProviderModel>& route, boost::json::object& order);

// What a provider was asked, apart from the prompt.
struct RecordedRequest {
  std::string provider, model, quality;
  PixelSize size;
  std::optional<std::uint64_t> seed;
  std::string hash;  // as request_hash() gave it

  // Whether the same is asked with this prompt.
  bool same_with(const PromptText& prompt) const;
};

// What was asked for a picture, as it was bought.
boost::json::object request_detail(const MasterAnswer& answer);
// What an owner of a picture should know: that it has not the size that was asked for. Nothing where it has, or where
// nobody knows what was asked, or what came.
std::optional<std::string> size_note(PixelSize asked, PixelSize got);
RecordedRequest read_request(const boost::json::object& detail);

}  // namespace imagegen
