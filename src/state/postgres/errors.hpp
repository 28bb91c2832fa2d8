#pragma once
#include <imagegen/core/error.hpp>
#include <imagegen/core/secret.hpp>

#include <string>
#include <string_view>

/// \file What PostgreSQL says when it refuses, in our words.
namespace imagegen::state {

/// SQLSTATEs that mean: two transactions met, the same one again will do.
bool is_transient(std::string_view sqlstate) noexcept;

/// A statement that the server refused. \param text The server's own message.
Error refused_statement(const std::string& server, const std::string& sqlstate, const std::string& text);

/// A connection that was never made. \param text libpq's message, made with PQERRORS_VERBOSE, so that a SQLSTATE can be
/// found in it whatever language the server speaks.
Error refused_connection(const std::string& server, const std::string& text, const Secret& password);

/// A connection that was made and then broke, or gave no answer in time.
Error lost_connection(const std::string& server, std::string_view how);

}  // namespace imagegen::state
