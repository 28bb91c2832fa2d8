#pragma once
#include <imagegen/core/result.hpp>

#include <boost/asio/awaitable.hpp>

/// \file Coroutines. Only asynchronous headers include this one: it is the heavy one.
namespace imagegen {

/// A coroutine that starts when it is awaited, and runs on the executor of whoever awaits it. Cancelling the outermost
/// call (Asio's per-operation cancellation) reaches whatever it waits for; that wait then ends with Errc::cancelled.
///
/// GCC 12 destroys a braced aggregate twice inside a `co_await` expression: name it on the line before.
template <class T>
using Task = boost::asio::awaitable<T>;

}  // namespace imagegen
