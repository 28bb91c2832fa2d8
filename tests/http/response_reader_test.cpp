#include "http/response_reader.hpp"

#include "support/matchers.hpp"

#include <gtest/gtest.h>

namespace imagegen {
namespace {

using test::FailsSaying;
using test::FailsWith;
using test::IsOk;
using testing::HasSubstr;

// Reads `wire` in pieces of `step` bytes, then the end of the connection when it is wanted.
Result<HttpResponse> read_by(std::size_t step, std::string_view wire, const ResponseLimits& limits,
                             bool closes = false) {
  ResponseReader reader(limits);
  for (; !wire.empty() && !reader.done(); wire.remove_prefix(std::min(step, wire.size()))) {
    if (auto fed = reader.feed(as_bytes(wire.substr(0, step))); !fed) return fed.error();
  }
  if (closes) {
    if (auto ended = reader.end_of_stream(); !ended) return ended.error();
  }
  if (!reader.done()) return Error{Errc::unavailable, "the test's wire ended too soon"};
  return reader.take();
}

// Cut anywhere, an answer is the same; so every test reads it whole and byte by byte.
Result<HttpResponse> read(std::string_view wire, const ResponseLimits& limits = {}, bool closes = false) {
  auto whole = read_by(wire.size(), wire, limits, closes);
  const auto dripped = read_by(1, wire, limits, closes);
  EXPECT_EQ(whole.has_value(), dripped.has_value()) << wire;
  if (whole && dripped) {
    EXPECT_EQ(whole->body, dripped->body) << wire;
  } else if (!whole && !dripped) {
    EXPECT_EQ(whole.error().code, dripped.error().code) << wire;
  }
  return whole;
}

std::string body_of(std::string_view wire, bool closes = false) {
  const auto response = read(wire, {}, closes);
  return response ? std::string(as_text(response->body)) : "failed: " + response.error().message;
}

struct Collector final : BodySink {
  std::string got;
  Result<void> on_data(ByteView data) override {
    got.append(as_text(data));
    return {};
  }
};

TEST(ResponseReader, ReadsStatusHeadersAndBody) {
  const auto response = read("HTTP/1.1 404 Not Found\r\nA: 1\r\na:  2 \r\nContent-Length: 3\r\n\r\nabc").value();
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.get("a"), "1");
  EXPECT_EQ(response.headers.entries().at(1).value, "2");
  EXPECT_EQ(as_text(response.body), "abc");
}

TEST(ResponseReader, TakesChunksApart) {
  EXPECT_EQ(body_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=\"y\"\r\nabc\r\nA\r\n0123456789\r\n"
                    "0\r\nTrailer: t\r\n\r\n"),
            "abc0123456789");
}

TEST(ResponseReader, TakesAChunkedBodyThatIsEmpty) {
  EXPECT_EQ(body_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), "");
}

TEST(ResponseReader, PassesOnEveryByteOfAChunkThatHasCome) {
  const std::string wire = "HTTP/1.1 429 Slow\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{\"a\":{}}";
  for (std::size_t last = 1; last < 20; ++last) {
    ResponseReader reader({});
    const auto fed = reader.feed(as_bytes(std::string_view(wire).substr(0, wire.size() - last)));
    EXPECT_FALSE(reader.can_end_here());
    EXPECT_TRUE(fed && reader.feed(as_bytes(std::string_view(wire).substr(wire.size() - last))));
    EXPECT_TRUE(reader.can_end_here()) << "the last " << last << " bytes by themselves";
  }
}

TEST(ResponseReader, DropsTrailers) {
  const auto response =
      read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nLate: 1\r\n\r\n").value();
  EXPECT_FALSE(response.headers.has("Late"));
}

TEST(ResponseReader, ReadsToTheEndWithoutALength) {
  EXPECT_EQ(body_of("HTTP/1.1 200 OK\r\n\r\nabc", true), "abc");
  EXPECT_EQ(body_of("HTTP/1.0 200 OK\r\n\r\n", true), "");
}

TEST(ResponseReader, AnswersWithoutBodyEndWithTheirHeaders) {
  EXPECT_EQ(body_of("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"), "");
  EXPECT_EQ(body_of("HTTP/1.1 304 Not Modified\r\n\r\n"), "");
  ResponseLimits head;
  head.to_head = true;
  EXPECT_THAT(read("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", head), IsOk());
}

