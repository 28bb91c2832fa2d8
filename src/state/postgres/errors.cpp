#include "state/postgres/errors.hpp"

#include <algorithm>
#include <array>

namespace imagegen::state {
namespace {

constexpr std::size_t kLongestText = 400;
constexpr std::string_view kForbidden = "IG001";  // by imagegen_forbid_work(), in our words

bool is_one_of(std::string_view code, std::initializer_list<std::string_view> starts) {
  return std::any_of(starts.begin(), starts.end(), [&](std::string_view start) { return code.starts_with(start); });
}

// One line, not too long.
std::string tidy(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  std::string out;
  for (const char c : text) {
    if (c != '\n' && c != '\t') {
      out += c;
    } else if (!out.ends_with("; ")) {
      out += "; ";
    }
  }
  if (out.size() > kLongestText) out.resize(kLongestText);
  return out;
}

// "FATAL:  28P01: password ..." gives 28P01; nothing when libpq failed before the server spoke.
std::string sqlstate_in(std::string_view text) {
  const auto is_code = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); };
  constexpr std::size_t kLength = 5;
  for (auto at = text.find(":  "); at != std::string_view::npos; at = text.find(":  ", at + 1)) {
    const auto code = text.substr(at + 3, kLength);
    if (code.size() == kLength && std::all_of(code.begin(), code.end(), is_code) &&
        text.substr(at + 3 + kLength).starts_with(":"))
      return std::string(code);
  }
  return {};
}

Error unavailable(std::string message) {
  Error error(Errc::unavailable, std::move(message));
  error.retry = Retry::later;
  return error;
}

// What the server says of data may quote users; what it says of itself and of names in the schema does not.
bool quotes_nobody(std::string_view sqlstate) {
  return is_one_of(sqlstate, {"08", "25", "28", "2B", "3D", "3F", "40", "42", "53", "54", "55", "57", "58", "XX"});
}

Errc code_of(std::string_view sqlstate) {
  if (is_one_of(sqlstate, {"08", "25006", "40", "53", "55P03", "57014", "57P0"})) return Errc::unavailable;
  if (is_one_of(sqlstate, {"28", "42501"})) return Errc::permission_denied;
  if (is_one_of(sqlstate, {"22021", "22P05"})) return Errc::invalid_argument;
  // A page or an index, and what every version of ours has: tables, columns, functions, a schema.
  if (is_one_of(sqlstate, {"XX001", "XX002", "42P01", "42703", "42883", "3F000"})) return Errc::corrupt_data;
  return Errc::storage_failed;
}

}  // namespace

bool is_transient(std::string_view sqlstate) noexcept {
  return sqlstate == "40001" || sqlstate == "40P01";
}

Error refused_statement(const std::string& server, const std::string& sqlstate, const std::string& text) {
  if (sqlstate == kForbidden) return {Errc::unsupported, "state: " + server + ": " + tidy(text)};
  const auto code = code_of(sqlstate);
  std::string message = server + ": ";
  if (code == Errc::permission_denied)
    message += "the user may not do that; give it the rights on the schema";
  else if (sqlstate == "25006")
    message += "it may only be read now, as a standby may; name the primary, or let it be written";
  else if (sqlstate.starts_with("53"))
    message += "it has no room, memory or connections left; give it some, and make the same call again";
  else if (sqlstate.starts_with("2B"))
    message += "something that is none of this library's stands on what has to change; drop it, make the same call again, "
               "and then make it anew";
  else if (code == Errc::unavailable)
    message += "it cannot do that now; the same call can be made again";
  else if (is_one_of(sqlstate, {"XX001", "XX002"}))
    message += "it is damaged; restore it from a copy";
  else if (code == Errc::corrupt_data)
    message += "what this library keeps there is missing: it was deleted, or the search_path leads elsewhere; restore it";
  else
    message += "a statement failed";
  message += " (SQLSTATE " + sqlstate + (quotes_nobody(sqlstate) ? ": " + tidy(text) : std::string()) + ")";
  Error error = code == Errc::unavailable ? unavailable(std::move(message)) : Error(code, std::move(message));
  error.provider_text = text;
  return error;
}

Error refused_connection(const std::string& server, const std::string& text, const Secret& password) {
  const auto sqlstate = sqlstate_in(text);
  const auto detail = tidy(redact(text, password));
  if (sqlstate.starts_with("28"))
    return {Errc::permission_denied,
            server + ": it refused user or password; correct them in the URL (SQLSTATE " + sqlstate + ")"};
  if (sqlstate.empty() || code_of(sqlstate) == Errc::unavailable)
    return unavailable(server + ": no connection; see that the server runs and that host and port are right (" +
                       detail + ")");
  return {code_of(sqlstate), server + ": no connection; see that the database exists (" + detail + ")"};
}

Error lost_connection(const std::string& server, std::string_view how) {
  return unavailable(server + ": " + std::string(how) + "; whether the last change was made is not known, and the " +
                     "same call can be made again");
}

}  // namespace imagegen::state
