#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/variable.h"
#include "observe/log_variable.h"
#include "observe/secrets.h"

namespace weir::observe {

// A variable in a line of the access log, found by its name when the configuration is read: one of
// http::request_variables() or of log_variables(). A plain value; immutable, any thread.
class LogValue {
 public:
  // `name` without "$"; nothing where no variable has it.
  static std::optional<LogValue> find(std::string_view name);

  // Its text, unmasked; empty where there is none. Of what each try has a value of, the values of
  // all in their order, behind ", ", with "-" for none, as nginx. Lives until `scratch` is
  // forgotten.
  [[nodiscard]] std::string_view text(const Logged& exchange) const;
  // The same as text for people: secrets that it may hold are masked, unless the variable is asked
  // for by the secret's own name.
  [[nodiscard]] std::string_view masked_text(const Logged& exchange) const {
    return masked(text(exchange), secrets_, exchange.scratch);
  }
  // Each try has a value of it.
  [[nodiscard]] bool is_list() const { return log_ != nullptr && log_->of_try != nullptr; }
  // Its values of the tries, the first one first, in the exchange's scratch memory; of a list.
  [[nodiscard]] std::span<std::string_view> of_tries(const Logged& exchange) const;
  [[nodiscard]] server::LogNeeds needs() const {
    return log_ == nullptr ? server::LogNeeds() : log_->needs;
  }

 private:
  // One of the two, which live as long as the program.
  const http::Variable* request_ = nullptr;
  const LogVariable* log_ = nullptr;
  std::string suffix_;  // of a family
  Secrets secrets_ = Secrets::kNone;
};

}  // namespace weir::observe
