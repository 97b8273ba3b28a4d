#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "http/handler.h"
#include "http/template_text.h"
#include "http/variable.h"

namespace weir::http {

// Text with $variables, compiled at load: "https://$host$request_uri", also "${host}x". As in nginx
// there is no escape: a "$" that no name follows is an error. Immutable: any number of threads may
// render it.
class Template {
 public:
  // The empty text.
  Template() = default;

  // `variables` may be gone afterwards, its functions not. On an error `fault`, where given, says
  // where; the names to suggest are those of `variables`.
  static base::Result<Template> compile(std::string_view text,
                                        std::span<const Variable> variables = request_variables(),
                                        TemplateFault* fault = nullptr);

  // The text for one request. What has to be put together comes from `arena`, which is to be the
  // exchange's; a template without variables, or of nothing but one, is not copied: the view lives
  // as long as arena and template.
  std::string_view render(const Request& request, base::Arena& arena) const;

  // No variable in it: the same for every request.
  [[nodiscard]] bool is_constant() const { return variables_ == 0; }

  // Made of the same text.
  bool operator==(const Template& other) const { return text_ == other.text_; }

 private:
  // A literal where `value` is null, else a variable with the suffix of its family. Offsets into
  // text_.
  struct Part {
    decltype(Variable::value) value = nullptr;
    std::size_t at = 0;
    std::size_t size = 0;
  };
  [[nodiscard]] std::string_view text_of(const Part& part) const {
    return std::string_view(text_).substr(part.at, part.size);
  }
  std::string_view part_for(const Part& part, const Request& request, base::Arena& arena) const {
    return part.value == nullptr ? text_of(part) : part.value(request, text_of(part), arena);
  }

  std::string text_;
  std::vector<Part> parts_;
  std::size_t variables_ = 0;
};

}  // namespace weir::http
