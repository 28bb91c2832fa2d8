#include "http/request_text.hpp"

#include "http/ascii.hpp"

#include <algorithm>
#include <array>

namespace imagegen {
namespace {

constexpr std::array<std::string_view, 4> kOwnHeaders = {"Host", "Content-Length", "Connection", "Transfer-Encoding"};
constexpr std::array<std::string_view, 4> kRepeatable = {"GET", "HEAD", "PUT", "DELETE"};

Result<void> check_header(const HttpHeader& header) {
  if (!is_token(header.name))
    return Error{Errc::invalid_argument, "headers: a name is empty or has a character too many"};
  const auto own = [&](std::string_view name) { return equal_ignoring_case(name, header.name); };
  if (std::any_of(kOwnHeaders.begin(), kOwnHeaders.end(), own)) {
    return Error{Errc::invalid_argument, "headers." + header.name + ": the client sends this one itself"};
  }
  if (is_header_value(header.value)) return {};
  return Error{Errc::invalid_argument, "headers." + header.name + ": the value has a control character in it"};
}

void add_line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

bool sends_length(const HttpRequest& request) {
  return !request.body.empty() || (request.method != "GET" && request.method != "HEAD" && request.method != "DELETE");
}

}  // namespace

Result<void> check_request(const HttpRequest& request) {
  if (!is_token(request.method)) return Error{Errc::invalid_argument, "method: expected a word such as GET"};
  // Anybody can fill a Url by hand; only what the parser reads back unchanged is one.
  const auto parsed = parse_url(request.url.str());
  if (!parsed) return parsed.error();
  if (*parsed != request.url) return Error{Errc::invalid_argument, "url: its parts do not make up a URL"};
  for (const auto& header : request.headers.entries()) {
    if (auto checked = check_header(header); !checked) return checked;
  }
  return {};
}

bool is_repeatable(const HttpRequest& request) {
  if (std::find(kRepeatable.begin(), kRepeatable.end(), request.method) == kRepeatable.end()) return false;
  return !request.headers.has("If-Match") && !request.headers.has("If-None-Match");
}

std::string request_head(const HttpRequest& request, std::string_view target, std::string_view user_agent) {
  std::string out = request.method;
  out.append(" ").append(target).append(" HTTP/1.1\r\n");
  add_line(out, "Host", request.url.authority());
  const auto add_default = [&](std::string_view name, std::string_view value) {
    if (!value.empty() && !request.headers.has(name)) add_line(out, name, value);
  };
  add_default("User-Agent", user_agent);
  add_default("Accept", "*/*");
  add_default("Accept-Encoding", "identity");
  for (const auto& [name, value] : request.headers.entries()) add_line(out, name, value);
  if (sends_length(request)) add_line(out, "Content-Length", std::to_string(request.body.size()));
  return out.append("\r\n");
}

std::string connect_head(std::string_view host_and_port, std::string_view user_agent) {
  std::string out("CONNECT ");
  out.append(host_and_port).append(" HTTP/1.1\r\n");
  add_line(out, "Host", host_and_port);
  if (!user_agent.empty()) add_line(out, "User-Agent", user_agent);
  return out.append("\r\n");
}

}  // namespace imagegen
