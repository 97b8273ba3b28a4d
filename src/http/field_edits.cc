#include "http/field_edits.h"

#include <algorithm>

#include "base/ascii.h"
#include "http/char_class.h"

namespace weir::http {

namespace {

// Fields that say how the message or the connection goes on: weir knows that alone.
bool is_weirs_own(Name id) {
  switch (id) {
    case Name::kConnection:
    case Name::kContentLength:
    case Name::kExpect:
    case Name::kHttp2Settings:
    case Name::kKeepAlive:
    case Name::kProxyConnection:
    case Name::kTe:
    case Name::kTrailer:
    case Name::kTransferEncoding:
    case Name::kUpgrade:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string field_fault(std::string_view name, std::string_view value) {
  std::string quoted = "'" + std::string(name) + "'";
  if (name.empty() || !all_in(name, kTokenChar)) return quoted + " is not a header name";
  if (is_weirs_own(name_of(name))) return quoted + " is written by weir itself";
  if (!all_in(value, kTextChar)) return "the value of " + quoted + " holds a control character";
  return {};
}

void FieldEdits::put(std::string name, Template value, bool replaces) {
  if (replaces) remove(name);
  Name id = name_of(name);
  edits_.push_back({std::move(name), id, std::move(value)});
}

void FieldEdits::remove(std::string name) {
  Name id = name_of(name);
  if (id == Name::kOther) {
    gone_.push_back(std::move(name));
  } else {
    known_ |= std::uint64_t{1} << static_cast<unsigned>(id);
  }
}

bool FieldEdits::replaces_other(std::string_view name) const {
  return std::any_of(gone_.begin(), gone_.end(),
                     [name](const std::string& gone) { return base::equal_nocase(gone, name); });
}

Fields FieldEdits::render(const Request& request, base::Arena& arena) const {
  Fields made;
  for (const Edit& edit : edits_) {
    std::string_view value = base::trim(edit.value.render(request, arena));
    if (!value.empty() && all_in(value, kTextChar)) made.add(arena, {edit.name, value, edit.id});
  }
  return made;
}

}  // namespace weir::http
