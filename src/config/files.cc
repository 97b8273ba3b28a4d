#include "config/files.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace weir::config {

namespace {

Place within(const Files::File& file, Place place) {
  return {place.offset - file.base, place.length};
}

}  // namespace

Files::File& Files::add(std::string name, std::string text) {
  std::size_t base = 0;
  // One more than the last has bytes: a place may be its end.
  if (!files_.empty()) base = files_.back().base + files_.back().source.text().size() + 1;
  return files_.emplace_back(std::move(name), std::move(text), static_cast<std::uint32_t>(base));
}

void Files::error(Place place, std::string message, std::string hint) {
  File& file = files_[index_of(place)];
  file.errors.add(within(file, place), std::move(message), std::move(hint));
}

void Files::keep_errors_of(const File& file) {
  for (File& other : files_) {
    if (&other != &file) other.errors.clear();
  }
}

std::size_t Files::count() const {
  std::size_t count = 0;
  for (const File& file : files_) count += file.errors.count();
  return count;
}

std::string Files::render() const {
  std::vector<const Errors*> errors;
  for (const File& file : files_) errors.push_back(&file.errors);
  return config::render(errors);
}

std::string_view Files::text(Place place) const {
  const File& file = files_[index_of(place)];
  return file.source.text(within(file, place));
}

std::string Files::line_text(Place place, Place from) const {
  std::size_t index = index_of(place);
  if (index != index_of(from)) return line_text(place);
  const File& file = files_[index];
  return "line " + std::to_string(file.source.line_of(within(file, place).offset));
}

std::string Files::line_text(Place place) const {
  const File& file = files_[index_of(place)];
  return file.source.name() + ":" + std::to_string(file.source.line_of(within(file, place).offset));
}

std::size_t Files::index_of(Place place) const {
  auto behind =
      std::upper_bound(files_.begin(), files_.end(), place.offset,
                       [](std::uint32_t offset, const File& file) { return offset < file.base; });
  return static_cast<std::size_t>(behind - files_.begin()) - 1;
}

std::string beside(std::string_view file, std::string_view path) {
  if (path.starts_with('/')) return std::string(path);
  std::size_t slash = file.rfind('/');
  std::string folder(slash == std::string_view::npos ? std::string_view()
                                                     : file.substr(0, slash + 1));
  return folder + std::string(path);
}

}  // namespace weir::config
