#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>

namespace weir::base {

// A failure told in one sentence: what, where, and what to do about it. For set-up and
// configuration; the request path uses typed reasons (http/failure.h), which cost nothing to make.
struct Error {
  std::string text;
};

// A value, or the Error that took its place. Never throws; asking for a value that is not there
// aborts in debug builds.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Error error) : error_(std::move(error)) {}

  [[nodiscard]] bool ok() const { return value_.has_value(); }
  explicit operator bool() const { return ok(); }
  T& value() {
    assert(ok());
    return *value_;
  }
  const T& value() const {
    assert(ok());
    return *value_;
  }
  // Empty where there is a value.
  [[nodiscard]] const Error& error() const { return error_; }

 private:
  std::optional<T> value_;
  Error error_;
};

// Success without a value.
struct Done {};

}  // namespace weir::base
