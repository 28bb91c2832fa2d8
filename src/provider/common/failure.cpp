#include "provider/common/failure.hpp"

#include <imagegen/maker/core/backoff.hpp>
#include <imagegen/maker/http/retry_after.hpp>

#include <algorithm>
#include <optional>

namespace imagegen {
namespace {

constexpr std::size_t kMaxText = 4096;  // bytes that are looked at
constexpr std::size_t kMaxPlace = 300;  // bytes of a redirect's target

std::optional<Errc> find(std::span<const Meaning> table, std::string_view word) {
  const auto found = std::ranges::find(table, word, &Meaning::word);
  return found == table.end() ? std::nullopt : std::optional(found->code);
}

std::optional<Errc> find_phrase(std::span<const Meaning> table, std::string_view message) {
  const auto found = std::ranges::find_if(
      table, [&](const Meaning& entry) { return message.find(entry.word) != std::string_view::npos; });
  return found == table.end() ? std::nullopt : std::optional(found->code);
}

std::string in_small_letters(std::string_view text) {
  std::string out(text.substr(0, kMaxText));
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

// Some gateways put the status there, as a text.
bool is_number(std::string_view code) {
  return code.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<Errc> by_words(const FailureTable& table, const ForeignError& told) {
  for (const auto& word : {in_small_letters(told.code), in_small_letters(told.inner_code)})
    if (const auto known = find(table.codes, word)) return known;
  const auto type = in_small_letters(told.type);
  if (const auto known = find(table.types, type)) return known;
  return find(table.codes, type);
}

Errc classify(const FailureTable& table, int status, const ForeignError& told) {
  if (const auto known = by_words(table, told)) return *known;
  const auto code = in_small_letters(told.code);
  // The one place where a message decides: older answers refuse a prompt without a code, and gateways wrap refusals.
  const bool may_refuse = status == 400 || status == 402 || status == 403 || status == 422 || status == 429;
  if (is_number(code) && may_refuse)
    if (const auto known = find_phrase(table.phrases, in_small_letters(told.message))) return *known;
  return errc_of_status(status);
}

// What frees a slot is a short list of answers that cannot have done work.
Billing billed_on_failure(const FailureTable& table, int status, Errc code, bool has_retry_after) {
  if (status >= 200 && status < 300) return Billing::maybe;
  if (code == Errc::content_refused) return table.refusal_by_moderation;
  if (std::ranges::find(table.free_statuses, status) != table.free_statuses.end()) return Billing::no;
  return status == 503 && has_retry_after ? table.overloaded_with_retry_after : Billing::maybe;
}

bool is_settled(Errc code) {
  return code == Errc::quota_exceeded || code == Errc::content_refused;
}

// A header's word alone repeats nothing that may be billed: the same request again is paid for again.
Retry retry_of(int status, Errc code, Billing billing, const HttpHeaders& headers) {
  if (is_settled(code) || status < 400 || billing != Billing::no) return Retry::never;
  const auto asked = headers.get("x-should-retry");
  if (asked == "false") return Retry::never;
  return asked == "true" || status == 429 || status == 503 ? Retry::later : Retry::never;
}

std::string describe(const FailureTable& table, int status, const HttpHeaders& headers, const ForeignError& told,
                     const ForeignText& foreign) {
  auto text = std::string(table.provider) + ": HTTP " + std::to_string(status);
  auto add = [&](std::string_view label, std::string_view value) {
    if (const auto word = foreign.word(value); !word.empty()) text.append(label).append(word);
  };
  add(" ", told.code.empty() ? told.type : told.code);
  add(", param ", told.param);
  add(", stage ", told.stage);
  return text + request_suffix(table, headers, foreign);
}

bool is_json(std::string_view content_type) {
  return content_type.empty() || content_type.find("json") != std::string_view::npos;
}

// The start of a header value, when it is fit for a message.
std::string media_type(std::string_view value) {
  const auto type = value.substr(0, value.find(';'));
  const bool fit = type.size() <= 64 && std::ranges::all_of(type, [](char c) { return c > ' ' && c < '\x7F'; });
  return fit ? std::string(type) : "another";
}

}  // namespace

Errc errc_of_status(int status) {
  switch (status) {
    case 400:
    case 422:
      return Errc::invalid_argument;
    case 401:
    case 403:
      return Errc::permission_denied;
    case 402:
      return Errc::quota_exceeded;
    case 404:
    case 410:
      return Errc::not_found;
    case 408:
    case 409:
      return Errc::unavailable;
    case 413:
      return Errc::limit_exceeded;
    case 429:
      return Errc::rate_limited;
    default:
      return status >= 500 ? Errc::unavailable : Errc::bad_answer;
  }
}

Error failure_of(const FailureTable& table, int status, const HttpHeaders& headers, const ForeignError& told,
                 const ForeignText& foreign, std::chrono::system_clock::time_point now) {
  Error error(classify(table, status, told), describe(table, status, headers, told, foreign));
  error.provider_text = foreign.kept(told.message);
  note_retry_after(error, headers, now);
  if (!error.retry_after && told.retry_after)
    error.retry_after = std::min<std::chrono::milliseconds>(*told.retry_after, kLongestRetryAfter);
  error.billing = billed_on_failure(table, status, error.code, error.retry_after.has_value());
  error.retry = retry_of(status, error.code, error.billing, headers);
  error.delivery = Delivery::answered;
  return error;
}

Error failure_of_task(const FailureTable& table, const ForeignError& told, const ForeignText& foreign) {
  auto code = by_words(table, told);
  if (!code) code = find_phrase(table.phrases, in_small_letters(told.message));
  Error error(code.value_or(Errc::bad_answer), std::string(table.provider) + ": the task came to nothing");
  for (const auto& value : {told.code, told.type, told.stage})
    if (const auto word = foreign.word(value); !word.empty()) error.message.append(", ").append(word);
  error.provider_text = foreign.kept(told.message);
  error.delivery = Delivery::answered;
  return error;
}

std::string describe_redirect(const HttpHeaders& headers, const Url& asked, const ForeignText& foreign) {
  const auto location = headers.get("Location");
  const auto target = resolve_url(asked, encode_url(location));
  if (!target || location.empty()) return ": redirected, but not to an http(s) URL";
  // Its query may hold a signature.
  auto place = foreign.redacted(target->authority() + target->target.substr(0, target->target.find('?')));
  if (place.size() > kMaxPlace) place = place.substr(0, kMaxPlace) + "...";
  return ": redirected to " + place + ", and nothing was sent there; give the base URL that answers by itself";
}

std::string request_id(const FailureTable& table, const HttpHeaders& headers, const ForeignText& foreign) {
  return foreign.word(headers.get(table.request_id_header));
}

std::string request_suffix(const FailureTable& table, const HttpHeaders& headers, const ForeignText& foreign) {
  const auto id = request_id(table, headers, foreign);
  return id.empty() ? "" : " (request " + id + ")";
}

std::string unreadable(std::string message, const HttpHeaders& headers) {
  if (headers.has("Content-Encoding")) return message + "; it came with a Content-Encoding, and none was asked for";
  const auto type = headers.get("Content-Type");
  return is_json(type) ? message : message + "; its Content-Type is " + media_type(type);
}

Error ended(Error error, bool is_paid, const ForeignText& foreign) {
  if (is_paid) error.billing = std::max(error.billing, Billing::maybe);
  if (billing_of(error) != Billing::no) error.message += kMayBeCharged;
  return foreign.cleaned(std::move(error));
}

}  // namespace imagegen
