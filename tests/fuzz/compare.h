#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fuzz/told.h"

namespace weir::fuzz {

// Everything that was told, for people and for comparison.
std::string show(const std::vector<Told>& all);
std::string show(const std::vector<Message>& all);

// Ends the process as a crash does, behind what went wrong and the two opinions on it.
[[noreturn]] void disagree(std::string_view what, const std::string& one, const std::string& other);

// Holds weir's opinion against the reference's: what is to be refused was, what is to be read was,
// as the same messages, in the same bytes. disagree() where not.
void compare(const std::vector<Told>& weir, const std::vector<Message>& reference);

// The same bytes must mean the same however they come.
void compare(const std::vector<Told>& whole, const std::vector<Told>& cut);

// What a backend would get of each request is that one request, to the reference, and is whole only
// where the request is.
void compare_sent(const std::vector<Told>& weir);

}  // namespace weir::fuzz
