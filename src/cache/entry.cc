#include "cache/entry.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/ascii.h"
#include "cache/storing.h"

namespace weir::cache {
namespace {

using http::Name;

// What the allocator adds to a piece of memory, and the roundings of it.
constexpr std::size_t kPerPiece = 16;

// The arena's block: what the whole head needs, so that it is one piece.
std::size_t head_size(const http::ResponseHead& head) {
  std::size_t size = head.reason.size() + head.fields.size() * sizeof(http::Field);
  for (const http::Field& field : head.fields) size += field.name.size() + field.value.size() + 4;
  return size;
}

// What tells of the body that is stored, and stays as it is (RFC 9111 section 3.2).
bool is_of_body(const http::Field& field) {
  return field.id == Name::kContentEncoding || field.id == Name::kContentRange ||
         field.id == Name::kContentType || field.id == Name::kContentLength;
}

}  // namespace

Block::Block(std::string_view bytes)
    : bytes_(std::make_unique<char[]>(bytes.size())), size_(bytes.size()) {
  if (size_ != 0) std::memcpy(bytes_.get(), bytes.data(), size_);
}

Entry::Entry(Identity identity, const http::ResponseHead& head, const ResponseControl& control,
             const Terms& terms, Blocks body)
    : identity_(std::move(identity)),
      arena_(head_size(head)),
      terms_(terms),
      body_(std::move(body)) {
  keep_head(head, control);
  keep_tags(head_.fields);
  cost_ = measure();
}

void Entry::keep_head(const http::ResponseHead& head, const ResponseControl& control) {
  head_.fields.reserve(arena_, head.fields.size());
  head_.status = head.status;
  head_.reason = arena_.copy(head.reason);
  head_.forwarded = true;
  bool bodied = http::may_have_body(head.status, http::Method::kGet);
  head_.framing = bodied ? http::Framing::kLength : http::Framing::kNone;
  for (const auto& block : body_) head_.content_length += block->bytes().size();
  http::NamedFields hop(head.fields);
  for (const http::Field& field : head.fields) {
    if (!is_stored_field(field, hop, control)) continue;
    // As it is sent, so that neighbours are sent as one piece (http/h1_writer.h).
    std::string_view line = arena_.join({field.name, ": ", field.value, "\r\n"});
    head_.fields.add(arena_, {line.substr(0, field.name.size()),
                              line.substr(field.name.size() + 2, field.value.size()), field.id});
  }
}

void Entry::keep_tags(const http::Fields& fields) {
  for (const http::Field& field : fields) {
    bool words = base::equal_nocase(field.name, "Surrogate-Key");
    if (!words && !base::equal_nocase(field.name, "Cache-Tag")) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      auto end = std::min(rest.find(words ? ' ' : ','), rest.size());
      auto tag = base::trim(rest.substr(0, end));
      if (!tag.empty()) tags_.emplace_back(tag);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  std::sort(tags_.begin(), tags_.end());
}

std::size_t Entry::measure() const {
  std::size_t cost = sizeof(Entry) + kPerPiece + arena_.held() + kPerPiece;
  cost += identity_.key.capacity() + identity_.names.capacity() + identity_.values.capacity() +
          3 * kPerPiece;
  cost += body_.capacity() * sizeof(Blocks::value_type) + kPerPiece;
  for (const auto& block : body_) cost += sizeof(Block) + block->bytes().size() + 2 * kPerPiece;
  for (const std::string& tag : tags_) cost += sizeof(std::string) + tag.capacity() + kPerPiece;
  return cost;
}

Terms Entry::terms() const {
  Terms terms = terms_;
  terms.purged = purged_.load(std::memory_order_relaxed);
  return terms;
}

bool Entry::has_tag(std::string_view tag) const {
  return std::binary_search(tags_.begin(), tags_.end(), tag);
}

http::Fields updated_fields(const http::Fields& stored, const http::Fields& newer,
                            base::Arena& arena) {
  http::Fields fields;
  fields.reserve(arena, stored.size() + newer.size());
  auto replaced = [&newer](const http::Field& field) {
    return !is_of_body(field) && newer.find(field.name) != nullptr;
  };
  for (const http::Field& field : stored) {
    if (!replaced(field)) fields.add(arena, field);
  }
  http::NamedFields hop(newer);
  ResponseControl control = response_control(newer);
  for (const http::Field& field : newer) {
    // A cookie with a 304 is for who asked.
    bool kept = !is_of_body(field) && field.id != Name::kSetCookie;
    if (kept && is_stored_field(field, hop, control)) fields.add(arena, field);
  }
  return fields;
}

base::SharedRef<const Entry> Entry::renewed(const http::Fields& newer, const Terms& terms) const {
  base::Arena scratch;
  http::ResponseHead head = head_;
  head.fields = updated_fields(head_.fields, newer, scratch);
  return base::make_shared_ref<const Entry>(identity_, head, ResponseControl(), terms, body_);
}

}  // namespace weir::cache
