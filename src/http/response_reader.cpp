#include "http/response_reader.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <optional>
#include <utility>

#include "http/content_decoder.hpp"

namespace imagegen {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

constexpr std::size_t kMaxInterimBytes = 1U << 20U;  // one every second for the longest of deadlines
constexpr std::size_t kMaxErrorBodyBytes = 64U << 10U;
constexpr std::size_t kMaxFirstReserve = 1U << 20U;  // a length is only a claim until the bytes come
constexpr std::size_t kMaxChunkLineBytes = 16U << 10U;

Error bad_answer(std::string_view what) {
  return {Errc::bad_answer, std::string(what)};
}

// What gateways send to keep a connection alive while somebody works.
bool is_blank(ByteView data) noexcept {
  return std::all_of(data.begin(), data.end(),
                     [](std::uint8_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
}

// A JSON object up to its last brace. What is in it is for others to judge.
bool is_whole_object(std::string_view text) noexcept {
  text = text.substr(std::min(text.find('{'), text.size()));
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') {
      ++i;
    } else if (c == '"') {
      in_string = !in_string;
    } else if (!in_string && (c == '{' || c == '[')) {
      ++depth;
    } else if (!in_string && (c == '}' || c == ']') && --depth == 0) {
      return true;
    }
  }
  return false;
}

// Beast says nothing about the status before the whole head is there.
bool begins_with_final_status(std::string_view text) noexcept {
  constexpr std::size_t kStatusAt = 9;  // behind "HTTP/1.1 "
  return text.starts_with("HTTP/1.") && text.find("\r\n") != std::string_view::npos && text.size() > kStatusAt &&
         text[kStatusAt] >= '2' && text[kStatusAt] <= '5';
}

/// One answer, final or interim, written into what the reader owns.
class Parser final : public http::basic_parser<false> {
 public:
  explicit Parser(const ResponseLimits& limits) : limits_(limits) {
    header_limit(static_cast<std::uint32_t>(std::min<std::size_t>(limits.max_header_bytes, 1U << 30U)));
    body_limit(boost::none);  // its own would count for every answer alike; see take_body()
    eager(true);
    if (limits.to_head) skip(true);
  }

  HttpResponse response;
  std::optional<Error> failure;  // why a callback stopped the parser
  bool has_status = false;
  bool body_begun = false;
  bool enough = false;  // an error answer of which no more is kept

  bool to_sink() const noexcept { return limits_.sink != nullptr && response.status / 100 == 2; }
  bool is_decoded() const noexcept { return decoder_ && decoder_->is_decoding(); }
  BodyState sink_state() const { return to_sink() ? limits_.sink->state() : BodyState::under_way; }
  bool in_chunk() const noexcept { return chunk_left_ > 0; }

 private:
  void stop(error_code& ec, Error error) {
    failure = std::move(error);
    ec = http::error::body_limit;
  }

  void take_coded(string_view piece, error_code& ec) {
    const ByteView data(reinterpret_cast<const std::uint8_t*>(piece.data()), piece.size());
    if (!decoder_) return take_body(data, ec);
    const auto decoded = decoder_->feed(data, [&](ByteView plain) {
      take_body(plain, ec);
      return !ec;
    });
    if (!decoded && !failure) stop(ec, decoded.error());
  }

  void take_body(ByteView data, error_code& ec) {
    if (data.empty() || enough) return;
    body_begun = body_begun || !is_blank(data);
    const bool cut_here = limits_.sink != nullptr && !to_sink();
    const std::size_t limit = cut_here ? kMaxErrorBodyBytes : limits_.max_body_bytes;
    const auto kept = std::min(data.size(), limit - std::min(limit, taken_));
    if (kept < data.size() && !cut_here) return stop(ec, too_large());
    taken_ += kept;
    enough = kept < data.size();
    if (to_sink()) {
      if (auto passed_on = limits_.sink->on_data(data); !passed_on) stop(ec, passed_on.error());
    } else {
      response.body.insert(response.body.end(), data.begin(), data.begin() + static_cast<std::ptrdiff_t>(kept));
    }
  }

  Error too_large() const {
    return {Errc::limit_exceeded, "longer than the " + std::to_string(limits_.max_body_bytes) + " bytes allowed"};
  }

  void on_response_impl(int status, string_view, int, error_code& ec) override {
    if (status < 100) return stop(ec, bad_answer("not HTTP: a status below 100"));
    response.status = status;
    has_status = status / 100 != 1;
  }
  void on_field_impl(http::field, string_view name, string_view value, error_code&) override {
    if (!is_header_done()) response.headers.add(std::string(name), std::string(value));  // trailers are not kept
  }
  void on_header_impl(error_code& ec) override {
    const auto& headers = response.headers;
    if (has_status && response.status != 206 && ContentDecoder::may_be_coded(headers)) decoder_.emplace(headers);
    const auto length = limits_.to_head ? boost::none : content_length();
    if (!length || (limits_.sink != nullptr && !to_sink())) return;
    if (*length > limits_.max_body_bytes) return stop(ec, too_large());
    if (!to_sink()) response.body.reserve(std::min<std::size_t>(*length, kMaxFirstReserve));
  }
  std::size_t on_body_impl(string_view piece, error_code& ec) override {
    take_coded(piece, ec);
    return piece.size();
  }
  std::size_t on_chunk_body_impl(std::uint64_t, string_view piece, error_code& ec) override {
    chunk_left_ -= piece.size();
    take_coded(piece, ec);
    return piece.size();
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  void on_chunk_header_impl(std::uint64_t size, string_view, error_code&) override { chunk_left_ = size; }
  void on_finish_impl(error_code& ec) override {
    if (!decoder_ || enough) return;
    const auto ended = decoder_->finish([&](ByteView plain) {
      take_body(plain, ec);
      return !ec;
    });
    if (!ended && !failure) stop(ec, ended.error());
  }
  void on_request_impl(http::verb, string_view, string_view, int, error_code&) override {}

  const ResponseLimits& limits_;
  std::optional<ContentDecoder> decoder_;
  std::size_t taken_ = 0;
  std::uint64_t chunk_left_ = 0;  // bytes of this chunk that have not come
};

}  // namespace

struct ResponseReader::Impl {
  explicit Impl(const ResponseLimits& given) : limits(given) { parser.emplace(limits); }

