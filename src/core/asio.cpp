// The one place where Asio is compiled; everywhere else it is only declared.
#include <boost/asio/impl/src.hpp>
