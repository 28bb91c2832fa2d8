#include "state/mongo/errors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mongoc/mongoc.h>

// What libmongoc reports, in our words; servers that say such things on demand are hard to come by.
namespace imagegen::mongo {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct Failure {
  std::uint32_t domain, code;
  const char* text;
};

Error told(const Failure& failure) {
  bson_error_t failed;
  bson_set_error(&failed, failure.domain, failure.code, "%s", failure.text);
  return refused("MongoDB at h:1, database d", failed, Secret("hush-hush"));
}

TEST(MongoErrors, AWrongPasswordIsPermissionDenied) {
  for (const Failure& failed :
       {Failure{MONGOC_ERROR_CLIENT, MONGOC_ERROR_CLIENT_AUTHENTICATE, "Authentication failed with hush-hush"},
        Failure{MONGOC_ERROR_SERVER, 18, "AuthenticationFailed"}, Failure{MONGOC_ERROR_SERVER, 13, "not authorized"}}) {
    EXPECT_EQ(told(failed).code, Errc::permission_denied) << failed.text;
    EXPECT_THAT(told(failed).message, AllOf(HasSubstr("MongoDB at h:1, database d"), Not(HasSubstr("hush"))));
  }
}

TEST(MongoErrors, WhatPassesIsUnavailableAndWorthAnotherTry) {
  for (const Failure& failed :
       {Failure{MONGOC_ERROR_STREAM, MONGOC_ERROR_STREAM_SOCKET, "socket error"},
        Failure{MONGOC_ERROR_SERVER_SELECTION, MONGOC_ERROR_SERVER_SELECTION_FAILURE, "No suitable servers found"},
        Failure{MONGOC_ERROR_WRITE_CONCERN, 64, "waiting for replication timed out"},
        Failure{MONGOC_ERROR_SERVER, 10107, "not primary"}, Failure{MONGOC_ERROR_SERVER, 50, "time limit"},
        Failure{MONGOC_ERROR_SERVER, 11600, "interrupted at shutdown"}}) {
    EXPECT_EQ(told(failed).code, Errc::unavailable) << failed.text;
    EXPECT_EQ(told(failed).retry, Retry::later) << failed.text;
  }
}

TEST(MongoErrors, WhatAServerSaysOfDataIsNotInTheMessage) {
  const auto error = told(Failure{MONGOC_ERROR_SERVER, 2, "bad value \"a user's words\""});
  EXPECT_EQ(error.code, Errc::storage_failed);
  EXPECT_THAT(error.message, AllOf(HasSubstr("error 17.2"), Not(HasSubstr("words"))));
  EXPECT_THAT(error.provider_text, HasSubstr("words"));
}

TEST(MongoErrors, TheServersOwnWordsAreInTheMessage) {
  EXPECT_THAT(told(Failure{MONGOC_ERROR_SERVER, 14031, "Can't open file: No space left on device"}).message,
              HasSubstr("(error 17.14031: Can't open file: No space left on device)"));
  EXPECT_THAT(told(Failure{MONGOC_ERROR_SERVER, 14031, "available disk space of 0 bytes is below the minimum"}).message,
              HasSubstr("(error 17.14031: available disk space of 0 bytes is below the minimum)"));
  EXPECT_THAT(told(Failure{MONGOC_ERROR_SERVER, 13, "not authorized on shop to execute command { find: \"j\", u: 1 }"})
                  .message,
              AllOf(HasSubstr("not authorized on shop to execute command ..."), Not(HasSubstr("find"))));
  EXPECT_THAT(told(Failure{MONGOC_ERROR_SERVER, 11000, "E11000 duplicate key error index: a dup key: { a: \"anna\" }"})
                  .message,
              AllOf(HasSubstr("E11000 duplicate key error"), Not(HasSubstr("anna"))));
}

TEST(MongoErrors, APasswordInTheTextOfTheWayThereIsTakenOut) {
  const auto error = told(Failure{MONGOC_ERROR_SERVER_SELECTION, 13053, "cannot reach mongodb://u:hush-hush@h"});
  EXPECT_THAT(error.message, AllOf(HasSubstr("cannot reach"), Not(HasSubstr("hush"))));
}

TEST(MongoErrors, ADocumentThatIsTooLargeIsALimit) {
  EXPECT_EQ(told(Failure{MONGOC_ERROR_SERVER, 10334, "BSONObj size"}).code, Errc::limit_exceeded);
  EXPECT_EQ(told(Failure{MONGOC_ERROR_BSON, MONGOC_ERROR_BSON_INVALID, "too large"}).code, Errc::limit_exceeded);
}

}  // namespace
}  // namespace imagegen::mongo