  Result<void> parse();
  Result<bool> put_rest();

  ResponseLimits limits;
  std::optional<Parser> parser;
  Bytes rest;  // came, and not yet parsed
  std::size_t interim_bytes = 0;
  bool ended = false;
};

ResponseReader::ResponseReader(const ResponseLimits& limits) : impl_(std::make_unique<Impl>(limits)) {}
ResponseReader::~ResponseReader() = default;

// Gives the parser what there is. \return Whether it needs more bytes before it can go on.
Result<bool> ResponseReader::Impl::put_rest() {
  // Beast 1.81 asserts that it has 5 bytes when it comes back to a last chunk; a chunked body always has at least
  // those. Inside a chunk nothing is kept back: if the answer is cut short there, the last byte may be what makes it whole.
  const bool between_chunks = parser->is_header_done() && parser->chunked() && !parser->in_chunk();
  if (rest.empty() || (between_chunks && rest.size() < 5)) return true;
  error_code ec;
  const auto used = parser->put(boost::asio::buffer(rest), ec);
  if (!parser->has_status) interim_bytes += used;
  rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(used));
  if (parser->failure) return *parser->failure;
  if (ec == http::error::header_limit) {
    return Error{Errc::limit_exceeded, "headers longer than " + std::to_string(limits.max_header_bytes) + " bytes"};
  }
  if (ec && ec != http::error::need_more) return bad_answer("not HTTP: " + ec.message());
  if (ec && parser->is_header_done() && rest.size() > kMaxChunkLineBytes) return bad_answer("an endless chunk header");
  return ec == http::error::need_more;
}

Result<void> ResponseReader::Impl::parse() {
  for (;;) {
    const auto hungry = put_rest();
    if (!hungry) return hungry.error();
    if (parser->is_done() && parser->response.status / 100 == 1) {
      // 101 was never asked for, and what follows it would not be HTTP.
      if (parser->response.status == 101) return bad_answer("it switched protocols");
      if (interim_bytes > kMaxInterimBytes) return bad_answer("too many interim answers");
      parser.emplace(limits);
      continue;
    }
    ended = parser->is_done() || parser->enough;
    if (ended || *hungry || rest.empty()) return {};
  }
}

Result<void> ResponseReader::feed(ByteView data) {
  impl_->rest.insert(impl_->rest.end(), data.begin(), data.end());
  return impl_->ended ? Result<void>() : impl_->parse();
}

Result<void> ResponseReader::end_of_stream() {
  auto& parser = *impl_->parser;
  if (impl_->ended) return {};
  if (!parser.got_some() || !parser.is_header_done()) return bad_answer("it ended inside the headers");
  error_code ec;
  parser.put_eof(ec);
  if (parser.failure) return *parser.failure;
  if (ec) return bad_answer("it was cut short");
  impl_->ended = true;
  return {};
}

bool ResponseReader::done() const noexcept {
  return impl_->ended;
}
bool ResponseReader::has_status() const noexcept {
  return impl_->parser->has_status || begins_with_final_status(as_text(impl_->rest));
}
bool ResponseReader::is_success() const noexcept {
  return impl_->parser->has_status && impl_->parser->response.status / 100 == 2;
}
bool ResponseReader::body_begun() const noexcept {
  const auto& parser = *impl_->parser;
  return parser.body_begun && parser.sink_state() != BodyState::waiting;
}
bool ResponseReader::can_end_here() const noexcept {
  const auto& parser = *impl_->parser;
  if (!parser.has_status || !parser.is_header_done()) return false;
  if (parser.to_sink()) return parser.sink_state() >= BodyState::enough;
  // What an error is stands in its body; without that nobody would know that nothing is owed for a refusal.
  return parser.response.status >= 400 && is_whole_object(as_text(parser.response.body));
}
bool ResponseReader::is_complete() const noexcept {
  return can_end_here() && (!impl_->parser->to_sink() || impl_->parser->sink_state() == BodyState::complete);
}
void ResponseReader::end_here() noexcept {
  impl_->ended = true;
}

bool ResponseReader::can_reuse() const noexcept {
  const auto& parser = *impl_->parser;
  return impl_->ended && parser.is_done() && parser.keep_alive() && impl_->rest.empty();
}

HttpResponse ResponseReader::take() {
  auto& parser = *impl_->parser;
  auto response = std::move(parser.response);
  if (parser.is_decoded()) response.headers = ContentDecoder::without_coding(response.headers);
  return response;
}

}  // namespace imagegen
