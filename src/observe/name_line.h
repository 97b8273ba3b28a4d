#pragma once

#include <string>

#include "base/clock.h"
#include "observe/error_log.h"
#include "upstream/watched_name.h"

namespace weir::observe {

// What the error log tells of a name of endpoints, and how much it matters.
struct NameLine {
  Level level = Level::kInfo;
  std::string text;
};

// The line for what an answer about the name changed, at `now`.
NameLine name_line(const upstream::WatchedName& name, const upstream::NameChange& change,
                   base::Stamp now);

}  // namespace weir::observe
