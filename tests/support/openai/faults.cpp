#include "support/openai/faults.hpp"

#include <imagegen/core/base64.hpp>

#include <algorithm>

namespace imagegen::test::openai {
namespace {

using faults::refused;
using faults::worked;

constexpr auto kUserError = "image_generation_user_error";
constexpr auto kInvalid = "invalid_request_error";

Reply with_headers(Reply reply, const HeaderList& headers) {
  reply.headers.insert(reply.headers.end(), headers.begin(), headers.end());
  return reply;
}

Reply error(int status, std::string_view message, std::string_view type, std::string_view code,
            const HeaderList& headers = {}) {
  return with_headers(Reply::json(error_json(message, type, code), status), headers);
}

Fault body(std::string name, std::string text) {
  return worked(std::move(name), [text](const Answering&) { return Reply::json(text); });
}

// What only this service knows of an answer.
const OpenAiAnswering& answering_of(const Answering& answering) {
  return static_cast<const OpenAiAnswering&>(answering);
}

// The same answer, with each picture's base64 changed.
Fault recoded(std::string name, std::function<std::string(std::string)> change) {
  return worked(std::move(name), [change](const Answering& answering) {
    std::vector<std::string> entries;
    for (const auto& file : answering.files) entries.push_back(entry_of(change(to_base64(as_bytes(file)))));
    return Reply::json(images_json(answering_of(answering).generation, entries));
  });
}

std::string good_entry(const Answering& answering, std::size_t index) {
  return entry_of(to_base64(as_bytes(answering.files[index % answering.files.size()])));
}

}  // namespace

Fault moderation_blocked(std::string stage) {
  auto text = error_json("Your request was rejected by the safety system.", kUserError, "moderation_blocked");
  text.insert(text.size() - 2,
              R"(,"moderation_details":{"moderation_stage":")" + stage + R"(","categories":["violence"]})");
  return refused("moderation blocked at " + stage, Reply::json(text, 400));
}

Fault content_policy_violation() {
  return refused("content policy violation",
                 error(400, "Your request was rejected.", kInvalid, "content_policy_violation"));
}

Fault safety_system_without_code() {
  return refused("safety system, null code",
                 error(400, "Your request was rejected by our safety system.", kInvalid, ""));
}

Fault rate_limited(HeaderList headers) {
  return refused("rate limited",
                 error(429, "Rate limit reached for images per minute.", "requests", "rate_limit_exceeded", headers));
}

Fault insufficient_quota() {
  return refused("insufficient quota", error(429, "You exceeded your current quota.", "insufficient_quota",
                                             "insufficient_quota", {{"Retry-After", "1"}}));
}

Fault billing_hard_limit() {
  return refused("billing hard limit",
                 error(400, "Billing hard limit has been reached.", kUserError, "billing_hard_limit_reached"));
}

Fault key_echo(std::string shown) {
  return refused("401 echoing a key",
                 error(401, "Incorrect API key provided: " + shown + ".", kInvalid, "invalid_api_key"));
}

Fault forbidden() {
  return refused("403", error(403, "Your organization must be verified.", kInvalid, ""));
}

Fault unknown_parameter() {
  return refused("unknown parameter",
                 Reply::json(error_json("Unknown parameter: 'x'.", kInvalid, "unknown_parameter", "x"), 400));
}

Fault should_retry(int status, bool retry) {
  const std::string word = retry ? "true" : "false";
  auto fault = refused(std::to_string(status) + " with x-should-retry: " + word,
                       error(status, "Try something else.", "server_error", "", {{"x-should-retry", word}}));
  fault.accepted = status >= 500;
  return fault;
}

Fault unavailable(std::optional<std::string> retry_after) {
  HeaderList headers;
  if (retry_after) headers.emplace_back("Retry-After", *retry_after);
  return refused("503", error(503, "The engine is overloaded.", "server_error", "", headers));
}

Fault server_error() {
  return worked(
      "500", [](const Answering&) { return error(500, "The server had an error.", "server_error", "server_error"); });
}

Fault missing_data() {
  return body("no data", R"({"created":1789000000})");
}
Fault null_data() {
  return body("null data", R"({"created":1789000000,"data":null})");
}
Fault empty_data() {
  return body("empty data", R"({"created":1789000000,"data":[]})");
}

Fault error_with_200() {
  return body("error with 200", error_json("The backend failed.", "server_error", "server_error"));
}

Fault raw_image() {
  return worked("raw image", [](const Answering& answering) {
    return Reply::of(200, answering.files.front(), {{"Content-Type", "image/png"}});
  });
}

Fault truncated_base64() {
  return recoded("base64 cut inside a byte", [](std::string text) { return text.substr(0, text.size() / 8 * 4 + 1); });
}

Fault invalid_base64() {
  return recoded("invalid base64", [](std::string text) {
    text[text.size() / 2] = '!';
    return text;
  });
}

Fault no_file() {
  return body("no file", R"({"created":1789000000,"data":[{"b64_json":null,"url":null}]})");
}

Fault not_an_image(std::string file) {
  return recoded("not an image", [file](const std::string&) { return to_base64(as_bytes(file)); });
}

Fault base64_lines() {
  return recoded("base64 in lines", [](const std::string& text) {
    std::string lines;
    for (std::size_t at = 0; at < text.size(); at += 76) lines += text.substr(at, 76) + "\r\n";
    return lines;
  });
}

Fault base64_url_safe() {
  return recoded("url-safe base64", [](std::string text) {
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    return text;
  });
}

Fault base64_without_padding() {
  return recoded("base64 without padding", [](std::string text) {
    while (text.ends_with('=')) text.pop_back();
    return text;
  });
}

Fault data_prefix() {
  return recoded("data: prefix", [](const std::string& text) { return "data:image/png;base64," + text; });
}

Fault without_usage() {
  return worked("no usage", [](const Answering& answering) {
    return Reply::json(R"({"created":1,"data":[)" + good_entry(answering, 0) + "]}");
  });
}

Fault more_images() {
  return worked("one image more than asked", [](const Answering& answering) {
    std::vector<std::string> entries;
    for (std::size_t i = 0; i <= answering.files.size(); ++i) entries.push_back(good_entry(answering, i));
    return Reply::json(images_json(answering_of(answering).generation, entries));
  });
}

Fault fewer_images() {
  return worked("one image alone", [](const Answering& answering) {
    return Reply::json(images_json(answering_of(answering).generation, {good_entry(answering, 0)}));
  });
}

Fault one_spoilt() {
  return worked("the first image is spoilt", [](const Answering& answering) {
    std::vector<std::string> entries{entry_of("!!!!")};
    for (std::size_t i = 1; i < answering.files.size(); ++i) entries.push_back(good_entry(answering, i));
    return Reply::json(images_json(answering_of(answering).generation, entries));
  });
}

Fault urls() {
  return worked("URLs", [](const Answering& answering) {
    std::vector<std::string> entries;
    for (const auto& url : answering.urls) entries.push_back(entry_of(url, "url"));
    return Reply::json(images_json(answering_of(answering).generation, entries));
  });
}

Fault urls_elsewhere(std::string url) {
  return worked("URL elsewhere", [url](const Answering& answering) {
    return Reply::json(images_json(answering_of(answering).generation, {entry_of(url, "url")}));
  });
}

}  // namespace imagegen::test::openai
