#pragma once
#include <imagegen/core/result.hpp>
#include <imagegen/testing/contract/brief.hpp>

#include <gmock/gmock.h>

#include <type_traits>

/// \file What the tests ask of a Result. Both matchers print what came.
namespace imagegen::test {

/// Says what a Result holds.
template <class R>
void explain_result(const R& result, testing::MatchResultListener& listener) {
  using Value = typename std::decay_t<R>::value_type;
  if (result.has_error()) {
    listener << "it failed with " << result.error();
  } else if constexpr (std::is_void_v<Value>) {
    listener << "it succeeded";
  } else {
    listener << "it succeeded with " << brief(testing::PrintToString(*result));
  }
}

/// `EXPECT_THAT(parse(text), IsOk())`
MATCHER(IsOk, negation ? "is an error" : "is a value") {
  explain_result(arg, *result_listener);
  return arg.has_value();
}

/// `EXPECT_THAT(parse(text), FailsWith(Errc::invalid_argument))`
MATCHER_P(FailsWith, code, std::string(negation ? "does not fail with " : "fails with ").append(to_string(code))) {
  explain_result(arg, *result_listener);
  return arg.has_error() && arg.error().code == code;
}

/// `EXPECT_THAT(parse(text), FailsSaying(Errc::invalid_argument, HasSubstr("focus.x")))`
MATCHER_P2(FailsSaying, code, message,
           std::string("fails with ").append(to_string(code)) + ", its message so described") {
  explain_result(arg, *result_listener);
  return arg.has_error() && arg.error().code == code &&
         testing::SafeMatcherCast<const std::string&>(message).Matches(arg.error().message);
}

}  // namespace imagegen::test

namespace boost::system {

/// Found by GoogleTest, so that a failing EXPECT shows the error or the value and not a dump of bytes.
template <class T>
void PrintTo(const result<T, imagegen::Error>& printed, std::ostream* out) {
  if (printed.has_error()) {
    *out << printed.error();
  } else if constexpr (std::is_void_v<T>) {
    *out << "ok";
  } else {
    *out << imagegen::test::brief(testing::PrintToString(*printed));
  }
}

}  // namespace boost::system
