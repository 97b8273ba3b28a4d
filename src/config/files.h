#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "config/errors.h"
#include "config/source.h"

namespace weir::config {

// All files of a configuration, in the order in which they were read, and what is wrong with them.
// Within it a Place counts through all files: those of the second go on where the first ended.
class Files {
 public:
  // One file. What is told to `errors` has places that count within it.
  struct File {
    File(std::string name, std::string text, std::uint32_t begin)
        : source(std::move(name), std::move(text)), errors(source), base(begin) {}
    Source source;
    Errors errors;
    std::uint32_t base;  // where its places begin among those of all
  };

  Files() = default;
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  // `name`: the path, as messages show it. The file stays where it is.
  File& add(std::string name, std::string text);

  void error(Place place, std::string message, std::string hint = {});
  // Forgets what is wrong with all others.
  void keep_errors_of(const File& file);
  // All errors there are.
  [[nodiscard]] std::size_t count() const;
  [[nodiscard]] std::string render() const;

  // Not before there is a file.
  [[nodiscard]] const Source& source_of(Place place) const {
    return files_[index_of(place)].source;
  }
  // What the place covers.
  [[nodiscard]] std::string_view text(Place place) const;
  // The place as one says it to somebody who looks at `from`: "line 3", with the file's name in
  // front when it is another: "conf.d/app.yaml:3".
  [[nodiscard]] std::string line_text(Place place, Place from) const;
  // "conf.d/app.yaml:3".
  [[nodiscard]] std::string line_text(Place place) const;
  [[nodiscard]] const std::deque<File>& all() const { return files_; }

 private:
  [[nodiscard]] std::size_t index_of(Place place) const;

  std::deque<File> files_;
};

// The path of a file named within another one: a relative one is relative to the folder of `file`.
std::string beside(std::string_view file, std::string_view path);

}  // namespace weir::config
