#pragma once
#include <imagegen/core/error.hpp>
#include <imagegen/core/secret.hpp>

#include <bson/bson.h>

#include <string>
#include <string_view>

/// \file What MongoDB and libmongoc say when they refuse, in our words.
namespace imagegen::mongo {

/// \param server Who refused, for the message. \param failed With libmongoc's error API 2.
/// \param password Kept out of the message.
Error refused(const std::string& server, const bson_error_t& failed, const Secret& password);

/// Whether a unique index has it already.
bool is_duplicate(const bson_error_t& failed) noexcept;

/// Somebody else was quicker, again and again.
Error too_busy(std::string_view what);

/// Errc::unavailable, worth another try.
Error unavailable(std::string message);

}  // namespace imagegen::mongo
