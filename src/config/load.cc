#include "config/load.h"

#include <fmt/format.h>

#include <utility>

#include "config/complete.h"
#include "config/include.h"
#include "config/print.h"
#include "config/regular_file.h"
#include "config/sections.h"

namespace weir::config {

namespace {

Loaded failed(const std::string& name, std::string_view message) {
  return {std::nullopt, fmt::format("{}: error: {}\n1 error\n", name, message)};
}

}  // namespace

Loaded load_file(const std::string& path, std::string* printed) {
  auto text = read_regular_file(path);
  if (!text) {
    bool missing = text.error().text == kNoSuchFile;
    return failed(path,
                  text.error().text + (missing ? "; name the configuration with -c FILE" : ""));
  }
  return load_text(path, std::move(text.value()), printed);
}

Loaded load_text(std::string name, std::string text, std::string* printed) {
  if (text.size() > Source::kSizeMax)
    return failed(name, "this is larger than 4 MiB, which no configuration is");
  Files files;
  Draft draft;
  auto root = read_files(files, std::move(name), std::move(text));
  if (root) {
    Scope scope(files, "");
    read_file(scope, *root, draft);
  }
  if (files.count() > 0) return {std::nullopt, files.render()};
  if (printed != nullptr) {
    complete(*root, draft.config);
    Section grammar = file_section();
    // Nothing is left to include.
    std::erase(grammar.keys, find_key(grammar, "include"));
    *printed = print(files, *root, grammar);
  }
  return {std::move(draft.config), ""};
}

}  // namespace weir::config
