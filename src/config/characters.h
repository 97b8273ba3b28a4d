#pragma once

#include <string>
#include <string_view>

namespace weir::config {

// What to say of a character in the text that looks like another one, or like nothing: blanks that
// do not break, marks without width, quotes of word processors. Empty: there is none.
std::string strange_character(std::string_view text);

}  // namespace weir::config
