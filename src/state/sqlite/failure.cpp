#include "state/sqlite/failure.hpp"

namespace imagegen::sqlite {
namespace {

Error with(const DatabaseFile& file, Errc code, const std::string& message) {
  return {code, "state: SQLite file " + file.name + ": " + message};
}

Error worth_another_try(Error error) {
  error.retry = Retry::later;
  return error;
}

}  // namespace

Error to_error(const DatabaseFile& file, int code, const char* text) {
  if (code == SQLITE_CONSTRAINT_TRIGGER && std::string_view(text).starts_with(kForbiddenHere))
    return with(file, Errc::unsupported, text + kForbiddenHere.size());
  const std::string reason = " (SQLite " + std::to_string(code) + ": " + text + ")";
  switch (code & 0xFF) {  // the rest says more of the same
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return worth_another_try(with(file, Errc::unavailable,
                                    "somebody else has kept it locked for " + std::to_string(file.wait.count()) +
                                        " ms; try again, or end the program that holds it" + reason));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return with(file, Errc::corrupt_data,
                  "it is damaged, or no SQLite database; restore it from a copy, or name another file" + reason);
    case SQLITE_FULL:
      return worth_another_try(
          with(file, Errc::storage_failed, "the disk is full and nothing was changed; make room" + reason));
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return with(file, Errc::permission_denied,
                  "it cannot be written; let this user write the file and its folder" + reason);
    case SQLITE_CANTOPEN:
      return with(file, Errc::storage_failed,
                  "it cannot be opened; see that its folder is there and that this user may write in it" + reason);
    case SQLITE_IOERR:
      return with(file, Errc::storage_failed, "reading or writing failed; see to the disk" + reason);
    case SQLITE_INTERRUPT:
      return with(file, Errc::deadline_exceeded, "it took too long" + reason);
    case SQLITE_TOOBIG:
    case SQLITE_NOMEM:
      return with(file, Errc::limit_exceeded, "there is too much to hold in memory" + reason);
    default:
      return with(file, Errc::internal, "an unexpected answer" + reason);
  }
}

}  // namespace imagegen::sqlite