TEST(ResponseReader, PassesOverInterimAnswers) {
  EXPECT_EQ(body_of("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
            "ok");
}

TEST(ResponseReader, PassesOverAsManyInterimAnswersAsAPictureTakes) {
  std::string wire;
  for (int i = 0; i < 3000; ++i) wire += "HTTP/1.1 102 Processing\r\n\r\n";
  EXPECT_EQ(body_of(wire + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), "ok");
}

TEST(ResponseReader, DoesNotWaitForEverBehindInterimAnswers) {
  std::string wire;
  while (wire.size() < (1U << 20U) + 100)
    wire += "HTTP/1.1 103 Early Hints\r\nLink: " + std::string(10'000, 'x') + "\r\n\r\n";
  for (const std::size_t step : {std::size_t{1'000}, wire.size()})
    EXPECT_THAT(read_by(step, wire, {}), FailsWith(Errc::bad_answer));
  EXPECT_THAT(read("HTTP/1.1 101 Switching Protocols\r\n\r\n"), FailsWith(Errc::bad_answer));
}

TEST(ResponseReader, WhatIsNotHttpIsABadAnswer) {
  for (const char* wire :
       {"hello\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 050 OK\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA b\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc",
        "\x16\x03\x01\x02 and so on\r\n\r\n"}) {
    EXPECT_THAT(read(wire), FailsWith(Errc::bad_answer)) << wire;
  }
}

TEST(ResponseReader, AnEndInTheMiddleIsABadAnswer) {
  for (const char* wire :
       {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"}) {
    EXPECT_THAT(read(wire, {}, true), FailsWith(Errc::bad_answer)) << wire;
  }
}

TEST(ResponseReader, KnowsAboutTheStatusAsSoonAsItsLineIsThere) {
  ResponseReader reader({});
  ASSERT_THAT(reader.feed(as_bytes("HTTP/1.1 200 OK")), IsOk());
  EXPECT_FALSE(reader.has_status());
  ASSERT_THAT(reader.feed(as_bytes("\r\nA: b\r\n")), IsOk());
  EXPECT_TRUE(reader.has_status());
  EXPECT_FALSE(reader.body_begun());
}

TEST(ResponseReader, AnInterimAnswerIsNoStatus) {
  ResponseReader reader({});
  ASSERT_THAT(reader.feed(as_bytes("HTTP/1.1 100 Continue\r\n\r\n")), IsOk());
  EXPECT_FALSE(reader.has_status());
}

TEST(ResponseReader, ALengthAboveTheLimitIsRefusedBeforeTheBody) {
  ResponseLimits limits;
  limits.max_body_bytes = 10;
  EXPECT_THAT(read("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n", limits), FailsWith(Errc::limit_exceeded));
  EXPECT_THAT(read("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789", limits), IsOk());
}

TEST(ResponseReader, ABodyWithoutLengthStopsAtTheLimit) {
  ResponseLimits limits;
  limits.max_body_bytes = 3;
  EXPECT_THAT(read("HTTP/1.1 200 OK\r\n\r\nabcd", limits, true),
              FailsSaying(Errc::limit_exceeded, HasSubstr("3 bytes")));
  EXPECT_THAT(read("HTTP/1.1 200 OK\r\n\r\nabc", limits, true), IsOk());
  EXPECT_THAT(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n", limits),
              FailsWith(Errc::limit_exceeded));
}

TEST(ResponseReader, HeadersStopAtTheLimit) {
  ResponseLimits limits;
  limits.max_header_bytes = 100;
  EXPECT_THAT(read("HTTP/1.1 200 OK\r\nA: " + std::string(200, 'a') + "\r\n\r\n", limits),
              FailsWith(Errc::limit_exceeded));
  EXPECT_THAT(read("HTTP/1.1 200 " + std::string(200, 'a') + "\r\n\r\n", limits), FailsWith(Errc::limit_exceeded));
}

TEST(ResponseReader, AChunkHeaderStopsAtTheLimit) {
  EXPECT_THAT(read_by(1000, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(40'000, 'x'), {}),
              FailsWith(Errc::bad_answer));
}

TEST(ResponseReader, ASinkTakesTheBodyOfASuccess) {
  Collector sink;
  ResponseLimits limits;
  limits.sink = &sink;
  const auto response = read_by(2, "HTTP/1.1 206 OK\r\nContent-Length: 3\r\n\r\nabc", limits).value();
  EXPECT_EQ(sink.got, "abc");
  EXPECT_TRUE(response.body.empty());
}

TEST(ResponseReader, ASinkIsLimitedToo) {
  Collector sink;
  ResponseLimits limits;
  limits.sink = &sink;
  limits.max_body_bytes = 3;
  EXPECT_THAT(read_by(2, "HTTP/1.1 200 OK\r\n\r\nabcd", limits, true), FailsWith(Errc::limit_exceeded));
  EXPECT_LE(sink.got.size(), 3U);
}

TEST(ResponseReader, AnErrorAnswerPassesTheSinkBy) {
  Collector sink;
  ResponseLimits limits;
  limits.sink = &sink;
  const auto response = read_by(3, "HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\noops", limits).value();
  EXPECT_EQ(as_text(response.body), "oops");
  EXPECT_EQ(sink.got, "");
}

TEST(ResponseReader, OfALongErrorAnswer64KiBAreKeptBesideASink) {
  Collector sink;
  ResponseLimits limits;
  limits.sink = &sink;
  limits.max_body_bytes = 10;
  const auto wire = "HTTP/1.1 500 No\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 'x');
  EXPECT_EQ(read_by(1000, wire, limits).value().body.size(), 65'536U);
}

TEST(ResponseReader, TheSinksErrorEndsIt) {
  struct Full final : BodySink {
    Result<void> on_data(ByteView) override { return Error{Errc::storage_failed, "disk full"}; }
  } sink;
  ResponseLimits limits;
  limits.sink = &sink;
  EXPECT_THAT(read("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", limits), FailsWith(Errc::storage_failed));
}

TEST(ResponseReader, SaysWhetherTheConnectionMayBeUsedAgain) {
  const auto can_reuse = [](std::string_view wire) {
    ResponseReader reader({});
    EXPECT_THAT(reader.feed(as_bytes(wire)), IsOk());
    return reader.can_reuse();
  };
  EXPECT_TRUE(can_reuse("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"));
  EXPECT_FALSE(can_reuse("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx"));
  EXPECT_FALSE(can_reuse("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx"));
  EXPECT_TRUE(can_reuse("HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\nx"));
  EXPECT_FALSE(can_reuse("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n"));
  EXPECT_FALSE(can_reuse("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nx"));
}

}  // namespace
}  // namespace imagegen
