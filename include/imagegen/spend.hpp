#pragma once
#include <imagegen/spend/ledger.hpp>
#include <imagegen/spend/ledger_export.hpp>
#include <imagegen/spend/price_table.hpp>
#include <imagegen/spend/spool.hpp>
