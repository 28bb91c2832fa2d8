#pragma once
#include <imagegen/spend/ledger.hpp>

#include <string>
#include <vector>

namespace cli {

// Every purchase of the ledger, or of one job or user where they are not empty. Errors of Ledger::list().
imagegen::Result<std::vector<imagegen::Purchase>> all_purchases(imagegen::Ledger& ledger, const std::string& job,
                                                                const std::string& user);

}  // namespace cli
