#include "workflow/prompts/prompt_fields.hpp"

#include "workflow/prompts/prompt_request.hpp"

namespace imagegen {

using json::computed;
using json::field;

static constexpr std::size_t kLongestIntent = 256;

// The status words of prompt jobs, as they stand in a document.
template <class T>
static json::Field<T> status_field(std::string_view T::*member) {
  auto made = json::FieldParts<T>();
  made.write = [member](const T& from) { return boost::json::value(from.*member); };
  made.schema = [](const json::Limits&, json::Use) {
    return json::words_schema({"QUEUED", "RUNNING", "DONE", "FAILED"});
  };
  return json::Field<T>("status", "", std::move(made));
}

const json::Fields<EnhanceRequest>& fields_of(const EnhanceRequest*) {
  using Q = EnhanceRequest;
  static const auto& all = *new json::Fields<Q>(
      "", {field("intent", &Q::intent, "what the picture is for, as \"hero image\"")
               .required()
               .at_most_bytes(kLongestIntent)
               .plain(),
           field("prompt", &Q::prompt, "what the user wrote").required().at_most_bytes(kMaxPromptBytes).plain()});
  return all;
}

const json::Fields<ExecuteRequest>& fields_of(const ExecuteRequest*) {
  using Q = ExecuteRequest;
  static const auto& all = *new json::Fields<Q>(
      "", {field("intent", &Q::intent, "what the picture is for, as \"hero image\"")
               .required()
               .at_most_bytes(kLongestIntent)
               .plain(),
           field("rawPrompt", &Q::raw_prompt, "what the user wrote; for the record")
               .required()
               .at_most_bytes(kMaxPromptBytes)
               .plain(),
           field("finalPrompt", &Q::final_prompt, "the approved one; it is sent byte for byte")
               .required()
               .at_most_bytes(kMaxPromptBytes)
               .plain(),
           json::mapped<Q, double>(
               "imageCount", [](const Q& request) { return double(request.image_count); },
               [](Q& request, double count) {
                 request.image_count = static_cast<int>(std::clamp(count, 1.0, double{kMostImages}));
               },
               "what is not in 1..5 is taken to the nearest")});
  return all;
}

const json::Fields<EnhancedPrompt>& fields_of(const EnhancedPrompt*) {
  using R = EnhancedPrompt;
  static const auto& all = *new json::Fields<R>(
      "EnhancedPrompt",
      {field("finalPrompt", &R::final_prompt), json::constant<R>("currency", "USD"),
       field("estimates", &R::estimates, "of 1 to 5 pictures; null: unknown"),
       field("warnings", &R::warnings).only_if([](const R& made) { return !made.warnings.empty(); })});
  return all;
}

const json::Fields<QueuedPromptJob>& fields_of(const QueuedPromptJob*) {
  using R = QueuedPromptJob;
  static const auto& all =
      *new json::Fields<R>("QueuedPromptJob", {field("jobId", &R::job_id), status_field(&R::status)});
  return all;
}

const json::Fields<PromptJobView>& fields_of(const PromptJobView*) {
  using V = PromptJobView;
  static const auto& all = *new json::Fields<V>([] {
    json::Fields<V> fields("PromptJob", {field("jobId", &V::job_id), status_field(&V::status),
                                         field("cdnUrls", &V::cdn_urls, "of the pictures that are finished")});
    return fields.also({"",
                        {computed<V>("intent", [](const V& job) { return job.request.intent; }),
                         computed<V>("rawPrompt", [](const V& job) { return job.request.raw_prompt; }),
                         computed<V>("finalPrompt", [](const V& job) { return job.request.final_prompt; }),
                         computed<V>("imageCount", [](const V& job) { return job.request.image_count; }),
                         field("error", &V::error, "why it failed; else empty"), field("createdAt", &V::created),
                         field("updatedAt", &V::updated)}});
  }());
  return all;
}

PromptJobView prompt_job_view(const Job& job) {
  PromptJobView view{job.id, prompt_status(job.state), {}, {}, job.error, job.created, job.updated};
  if (job.error.empty() && job.state == JobState::cancelled) view.error = "cancelled";
  auto read = read_prompt_job(job);
  if (!read) return view;
  view.request = std::move(read->request);
  for (PromptImage& image : read->images) view.cdn_urls.push_back(std::move(image.url));
  return view;
}

const json::Fields<PromptJobList>& fields_of(const PromptJobList*) {
  using L = PromptJobList;
  static const auto& all =
      *new json::Fields<L>("PromptJobPage", {field("jobs", &L::jobs), field("next", &L::next, "empty: the last page")});
  return all;
}

}  // namespace imagegen
