#include "provider/common/event_stream.hpp"

#include <gtest/gtest.h>

namespace imagegen::test {
namespace {

std::string read_events_by(std::size_t step, std::string_view text) {
  std::string out;
  EventStream stream({[&](std::string_view name) { out += "[" + std::string(name) + "]"; },
                      [&](std::string_view piece) { out += piece; }, [&] { out += "|"; }});
  for (; !text.empty(); text.remove_prefix(std::min(step, text.size()))) stream.feed(text.substr(0, step));
  return out;
}

std::string read_events(std::string_view text) {
  const auto whole = read_events_by(text.size() + 1, text);
  EXPECT_EQ(whole, read_events_by(1, text)) << text;
  return whole;
}

TEST(EventStream, GivesNameAndDataOfEachEvent) {
  EXPECT_EQ(read_events("event: done\ndata: {\"a\":1}\n\ndata:2\n\n"), "[done]{\"a\":1}|2|");
}

TEST(EventStream, LinesMayEndInAnyWay) {
  for (const auto* const end : {"\n", "\r\n", "\r"}) {
    const std::string line(end);
    EXPECT_EQ(read_events("event: e" + line + "data: 1" + line + line + "data: 2" + line + line), "[e]1|2|");
  }
}

TEST(EventStream, SeveralLinesOfDataAreOneText) {
  EXPECT_EQ(read_events("data: a\ndata:  b\ndata:\ndata: c\n\n"), "a\n b\n\nc|");
}

TEST(EventStream, PassesOverCommentsAndOtherFields) {
  EXPECT_EQ(read_events(": ping\n\n:\nid: 7\nretry: 10\nevents: x\ndatax: y\ndata: 1\n\n: end\n\n"), "1|");
}

TEST(EventStream, WhatHasNoBlankLineAtItsEndHasComeAllTheSame) {
  EXPECT_EQ(read_events("data: {\"a\":"), "{\"a\":");
}

TEST(EventStream, IsKnownByItsBeginning) {
  using Look = EventStream::Look;
  for (const auto* const text : {"event: x", "data:", ": ping", "id:1", "retry:"})
    EXPECT_EQ(EventStream::look(text), Look::yes);
  for (const auto* const text : {"", "d", "even", "retry"}) EXPECT_EQ(EventStream::look(text), Look::too_short) << text;
  for (const auto* const text : {"{", "<", "dada", "events:", "[1]"})
    EXPECT_EQ(EventStream::look(text), Look::no) << text;
}

}  // namespace
}  // namespace imagegen::test
