#pragma once
#include <optional>
#include <string>

#include "support/faults.hpp"
#include "support/openai/fake_openai.hpp"

/// \file Every way in which POST /images/generations is known to go wrong, one function each; support/faults.hpp has what
/// goes wrong with any service. contracts/openai.md, sections 5, 7 and 8; contracts/conformance.md, sections 0 and 1.
namespace imagegen::test::openai {

// Refused before any work.
Fault moderation_blocked(std::string stage);
Fault content_policy_violation();
Fault safety_system_without_code();
Fault rate_limited(HeaderList headers = {});
Fault insufficient_quota();
Fault billing_hard_limit();
Fault key_echo(std::string shown);
Fault forbidden();
Fault unknown_parameter();
Fault should_retry(int status, bool retry);
Fault unavailable(std::optional<std::string> retry_after);

// Work may have been done.
Fault server_error();

// A 200 that cannot be read.
Fault missing_data();
Fault null_data();
Fault empty_data();
Fault error_with_200();
Fault raw_image();
Fault truncated_base64();
Fault invalid_base64();
Fault no_file();
Fault not_an_image(std::string file);

// A 200 that is odd, and still to be read.
Fault base64_lines();
Fault base64_url_safe();
Fault base64_without_padding();
Fault data_prefix();
Fault without_usage();
Fault more_images();
Fault fewer_images();
Fault one_spoilt();
Fault urls();
Fault urls_elsewhere(std::string url);

}  // namespace imagegen::test::openai
