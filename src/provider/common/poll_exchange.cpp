#include "provider/common/poll_exchange.hpp"

#include <imagegen/maker/http/download.hpp>
#include <imagegen/maker/http/retry_after.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

#include "provider/common/failure.hpp"

namespace imagegen {
namespace {

constexpr std::size_t kMostStateBytes = 1U << 20U;  // of an answer that is asked for its state alone
constexpr int kMostAsksOn = 4;                      // questions without a pause between them

// It goes on, whatever happened to the asking.
Error left_as_it_is(Error error) {
  error.billing = Billing::maybe, error.delivery = Delivery::answered;
  const bool is_over = error.code == Errc::cancelled || error.code == Errc::not_found;
  error.retry = is_over ? Retry::never : Retry::later;
  return error;
}

// Words of ours for something that passes would be read so: as if the task went on.
Errc final_code(Errc code) {
  constexpr Errc kPassing[] = {Errc::unavailable, Errc::rate_limited, Errc::deadline_exceeded, Errc::cancelled,
                               Errc::not_found};
  return std::ranges::find(kPassing, code) == std::end(kPassing) ? code : Errc::bad_answer;
}

// What another fetch, or another client, would not mend.
bool is_for_good(const Error& fault) {
  const bool is_the_file = fault.code == Errc::corrupt_data || fault.code == Errc::limit_exceeded;
  return (is_the_file || fault.code == Errc::bad_answer) && fault.retry != Retry::later;
}

// As download() says it: that a picture is not there says nothing of the task.
Result<Bytes> picture_of(const HttpResponse& response) {
  if (response.status / 100 == 2) return response.body;
  Error error(Errc::bad_answer, "a picture was answered with HTTP " + std::to_string(response.status));
  if (may_come_later(response.status)) error.retry = Retry::later;
  return error;
}

}  // namespace

PollExchange::PollExchange(PollOptions options, const ForeignText& foreign)
    : options_(std::move(options)),
      foreign_(foreign),
      pace_(options_.pace, options_.task.id),
      gate_(std::move(options_.room)),
      results_(options_.max_image_bytes) {}

bool PollExchange::is_for_reader(const HttpResponse& response) const {
  return response.status < 500 && response.status != 408 && response.status != 429;
}

Step PollExchange::start() {
  return options_.fetches ? ask() : ask_again(std::nullopt);
}

Step PollExchange::ask() {
  auto request = question();
  if (!request) return fail(left_as_it_is(request.error()));
  if (options_.fetches)
    gate_.hold(*request);
  else
    request->max_response_bytes = std::min(request->max_response_bytes, kMostStateBytes);
  // What holds pictures may take its time, and waits for room.
  const bool holds_pictures = request->gate != nullptr;
  return Send{std::move(*request), holds_pictures ? std::nullopt : std::optional(options_.patience), false};
}

Step PollExchange::on_response(const HttpResponse& response) {
  if (is_done_) return on_picture(response);
  const auto asked = retry_after(response.headers, options_.clock.wall_now());
  if (!is_for_reader(response)) return ask_again(asked);
  auto state = read(response);
  if (std::holds_alternative<TaskAsksOn>(state)) return ++asked_on_ <= kMostAsksOn ? ask() : ask_again(asked);
  asked_on_ = 0;
  // Some services forget a task when it has been told of once.
  const bool is_told = std::holds_alternative<TaskHasFailed>(state) || std::holds_alternative<Error>(state);
  if (is_told && results_.has_image()) return made();
  if (auto* error = std::get_if<Error>(&state)) return fail(left_as_it_is(std::move(*error)));
  if (auto* failed = std::get_if<TaskHasFailed>(&state))
    return come_to_nothing(std::move(failed->error), failed->billed);
  if (const auto* goes_on = std::get_if<TaskGoesOn>(&state)) {
    const bool has_progress = goes_on->progress && std::isfinite(*goes_on->progress);
    if (has_progress && options_.progress) options_.progress(std::clamp(*goes_on->progress, 0.0, 1.0));
    return ask_again(goes_on->ask_again ? goes_on->ask_again : asked);
  }
  return had(std::get<TaskIsDone>(std::move(state)));
}

Step PollExchange::ask_again(std::optional<std::chrono::milliseconds> not_sooner) {
  if (not_sooner) not_sooner = std::min(*not_sooner, options_.longest_asked);
  const auto left = options_.deadline.at - options_.clock.now();
  if (const auto delay = pace_.next(left, not_sooner)) return Wait{*delay};
  Error error(Errc::deadline_exceeded, "the task was not done in time");
  error.retry_after = not_sooner;
  return fail(left_as_it_is(std::move(error)));
}

Step PollExchange::on_wake() {
  return is_done_ ? after(results_.on_wake()) : ask();
}

Step PollExchange::had(TaskIsDone done) {
  if (!options_.fetches) return Done{Submission(options_.task)};
  if (done.images.size() > options_.max_images) done.images.resize(options_.max_images);
  usage_ = done.usage, request_id_ = foreign_.word(done.request_id);
  is_done_ = true;
  results_.begin(std::move(done.images));  // what it has already stays
  return after(results_.next());
}

Step PollExchange::on_picture(const HttpResponse& response) {
  return after(results_.on_fetched(picture_of(response)));
}

Step PollExchange::on_fetched(Result<Bytes> file) {
  return after(results_.on_fetched(std::move(file)));
}

Step PollExchange::after(std::optional<Step> fetching) {
  if (!fetching) return finish();
  if (std::holds_alternative<Fetch>(*fetching)) {
    if (auto request = picture_request(results_.current())) {
      request->max_response_bytes = options_.max_image_bytes;
      where_ = results_.current().url;
      return Send{std::move(*request), std::nullopt, false};
    }
  }
  return std::move(*fetching);
}

Step PollExchange::on_error(Error error) {
  const bool is_broken_line = error.code == Errc::unavailable || error.code == Errc::bad_answer;
  const bool is_stopped = error.code == Errc::cancelled || error.code == Errc::deadline_exceeded;
  if (is_done_ && !is_stopped) {
    error.retry = is_broken_line ? Retry::later : Retry::never;
    return after(results_.on_fetched(std::move(error)));
  }
  if (!is_done_ && is_broken_line) return ask_again(error.retry_after);
  // So long an answer has the pictures in it.
  if (!options_.fetches && error.code == Errc::limit_exceeded) return Done{Submission(options_.task)};
  return fail(left_as_it_is(std::move(error)));
}

Step PollExchange::finish() {
  if (results_.may_come() && !std::exchange(asked_anew_, true)) {
    is_done_ = false;
    return ask();
  }
  if (results_.has_first() || (results_.has_image() && !results_.may_come())) return made();
  auto error = results_.fault().value_or(Error{Errc::bad_answer, "the task is done, and no picture came"});
  const bool is_still_there = results_.has_url() && !is_for_good(error);
  return is_still_there ? fail(left_as_it_is(std::move(error))) : come_to_nothing(std::move(error), Billing::maybe);
}

// In their places: where one may still come, those behind it wait for it, and come when the task is resumed.
Done PollExchange::made() {
  GeneratedImages all;
  for (auto& image : results_.may_come() && results_.has_first() ? std::move(results_).take_first() : std::move(results_).take())
    all.images.push_back({std::move(image.file), foreign_.prompt(std::move(image.revised_prompt))});
  all.usage = usage_, all.request_id = request_id_;
  return {Submission(std::move(all))};
}

Done PollExchange::come_to_nothing(Error error, Billing billed) const {
  error.code = final_code(error.code);
  error.billing = billed == Billing::by_delivery ? Billing::maybe : billed;
  error.retry = Retry::never, error.retry_after.reset();
  error.delivery = Delivery::answered;
  return fail(std::move(error));
}

Done PollExchange::fail(Error error) const {
  const auto prefix = options_.task.provider + ": ";
  if (!error.message.starts_with(prefix)) error.message = prefix + error.message;
  if (error.where_to_look.empty()) error.where_to_look = where_;
  return {ended(std::move(error), false, foreign_)};
}

Task<Result<bool>> run_wait(HttpClient& http, Clock& clock, PollExchange& exchange, Deadline deadline) {
  auto running = run_exchange(http, clock, exchange, deadline);
  const auto ended = co_await std::move(running);
  if (!ended) co_return ended.error();
  co_return true;
}

Task<Result<GeneratedImages>> run_resume(HttpClient& http, Clock& clock, PollExchange& exchange, Deadline deadline) {
  auto running = run_to_images(http, clock, exchange, deadline);
  auto made = co_await std::move(running);
  if (made) co_return made;
  auto error = std::move(made).error();
  error.where_to_look = exchange.foreign().redacted(std::move(error.where_to_look));
  co_return error;
}

}  // namespace imagegen
