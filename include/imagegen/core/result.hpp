#pragma once
#include <imagegen/core/error.hpp>

#include <boost/system/result.hpp>

namespace imagegen {

/// A value, or the Error that says why there is none.
template <class T>
using Result = boost::system::result<T, Error>;

/// Found by argument-dependent lookup when `Result::value()` has no value to give. Throws ErrorException.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

}  // namespace imagegen
