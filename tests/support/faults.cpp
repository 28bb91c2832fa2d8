#include "support/faults.hpp"

namespace imagegen::test::faults {

Fault refused(std::string name, Reply reply) {
  return {std::move(name), false, [reply](const Answering&) { return reply; }};
}

Fault worked(std::string name, std::function<Reply(const Answering&)> spoil) {
  return {std::move(name), true, std::move(spoil)};
}

Fault reshaped(std::string name, std::function<void(Reply&)> change) {
  return worked(std::move(name), [change](const Answering& answering) {
    auto reply = answering.good;
    change(reply);
    return reply;
  });
}

Reply page(int status) {
  return Reply::of(status, "<html><body><h1>" + std::to_string(status) + "</h1></body></html>",
                   {{"Content-Type", "text/html"}});
}

std::vector<HeaderList> forms_of_retry_after() {
  return {{{"Retry-After", "1"}},
          {},
          {{"Retry-After", "0"}},
          {{"retry-after-ms", "1500"}},
          {{"Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT"}}};
}

Fault too_large() {
  return refused("413", page(413));
}

Fault bad_gateway() {
  return worked("502 with a page", [](const Answering&) { return page(502); });
}

Fault gateway_timeout() {
  return worked("504", [](const Answering&) { return page(504); });
}

Fault redirect(std::string location) {
  return refused("redirect", Reply::of(307, "", {{"Location", std::move(location)}}));
}

Fault html() {
  return worked("page with 200", [](const Answering&) { return page(200); });
}

Fault empty_body() {
  return reshaped("empty body", [](Reply& reply) { reply.body.clear(); });
}

Fault json_array() {
  return reshaped("JSON array", [](Reply& reply) { reply.body = "[" + reply.body + "]"; });
}

Fault truncated_json() {
  return reshaped("truncated JSON", [](Reply& reply) { reply.body.resize(reply.body.size() / 2); });
}

Fault gzip() {
  return reshaped("gzip unasked for", [](Reply& reply) {
    reply.body = std::string("\x1F\x8B\x08\x00\x00\x00\x00\x00", 8);
    reply.headers.emplace_back("Content-Encoding", "gzip");
  });
}

Fault byte_order_mark() {
  return reshaped("byte order mark", [](Reply& reply) { reply.body.insert(0, "\xEF\xBB\xBF"); });
}

Fault chunked() {
  return reshaped("chunked", [](Reply& reply) {
    reply.framing = Framing::chunked;
    reply.chunk_bytes = 7;
  });
}

Fault wrong_content_type() {
  return reshaped("wrong Content-Type", [](Reply& reply) { reply.headers = {{"Content-Type", "text/plain"}}; });
}

Fault reset_after_request() {
  return worked("reset after the request", [](const Answering&) { return Reply::dropped(Ending::reset); });
}

Fault closed_after_request() {
  return worked("closed after the request", [](const Answering&) { return Reply::dropped(Ending::close); });
}

Fault cut_short() {
  return reshaped("body cut short", [](Reply& reply) { reply.cut_body_at = reply.body.size() / 2; });
}

Fault reset_in_body() {
  return reshaped("reset in the body", [](Reply& reply) {
    reply.cut_body_at = reply.body.size() / 2;
    reply.ending = Ending::reset;
  });
}

Fault stall_in_body() {
  return reshaped("a body that stalls", [](Reply& reply) { reply.hold_body_at = reply.body.size() / 2; });
}

Fault silence() {
  return worked("silence", [](const Answering&) { return Reply::never(); });
}

Fault delay(std::chrono::milliseconds time) {
  return reshaped("late", [time](Reply& reply) { reply.delay = time; });
}

Fault drip(std::chrono::milliseconds pause) {
  return reshaped("one byte at a time", [pause](Reply& reply) {
    reply.drip_bytes = 1;
    reply.drip_pause = pause;
  });
}

}  // namespace imagegen::test::faults
