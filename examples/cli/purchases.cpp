#include "purchases.hpp"

namespace cli {

imagegen::Result<std::vector<imagegen::Purchase>> all_purchases(imagegen::Ledger& ledger, const std::string& job,
                                                                const std::string& user) {
  imagegen::LedgerQuery query;
  if (!job.empty()) query.job_id = job;
  if (!user.empty()) query.user = user;
  query.limit = 10'000;
  std::vector<imagegen::Purchase> purchases;
  do {
    auto page = ledger.list(query);
    if (!page) return page.error();
    purchases.insert(purchases.end(), page->purchases.begin(), page->purchases.end());
    query.after = page->next;
  } while (!query.after.empty());
  return purchases;
}

}  // namespace cli
