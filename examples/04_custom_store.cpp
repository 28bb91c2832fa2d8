// A store of your own, here in memory: 04_custom_store PACK.json. docs/testing-kit.md has the suite for one to rely on.
#include <fstream>
#include <iterator>
#include <map>

#include <imagegen/imagegen.hpp>
#include <iostream>

using imagegen::Error, imagegen::ObjectKey, imagegen::Result, imagegen::Task;

// Its calls are made on the runtime's I/O thread, so that nothing here needs a lock.
class MapStore final : public imagegen::ObjectStore {
 public:
  imagegen::StoreCapability capability() const override { return {"map"}; }
  std::string url(const ObjectKey& key) const override { return "https://cdn.example.com/" + key.str(); }

  Task<Result<imagegen::ObjectInfo>> put(ObjectKey key, imagegen::ByteView data,
                                         imagegen::PutOptions options) override {
    if (options.only_if_absent && objects_.contains(key))
      co_return Error{imagegen::Errc::already_exists, key.str() + " is there"};
    objects_[key].assign(data.begin(), data.end());
    co_return info_of(key);
  }
  Task<Result<imagegen::Bytes>> get(ObjectKey key, std::size_t max_bytes) override {
    if (!objects_.contains(key)) co_return Error{imagegen::Errc::not_found, key.str() + " is not there"};
    if (objects_[key].size() > max_bytes) co_return Error{imagegen::Errc::limit_exceeded, key.str() + " is too large"};
    co_return objects_[key];
  }
  Task<Result<std::optional<imagegen::ObjectInfo>>> head(ObjectKey key) override {
    if (!objects_.contains(key)) co_return std::nullopt;
    co_return info_of(key);
  }
  Task<Result<void>> remove(ObjectKey key) override {
    objects_.erase(key);
    co_return imagegen::Result<void>();
  }
  Task<Result<std::vector<imagegen::ObjectInfo>>> list(std::string prefix, std::size_t limit,
                                                       std::string after) override {
    std::vector<imagegen::ObjectInfo> found;
    for (const auto& [key, data] : objects_)
      if (found.size() < limit && key.str().starts_with(prefix) && key.str() > after) found.push_back(info_of(key));
    co_return found;
  }

 private:
  imagegen::ObjectInfo info_of(const ObjectKey& key) { return {key.str(), objects_[key].size(), "", ""}; }
  std::map<ObjectKey, imagegen::Bytes> objects_;
};

int main(int argc, char** argv) {
  if (argc != 2) return std::cerr << "usage: 04_custom_store PACK.json\n", 2;
  std::ifstream file(argv[1]);
  const auto pack = imagegen::parse_lifestyle_pack(std::string{std::istreambuf_iterator<char>(file), {}});
  if (const auto* faults = std::get_if<1>(&pack)) return std::cerr << to_json(imagegen::invalid_request(*faults)), 2;
  imagegen::RuntimeParts parts;
  parts.store = std::make_unique<MapStore>();
  const imagegen::RuntimeConfig config;
  const auto runtime = imagegen::Runtime::open(config, std::move(parts)).value();
  std::cout << to_json(run_heroes(*runtime, "wi-1", std::get<0>(pack), {})) << "\n";
  return 0;
}
