#pragma once
/// \file For those who write stores, providers and workflows: what theirs have in common with ours. A program that only uses
/// the library needs none of it.
#include <imagegen/maker/core/backoff.hpp>
#include <imagegen/maker/core/let_go.hpp>
#include <imagegen/maker/core/parallel.hpp>
#include <imagegen/maker/core/poll_pace.hpp>
#include <imagegen/maker/core/shield.hpp>
#include <imagegen/maker/http/download.hpp>
#include <imagegen/maker/http/retry_after.hpp>
#include <imagegen/maker/job/job_changes.hpp>
#include <imagegen/maker/job/store_parts.hpp>
#include <imagegen/maker/provider/exchange.hpp>
#include <imagegen/maker/record/store_parts.hpp>
#include <imagegen/maker/spend/ledger_rules.hpp>
#include <imagegen/maker/spend/spool_rules.hpp>
#include <imagegen/maker/workflow/interrupted.hpp>
#include <imagegen/maker/workflow/price_query.hpp>
