#pragma once
#include <any>
#include <typeindex>
#include <typeinfo>
#include <unordered_map>

namespace imagegen {

/// Values of which whoever carries them knows nothing: one of each type, such as what each workflow is configured with.
class Sections {
 public:
  /// The value of this type, made with its defaults when it is asked for first. `T` can be copied.
  template <class T>
  T& of() {
    auto& value = values_[typeid(T)];
    if (!value.has_value()) value.emplace<T>();
    return *std::any_cast<T>(&value);
  }
  template <class T>
  const T& of() const {
    static const T none{};
    const auto found = values_.find(typeid(T));
    return found == values_.end() ? none : *std::any_cast<T>(&found->second);
  }

 private:
  std::unordered_map<std::type_index, std::any> values_;
};

}  // namespace imagegen
