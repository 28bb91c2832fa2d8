#pragma once
#include <imagegen/core/error.hpp>
#include <imagegen/provider/image_provider.hpp>
#include <imagegen/spend/ledger.hpp>
#include <imagegen/spend/price_table.hpp>

// What callers are told of a purchase that came to nothing.
namespace imagegen {

// The ledger's word is all that is known of money: it decides on delivery, billing and whether to try again.
Error as_booked(Error error, PurchaseState state);

// Whether a task that could not be had is as it was, and can be asked for again.
bool goes_on(const Error& error);

// What a provider is owed that takes no money, whatever became of its work. Null: nobody was asked.
Error nothing_owed_to_the_unpaid(const ImageProvider* asked, Error error);

// A refusal by moderation with what the table of prices says of it (`billed_on_failure`), where that does not depend on
// when it was refused: nobody tells it.
Error billed_by_data(const PriceTable& prices, const std::string& host, const std::string& model, Error error);

// Nobody was asked.
Error nothing_asked(Error error);

// For the ledger. What people need to find the picture by themselves is there, never in a log.
std::string note_of(const Error& error);

// The picture is kept and says what it did cost: whoever finds it there settles the purchase.
Error paid_and_open(const Error& why);
// Answered and paid for: who tries again by himself buys again.
Error paid_and_lost(const Error& why);

Error paid_and_not_here(const Purchase& purchase);
Error outcome_unknown(const Purchase& purchase);
Error bought_by_another(const Purchase& purchase);

}  // namespace imagegen
