#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir::http {

// Where a template's text is wrong: the part of the text from the "$" on, as far as it belongs
// together.
struct TemplateFault {
  std::size_t position = 0;  // of the "$", in bytes
  std::size_t length = 0;
  std::string_view
      name;  // of the unknown variable, a view into the text; empty where the syntax is wrong
};

// A piece of a template's text; views of it.
struct TemplatePiece {
  std::string_view text;     // literal text, or the name of a variable
  std::size_t position = 0;  // in the template's text, of all of it: "$" and braces included
  std::size_t length = 0;
  bool is_variable = false;
};

// Cuts a template's text: "https://$host$request_uri", also "${host}x". As in nginx there is no
// escape: a "$" that no name follows is an error, and told to `fault` where given.
base::Result<std::vector<TemplatePiece>> cut_template(std::string_view text,
                                                      TemplateFault* fault = nullptr);

// The error that no variable has the name of this piece of `text`; told to `fault` where given.
base::Error unknown_variable(std::string_view text, const TemplatePiece& piece,
                             TemplateFault* fault = nullptr);

}  // namespace weir::http
