#include <gmock/gmock.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <array>
#include <charconv>
#include <mutex>
#include <random>

#include "openai_rig.hpp"
#include "support/compressed.hpp"
#include "support/environment.hpp"
#include "support/matchers.hpp"

/// \file Every row of the contract in every oddity of transport, by a seeded generator: whatever carries a whole
/// picture ends in that picture, and whatever does not in the right class of error, never bought again.
namespace imagegen::test {
namespace {

using std::chrono::milliseconds;

#ifdef IMAGEGEN_SANITIZED
constexpr int kAnswers = 400;  // each takes ten times as long
#else
constexpr int kAnswers = 2'000;
#endif
constexpr int kAtATime = 16;
constexpr int kTries = 3;  // of the retry policy
constexpr long kSeed = 20261130;

using Random = std::mt19937;

int up_to(Random& random, int most) {
  return std::uniform_int_distribution<int>(0, most)(random);
}
template <class List>
const auto& one_of(Random& random, const List& list) {
  return list[static_cast<std::size_t>(up_to(random, static_cast<int>(std::size(list)) - 1))];
}

/// What an answer says, however it is sent, and what is to come of it.
struct Content {
  std::string what;
  std::string body;
  int status = 200;
  std::optional<Errc> error = {};    ///< Nothing: the picture.
  Billing billing = Billing::maybe;  ///< Of an error.
  int purchases = 1;                 ///< Requests that are to come.
  HeaderList headers = {};
  Delivery delivery = Delivery::answered;  ///< Of an error.
  int missing_downloads = 0;  ///< So many downloads are answered as if the file were not there yet.
  bool is_events = false;
};

// With the first and the last bytes of its format; what is between them nobody reads here. What an answer calls it, such
// as image/png, need not be so.
std::string picture_of(int index, Random& random) {
  std::string body = "picture " + std::to_string(index) + " ";
  const int size = up_to(random, 9) == 0 ? up_to(random, 200'000) : up_to(random, 300);
  for (int i = 0; i < size; ++i) body += static_cast<char>(random());
  if (index % 6 == 1) return "\xFF\xD8\xFF\xE0" + body + "\xFF\xD9";
  if (index % 6 == 3) {
    if (body.size() % 2 == 1) body += ' ';
    const auto chunk = body.size() + 4;
    std::string file = "RIFF";
    for (unsigned shift = 0; shift < 32; shift += 8) file += static_cast<char>(chunk >> shift & 0xFFU);
    return file + "WEBP" + body;
  }
  return png(body) + "IEND\xAE\x42\x60\x82";
}

std::string b64_entry(const std::string& text) {
  return answer_with(R"({"b64_json":")" + text + "\"}");
}

std::string event_of(std::string_view name, std::string_view data, std::string_view end = "\n") {
  std::string out = "event: " + std::string(name);
  return out.append(end).append("data: ").append(data).append(end).append(end);
}

std::string in_lines(const std::string& text, std::string_view end) {
  std::string lines;
  for (std::size_t at = 0; at < text.size(); at += 76) lines.append(text.substr(at, 76)).append(end);
  return lines;
}

using Make = std::function<Content(const std::string& base64, int index, Random&)>;

Content good(std::string what, std::string body) {
  return {std::move(what), std::move(body)};
}

Content as_events(Content content) {
  content.is_events = true;
  return content;
}

// What carries a whole picture.
std::vector<Make> pictures() {
  const auto unpadded = [](std::string text) {
    while (text.ends_with('=')) text.pop_back();
    return text;
  };
  const auto lone = [](const std::string& text, std::string_view type) {
    return R"({"type":")" + std::string(type) + R"(","b64_json":")" + text + "\"}";
  };
  const auto file_url = [](int index) { return "/files/" + std::to_string(index) + ".png"; };
  return {
      [](auto& b, int, auto&) { return good("b64_json", b64_entry(b)); },
      [](auto& b, int, auto&) { return good("b64_json in lines", b64_entry(in_lines(b, "\\r\\n"))); },
      [](auto& b, int, auto&) { return good("b64_json in lines that are no JSON", b64_entry(in_lines(b, "\n"))); },
      [=](auto& b, int, auto&) { return good("unpadded", b64_entry(unpadded(b))); },
      [](std::string b, int, auto&) {
        std::ranges::replace(b, '+', '-');
        std::ranges::replace(b, '/', '_');
        return good("url-safe", b64_entry(b));
      },
      [](auto& b, int, auto&) { return good("data: prefix", b64_entry("data:image/png;base64," + b)); },
      [](auto& b, int, auto&) {
        return good("01 data URI in url", answer_with(R"({"url":"data:image/png;base64,)" + b + "\"}"));
      },
      [](auto& b, int, auto&) { return good("data is an object", R"({"data":{"b64_json":")" + b + "\"}}"); },
      [](auto& b, int, auto&) { return good("byte order mark", "\xEF\xBB\xBF" + b64_entry(b)); },
      [](auto& b, int, auto& r) {
        return good("03 blanks", std::string(static_cast<std::size_t>(up_to(r, 5000)), ' ') + "\r\n" + b64_entry(b));
      },
      [](auto& b, int, auto&) {
        return good("17 lone surrogate", answer_with(R"({"b64_json":")" + b + R"(","revised_prompt":"A cup \ud83d"})"));
      },
      [](auto& b, int, auto&) {
        return good("not UTF-8",
                    answer_with("{\"revised_prompt\":\"caf\xE9\",\"k\xFFy\":\"\xC3\",\"b64_json\":\"" + b + "\"}"));
      },
      [](auto& b, int, auto&) {
        return good("control characters", answer_with("{\"revised_prompt\":\"a\nb\x01\",\"b64_json\":\"" + b + "\"}"));
      },
      [](auto& b, int, auto&) {
        return good("an error beside it",
                    R"({"error":null,"message":"ok","code":"0","data":[{"b64_json":")" + b + "\"}]}");
      },
      [](auto& b, int, auto&) {
        return good("more than asked", answer_with(R"({"b64_json":")" + b + R"("},{"b64_json":"AAAA"})"));
      },
      [](auto& b, int, auto&) { return good("text behind it", b64_entry(b) + "\n\n{garbage"); },
      [](auto& b, int, auto& r) {
        const auto body = b64_entry(b);
        return good("the end of the document is lost",
                    body.substr(0, body.size() - static_cast<std::size_t>(up_to(r, 3))));
      },
      [](auto& b, int, auto& r) {
        std::string deep =
            R"({"usage":{"input_tokens":1,"output_tokens":2},"x":[[{"data":[{"b64_json":"AAAA"}]}]],"data":[{"b64_json":")";
        return good("odd things around", deep + b + R"("}],"n":)" + std::to_string(up_to(r, 9)) + "}");
      },
      [=](auto& b, int, auto& r) {
        const std::array<std::string_view, 3> ends{"\n", "\r\n", "\r"};
        const auto end = one_of(r, ends);
        std::string body;
        for (int i = up_to(r, 2); i > 0; --i)
          body += event_of("image_generation.partial_image", lone("AAAA", "image_generation.partial_image"), end);
        if (up_to(r, 1) == 0) body += ": ping" + std::string(end) + std::string(end);
        return as_events(good(
            "05 events", body + event_of("image_generation.completed", lone(b, "image_generation.completed"), end)));
      },
      [](auto& b, int, auto&) {
        return as_events(good("the answer as an event", "data: " + b64_entry(b) + "\n\ndata: [DONE]\n\n"));
      },
      [=](auto&, int i, auto&) { return good("url", answer_with(R"({"url":")" + file_url(i) + "\"}")); },
      [=](auto&, int i, auto&) {
        return good("url that is escaped",
                    answer_with(R"({"url":"\/files\/)" + std::to_string(i) + ".png?sig=a%2Fb\"}"));
      },
      [](auto&, int i, auto&) {
        return good("a URL that leads to another", answer_with(R"({"url":"/moved/)" + std::to_string(i) + ".png\"}"));
      },
      [=](auto&, int i, auto& r) {
        auto late = good("a URL that is 404 for a second", answer_with(R"({"url":")" + file_url(i) + "\"}"));
        late.missing_downloads = 1 + up_to(r, 3);
        return late;
      },
  };
}

