// The one place where Asio's TLS is compiled; core/asio.cpp compiles the rest of Asio.
#include <boost/asio/ssl/impl/src.hpp>
