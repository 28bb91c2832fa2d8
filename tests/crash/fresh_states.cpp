#include "crash/fresh_states.hpp"

#ifdef IMAGEGEN_HAS_MONGODB
#include "support/mongodb_server.hpp"
#endif
#ifdef IMAGEGEN_HAS_POSTGRES
#include "support/postgres_server.hpp"
#endif

namespace imagegen::test {

std::vector<Database> built_databases() {
  std::vector<Database> kinds{Database::sqlite};
#ifdef IMAGEGEN_HAS_POSTGRES
  kinds.push_back(Database::postgres);
#endif
#ifdef IMAGEGEN_HAS_MONGODB
  kinds.push_back(Database::mongodb);
#endif
  return kinds;
}

std::string name_of(Database kind) {
  if (kind == Database::sqlite) return "Sqlite";
  return kind == Database::postgres ? "Postgres" : "MongoDb";
}

std::string FreshStates::problem() const {
#ifdef IMAGEGEN_HAS_POSTGRES
  if (kind_ == Database::postgres) return PostgresServer::shared().problem();
#endif
#ifdef IMAGEGEN_HAS_MONGODB
  if (kind_ == Database::mongodb) return MongoDbServer::shared().problem();
#endif
  return {};
}

std::string FreshStates::next() {
#ifdef IMAGEGEN_HAS_POSTGRES
  if (kind_ == Database::postgres) {
    const auto schema = std::make_shared<TestSchema>();
    made_.push_back(schema);
    return schema->url();
  }
#endif
  made_.push_back(nullptr);
  const auto file = "sqlite:" + (folder_ / (std::to_string(made_.size()) + ".db"));
#ifdef IMAGEGEN_HAS_MONGODB
  if (kind_ == Database::mongodb) {
    const auto database = std::make_shared<MongoTestDatabase>();
    made_.push_back(database);
    return database->url() + " " + file;
  }
#endif
  return file;
}

}  // namespace imagegen::test
