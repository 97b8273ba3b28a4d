#include "config/load.h"

#include <fmt/format.h>

#include <utility>

#include "config/include.h"
#include "config/regular_file.h"
#include "config/sections.h"

namespace weir::config {

namespace {

Loaded failed(const std::string& name, std::string_view message) {
  return {std::nullopt, fmt::format("{}: error: {}\n1 error\n", name, message)};
}

}  // namespace

Loaded load_file(const std::string& path) {
  auto text = read_regular_file(path);
  if (!text) {
    bool missing = text.error().text == kNoSuchFile;
    return failed(path,
                  text.error().text + (missing ? "; name the configuration with -c FILE" : ""));
  }
  return load_text(path, std::move(text.value()));
}

Loaded load_text(std::string name, std::string text) {
  if (text.size() > Source::kSizeMax)
    return failed(name, "this is larger than 4 MiB, which no configuration is");
  Files files;
  Draft draft;
  if (auto root = read_files(files, std::move(name), std::move(text))) {
    Scope scope(files, "");
    read_file(scope, *root, draft);
  }
  if (files.count() > 0) return {std::nullopt, files.render()};
  return {std::move(draft.config), ""};
}

}  // namespace weir::config