Content bad(std::string what, int status, std::string body, Errc error, Billing billing = Billing::maybe,
            int purchases = 1) {
  Content content{std::move(what), std::move(body)};
  content.status = status, content.error = error, content.billing = billing, content.purchases = purchases;
  return content;
}

std::string error_body(std::string_view code, std::string_view type = "t", std::string_view message = "m") {
  return R"({"error":{"message":")" + std::string(message) + R"(","type":")" + std::string(type) +
         R"(","param":null,"code":")" + std::string(code) + "\"}}";
}

// What does not.
std::vector<Content> failures() {
  const auto free = Billing::no;
  auto waits = bad("503 with Retry-After", 503, "busy", Errc::unavailable, free, kTries);
  waits.headers = {{"Retry-After", "1"}};
  auto limited = bad("429 for an hour", 429, error_body("rate_limit_exceeded"), Errc::rate_limited, free);
  limited.headers = {{"Retry-After", "3600"}};
  auto dated = bad("429 with a date", 429, error_body("rate_limit_exceeded"), Errc::rate_limited, free, kTries);
  dated.headers = {{"Date", "Mon, 30 Nov 2026 10:00:00 GMT"}, {"Retry-After", "Mon, 30 Nov 2026 10:00:02 GMT"}};
  auto exact = bad("429 with milliseconds", 429, error_body("rate_limit_exceeded"), Errc::rate_limited, free, kTries);
  exact.headers = {{"Retry-After", "3600"}, {"retry-after-ms", "20"}};
  auto at_once = bad("429 with 0", 429, error_body("rate_limit_exceeded"), Errc::rate_limited, free, kTries);
  at_once.headers = {{"Retry-After", "0"}};
  auto silent = bad("reset after the upload", 0, "", Errc::unavailable);
  silent.delivery = Delivery::unknown;
  const auto headers_only = bad("closed behind the headers", 0, "HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", Errc::bad_answer);
  auto moved = bad("23 redirect", 308, "", Errc::bad_answer, free);
  moved.headers = {{"Location", "https://gateway.example.com/v1/images/generations"}};
  auto again = bad("500 that asks for another", 500, error_body("server_error"), Errc::unavailable);
  again.headers = {{"x-should-retry", "true"}};
  auto unreachable = bad("a URL inside the network", 200, answer_with(R"({"url":"http://169.254.169.254/x.png"})"),
                         Errc::permission_denied);
  return {
      waits,
      limited,
      dated,
      exact,
      at_once,
      silent,
      headers_only,
      moved,
      again,
      unreachable,
      bad("429", 429, error_body("rate_limit_exceeded"), Errc::rate_limited, free, kTries),
      bad("insufficient_quota", 429, error_body("insufficient_quota"), Errc::quota_exceeded, free),
      bad("14 budget", 429, error_body("429", "budget_exceeded", "Budget has been exceeded! Current cost: 26.075"),
          Errc::quota_exceeded, free),
      bad("billing limit as 400", 400, error_body("billing_hard_limit_reached"), Errc::quota_exceeded, free),
      bad("15 refusal as 400", 400,
          error_body("400", "", "litellm.ContentPolicyViolationError: rejected as a result of our safety system."),
          Errc::content_refused),
      bad("15b content_filter", 400,
          R"({"error":{"code":"content_filter","message":"m","innererror":{"code":"ResponsibleAIPolicyViolation"}}})",
          Errc::content_refused),
      bad("moderation_blocked", 400, error_body("moderation_blocked"), Errc::content_refused),
      bad("refusal with a lone surrogate", 400, error_body("moderation_blocked", "t", R"(\ud83d)"),
          Errc::content_refused),
      bad("refusal that is not UTF-8", 400, error_body("moderation_blocked", "t", "caf\xE9"), Errc::content_refused),
      bad("invalid_value", 400, error_body("invalid_value"), Errc::invalid_argument, free),
      bad("401", 401, error_body("invalid_api_key"), Errc::permission_denied, free),
      bad("403", 403, "<html>forbidden</html>", Errc::permission_denied, free),
      bad("model_not_found", 404, error_body("model_not_found"), Errc::not_found, free),
      bad("413", 413, "<html>", Errc::limit_exceeded, free),
      bad("500", 500, error_body("server_error"), Errc::unavailable),
      bad("502", 502, "<html>bad gateway</html>", Errc::unavailable),
      bad("503", 503, "", Errc::unavailable),
      bad("504", 504, "", Errc::unavailable),
      bad("empty", 200, "", Errc::bad_answer),
      bad("blank", 200, " \r\n", Errc::bad_answer),
      bad("html", 200, "<html>hello</html>", Errc::bad_answer),
      bad("array", 200, "[1]", Errc::bad_answer),
      bad("cut JSON", 200, R"({"created":1,"data":[{"b64_json":"iVBORw0KGgoAAA)", Errc::bad_answer),
      bad("no data", 200, R"({"created":1})", Errc::bad_answer),
      bad("08 empty data with a word", 200, R"({"data":[],"error":"CUDA out of memory"})", Errc::bad_answer),
      bad("09 a task alone", 200, R"({"code":200,"data":[{"status":"submitted","task_id":"task_01"}]})",
          Errc::bad_answer),
      bad("quota in a 200", 200, error_body("insufficient_quota"), Errc::quota_exceeded),
      bad("limit in a 200", 200, error_body("rate_limit_exceeded"), Errc::rate_limited),
      bad("bad base64", 200, answer_with(R"({"b64_json":"!!!!"})"), Errc::corrupt_data),
      bad("a page for a picture", 200, answer_with(R"({"b64_json":"PGh0bWw+"})"), Errc::corrupt_data),
      bad("a broken data URI", 200, answer_with(R"({"url":"data:image/png;base64,!!!"})"), Errc::corrupt_data),
      bad("a URL of a file", 200, answer_with(R"({"url":"file:///etc/hostname"})"), Errc::bad_answer),
      bad("a URL that leads into the network", 200, answer_with(R"({"url":"/inside.png"})"), Errc::permission_denied),
      bad("a URL that never is", 200, answer_with(R"({"url":"/gone.png"})"), Errc::bad_answer),
      as_events(bad("events without the last", 200,
                    event_of("image_generation.partial_image", R"({"b64_json":"AAAA","partial_image_index":0})"),
                    Errc::bad_answer)),
      as_events(bad("an error event", 200, event_of("error", error_body("moderation_blocked")), Errc::content_refused)),
  };
}

// Bytes on the wire, in one of the ways in which servers send them.
struct Sender {
  Random& random;
  Content& content;

  bool is_success() const { return content.status == 200; }
  bool once_in(int n) { return up_to(random, n - 1) == 0; }

  Reply make() {
    if (content.status == 0) return cut_off();
    std::string body = content.body;
    std::string head = interim() + "HTTP/1.1 " + std::to_string(content.status) + " Because\r\n" + encode(body);
    for (const auto& [name, value] : content.headers) head += name + ": " + value + "\r\n";
    Reply reply;
    reply.ending = Ending::keep_alive;
    reply.raw = frame(std::move(head), body, reply);
    if (once_in(3)) reply.drip_bytes = 1 + static_cast<std::size_t>(up_to(random, reply.raw.size() > 5000 ? 3000 : 40));
    return reply;
  }

  // What it is given, and then nothing.
  Reply cut_off() {
    if (content.body.empty()) return Reply::dropped(Ending::reset);
    Reply reply;
    reply.raw = content.body, reply.ending = Ending::close;
    return reply;
  }

  std::string interim() {
    const std::array<std::string_view, 3> kinds{"HTTP/1.1 102 Processing\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
                                                "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"};
    std::string out;
    for (int i = once_in(4) ? up_to(random, 40) : 0; i > 0; --i) out += one_of(random, kinds);
    return out;
  }

  std::string encode(std::string& body) {
    const std::array<std::string_view, 4> types{"application/json", "application/json; charset=utf-8", "text/plain",
                                                ""};
    const auto type = content.is_events ? std::string_view("text/event-stream") : one_of(random, types);
    std::string headers = type.empty() ? std::string() : "Content-Type: " + std::string(type) + "\r\n";
    switch (up_to(random, 9)) {
      case 0:
        body = compressed(body);
        return headers + "Content-Encoding: gzip\r\n";
      case 1:
        body = compressed(body, Coding::zlib);
        return headers + "Content-Encoding: deflate\r\n";
      case 2:
        return headers + "Content-Encoding: gzip\r\n";  // 07: it is not
      case 3:
        if (!type.empty()) body = compressed(body);  // and this one does not say it
        return headers;
      default:
        return headers;
    }
  }

  // Once a picture has come, or an error that says what it is, nothing else has to come as it should.
  std::string frame(std::string head, const std::string& body, Reply& reply) {
    const bool may_lose = content.error ? content.status >= 400 && content.body.starts_with('{') : is_success();
    const bool loses = may_lose && once_in(3);
    reply.ending = loses || once_in(2) ? Ending::close : Ending::keep_alive;
    switch (up_to(random, 2)) {
      case 0:
        if (loses && once_in(20)) reply.ending = Ending::keep_alive;  // and it is silent from then on
        return head + "Content-Length: " + std::to_string(body.size() + (loses ? 7 : 0)) + "\r\n\r\n" + body;
      case 1:
        return head + "Transfer-Encoding: chunked\r\n\r\n" + chunks(body) +
               (loses ? one_of(random, kLost) : "0\r\n\r\n");
      default:
        reply.ending = Ending::close;
        return head + "Connection: close\r\n\r\n" + body;
    }
  }

  static constexpr std::array<const char*, 4> kLost{"", "0\r\n", "zz\r\n", "5\r\nab"};

  std::string chunks(std::string_view body) {
    const auto most = once_in(3) && body.size() < 5000 ? 3 : 4000;
    std::string out;
    while (!body.empty()) {
      const auto piece = body.substr(0, 1 + static_cast<std::size_t>(up_to(random, most)));
      char size[32];
      const auto end = std::to_chars(size, size + sizeof size, piece.size(), 16).ptr;
      out.append(size, end).append("\r\n").append(piece).append("\r\n");
      body.remove_prefix(piece.size());
    }
    return out;
  }
};

/// Answers request number n with answer number n.
class Provider {
 public:
  explicit Provider(unsigned seed) {
    Random random(seed);
    const auto with = pictures();
    const auto without = failures();
    for (int i = 0; i < kAnswers; ++i) {
      files_.push_back(picture_of(i, random));
      auto content =
          i % 3 != 2 ? one_of(random, with)(to_base64(as_bytes(files_.back())), i, random) : one_of(random, without);
      replies_.push_back(Sender{random, content}.make());
      contents_.push_back(std::move(content));
    }
    purchases_.resize(kAnswers), downloads_.resize(kAnswers);
  }

  Reply answer(const RecordedRequest& request) {
    const std::lock_guard lock(mutex_);
    if (request.method == "GET") return download(request.target);
    const auto at = request.body.find("answer ");
    const auto index = static_cast<std::size_t>(std::stoi(request.body.substr(at + 7)));
    ++purchases_[index];
    return replies_[index];
  }

  const Content& content(int index) const { return contents_[static_cast<std::size_t>(index)]; }
  const std::string& file(int index) const { return files_[static_cast<std::size_t>(index)]; }
  int purchases(int index) const { return purchases_[static_cast<std::size_t>(index)]; }
  std::string wire(int index) const {
    constexpr std::size_t kHead = 300, kTail = 100;
    const auto& raw = replies_[static_cast<std::size_t>(index)].raw;
    return raw.size() <= kHead + kTail ? raw : raw.substr(0, kHead) + "\n...\n" + raw.substr(raw.size() - kTail);
  }

 private:
  Reply download(const std::string& target) {
    if (target == "/inside.png") return Reply::of(302, "", {{"Location", "http://10.0.0.7/x.png"}});
    if (target.starts_with("/moved/")) return Reply::of(302, "", {{"Location", "/files/" + target.substr(7)}});
    if (!target.starts_with("/files/")) return Reply::of(404);
    const auto index = static_cast<std::size_t>(std::stoi(target.substr(7)));
    if (downloads_[index]++ < contents_[index].missing_downloads)
      return Reply::of(downloads_[index] % 2 == 0 ? 403 : 404, "not yet");
    Reply file = Reply::of(200, files_[index], {{"Content-Type", "image/png"}});
    constexpr std::array kFramings{Framing::content_length, Framing::chunked, Framing::until_close};
    file.framing = kFramings[index % kFramings.size()];
    if (file.framing == Framing::until_close) file.ending = Ending::close;
    return file;
  }

  mutable std::mutex mutex_;
  std::vector<std::string> files_;
  std::vector<Content> contents_;
  std::vector<Reply> replies_;
  std::vector<int> purchases_, downloads_;
};

void expect_right(const Provider& fake, int index, const Result<Submission>& result) {
  const auto& content = fake.content(index);
  SCOPED_TRACE("answer " + std::to_string(index) + ", " + content.what + ":\n" + fake.wire(index));
  EXPECT_EQ(fake.purchases(index), content.purchases);
  if (!content.error) {
    ASSERT_THAT(result, IsOk());
    ASSERT_EQ(images_of(result).images.size(), 1U);
    EXPECT_TRUE(as_text(images_of(result).images[0].file) == fake.file(index));
    return;
  }
  ASSERT_THAT(result, FailsWith(*content.error));
  EXPECT_EQ(billing_of(result.error()), content.billing) << result.error();
  EXPECT_EQ(result.error().delivery, content.delivery);
}

void expect_right_answers(unsigned seed) {
  SCOPED_TRACE("IMAGEGEN_ANSWER_SEED=" + std::to_string(seed));
  Provider fake(seed);
  ServerOptions with_tls;
  with_tls.certificate = Certificate::good;
  const auto handler = [&](const RecordedRequest& request) { return fake.answer(request); };
  const auto over_tls = [&](const RecordedRequest& request) {
    auto reply = fake.answer(request);
    if (reply.ending == Ending::close) reply.ending = Ending::close_without_notify;
    return reply;
  };
  LoopbackServer plain(handler), tls(over_tls, with_tls);
  HttpClientOptions options;
  options.ca_file = LoopbackServer::ca_file();
  options.allowed_hosts = {"127.0.0.1"};
  options.idle_timeout = milliseconds(5000);  // for those that are silent before their last byte
  const auto http = make_http_client(std::move(options)).value();
  ImpatientClock clock;
  RetryPolicy policy;
  policy.max_attempts = kTries, policy.jitter_seed = 1;
  const auto provider_at = [&](const LoopbackServer& server) {
    auto made = options_for("gpt-image-2");
    made.base_url = server.url("/v1");
    return with_retry(make_openai_provider(std::move(made), *http, clock).value(), policy, clock);
  };
  const std::array<std::unique_ptr<ImageProvider>, 2> providers{provider_at(plain), provider_at(tls)};

  boost::asio::io_context io(1);
  std::vector<std::optional<Result<Submission>>> results(kAnswers);
  int next = 0, working = kAtATime;
  const auto work = [&]() -> Task<void> {
    while (next < kAnswers) {
      const int index = next++;
      auto& provider = *providers[index % 8 == 0 ? 1 : 0];
      auto request = request_for("answer " + std::to_string(index));
      results[static_cast<std::size_t>(index)] = co_await provider.submit(std::move(request), Deadline::never());
    }
  };
  for (int i = 0; i < kAtATime; ++i)
    boost::asio::co_spawn(io, work(), [&](const std::exception_ptr& thrown) {
      EXPECT_FALSE(thrown);
      --working;
    });
  run_until(io, [&] { return working == 0; });
  for (int i = 0; i < kAnswers; ++i) {
    ASSERT_TRUE(results[static_cast<std::size_t>(i)].has_value());
    expect_right(fake, i, *results[static_cast<std::size_t>(i)]);
  }
}

TEST(OpenAiGenerated, WhateverCarriesAPictureIsThatPictureAndNothingIsBoughtTwice) {
  const long first = number_from_environment("IMAGEGEN_ANSWER_SEED", kSeed);
  const long rounds = number_from_environment("IMAGEGEN_ANSWER_ROUNDS", 1);
  for (long seed = first; seed < first + rounds && !HasFailure(); ++seed) expect_right_answers(static_cast<unsigned>(seed));
}

}  // namespace
}  // namespace imagegen::test
