#include "http/h1_writer.h"

#include <array>
#include <cstring>

#include "base/ascii.h"
#include "http/named_fields.h"
#include "http/trailer_rules.h"

namespace weir::http {
namespace {

// Room for all that is written of fixed length: names, separators, digits.
constexpr std::size_t kFixedRoom = 384;

// What a field is, as far as it decides whether it goes on. A field is dropped where one of its
// bits is in a mask that is made once per head.
enum FieldBit : std::uint8_t {
  kHopByHop = 1,     // always dropped; some are written anew
  kPeerSaid = 2,     // believed of trusted peers only
  kNeedsChunks = 4,  // Trailer
  kId = 8,
  kProto = 16,  // these three are only noted as seen
  kHostSaid = 32,
  kDateSaid = 64,
  kForwardedSaid = 64,  // of requests, which have no kDateSaid
  kServerSaid = 128,
};

using FieldBits = std::array<std::uint8_t, kNameCount>;

constexpr void mark(FieldBits& table, Name name, unsigned bits) {
  table.at(static_cast<std::size_t>(name)) = static_cast<std::uint8_t>(bits);
}

constexpr FieldBits common_bits() {
  FieldBits table{};
  for (Name name : {Name::kConnection, Name::kContentLength, Name::kHttp2Settings, Name::kKeepAlive,
                    Name::kProxyConnection, Name::kTe, Name::kTransferEncoding, Name::kUpgrade}) {
    mark(table, name, kHopByHop);
  }
  mark(table, Name::kTrailer, kNeedsChunks);
  mark(table, Name::kXRequestId, kId);
  return table;
}

constexpr FieldBits kRequestBits = [] {
  FieldBits table = common_bits();
  for (Name name : {Name::kExpect, Name::kHost, Name::kXForwardedFor}) {
    mark(table, name, kHopByHop);
  }
  mark(table, Name::kForwarded, kPeerSaid | kForwardedSaid);
  mark(table, Name::kXRealIp, kPeerSaid);
  mark(table, Name::kXForwardedProto, kPeerSaid | kProto);
  mark(table, Name::kXForwardedHost, kPeerSaid | kHostSaid);
  return table;
}();

constexpr FieldBits kResponseBits = [] {
  FieldBits table = common_bits();
  mark(table, Name::kDate, kDateSaid);
  mark(table, Name::kServer, kServerSaid);
  return table;
}();

// Appends text to memory that is known to suffice.
class Output {
 public:
  explicit Output(char* to) : to_(to) {}

  Output& put(std::string_view text) {
    if (!text.empty()) std::memcpy(to_, text.data(), text.size());
    to_ += text.size();
    return *this;
  }
  Output& put(char c) {
    *to_++ = c;
    return *this;
  }
  Output& put_decimal(std::uint64_t value) {
    to_ = base::write_decimal(to_, value);
    return *this;
  }
  // Inline: a name known when this compiles is copied by a few moves.
  [[gnu::always_inline]] void line(std::string_view name, std::string_view value) {
    put(name).put(value).put(kChunkEnd);
  }
  [[nodiscard]] char* end() const { return to_; }

 private:
  char* to_;
};

// Copies fields, neighbours at once: those received as "Name: value", one line behind the other,
// are the very bytes that would be written.
class FieldCopy {
 public:
  explicit FieldCopy(Output& to) : to_(to) {}

  void add(const Field& field) {
    const char* begin = field.name.data();
    std::size_t value_at = field.name.size() + 2;
    bool exact = field.value.data() == begin + value_at && begin[value_at - 2] == ':' &&
                 begin[value_at - 1] == ' ';
    if (!exact) {
      flush();
      to_.put(field.name).put(": ").put(field.value).put(kChunkEnd);
      return;
    }
    if (size_ != 0 && begin == begin_ + size_ + 2 && begin[-2] == '\r' && begin[-1] == '\n') {
      size_ += 2 + value_at + field.value.size();
      return;
    }
    flush();
    begin_ = begin;
    size_ = value_at + field.value.size();
  }
  void flush() {
    if (size_ == 0) return;
    to_.put(std::string_view(begin_, size_)).put(kChunkEnd);
    size_ = 0;
  }

 private:
  Output& to_;
  const char* begin_ = nullptr;
  std::size_t size_ = 0;
};

// `prefix` ends in "-": few others have one there.
bool begins_with(std::string_view name, std::string_view prefix) {
  return name.size() > prefix.size() && name[prefix.size() - 1] == '-' &&
         base::equal_nocase(name.substr(0, prefix.size()), prefix);
}

// X-Forwarded-Port, -Prefix, -Ssl and whatever backends believe beside the names known here.
bool is_forwarded(std::string_view name) { return begins_with(name, "X-Forwarded-"); }

bool is_accel(std::string_view name) { return begins_with(name, "X-Accel-"); }
// The configuration has the last word on this name.
bool is_replaced(const FieldEdits* edits, Name id) {
  return edits != nullptr && edits->replaces(id);
}

// What of the fields received does not go on.
struct Dropped {
  const FieldBits& bits;
  unsigned mask = kHopByHop;                          // those with one of these bits
  bool (*is_other)(std::string_view name) = nullptr;  // those of no known name; null: none
  const FieldEdits* edits = nullptr;
};

// Copies what is not dropped; returns the bits of what was copied.
unsigned copy_fields(Output& to, const Fields& fields, const Dropped& dropped) {
  NamedFields named(fields);
  FieldCopy copy(to);
  unsigned seen = 0;
  const FieldEdits* edits = dropped.edits;
  for (const Field& field : fields) {
    unsigned is = dropped.bits[static_cast<std::size_t>(field.id)];
    if ((is & dropped.mask) != 0) continue;
    if (field.id == Name::kOther && dropped.is_other != nullptr && dropped.is_other(field.name)) {
      continue;
    }
    if (edits != nullptr && edits->replaces(field)) continue;
    if (named.any() && named.has(field.name)) continue;
    seen |= is;
    copy.add(field);
  }
  copy.flush();
  return seen;
}

void put_fields(Output& to, const Fields& fields) {
  for (const Field& field : fields) {
    to.put(field.name).put(": ").put(field.value).put(kChunkEnd);
  }
}

std::size_t fields_bound(const Fields& fields) {
  std::size_t size = 0;
  for (const Field& field : fields) size += field.name.size() + field.value.size() + 4;
  return size;
}

void put_framing(Output& to, Framing framing, std::uint64_t length) {
  if (framing == Framing::kLength) to.put("Content-Length: ").put_decimal(length).put(kChunkEnd);
  if (framing == Framing::kChunked) to.put("Transfer-Encoding: chunked\r\n");
}

void put_target(Output& to, const RequestHead& head, std::string_view target) {
  if (!target.empty()) {
    to.put(target);
    return;
  }
  to.put(head.path_rewritten ? head.normal_path : head.path);
  if (head.has_query) to.put('?').put(head.query);
}

// What a trusted peer said already, as one list (RFC 9110 section 5.3), for this hop to go on with.
void put_trusted_list(Output& to, const RequestHead& head, const UpstreamFields& extra, Name id) {
  if (!extra.trusted) return;
  for (const Field& field : head.fields) {
    if (field.id == id && !field.value.empty()) to.put(field.value).put(", ");
  }
}

void put_forwarded_for(Output& to, const RequestHead& head, const UpstreamFields& extra) {
  to.put("X-Forwarded-For: ");
  put_trusted_list(to, head, extra, Name::kXForwardedFor);
  to.put(extra.client).put(kChunkEnd);
}

// RFC 7239 section 4. A host has a colon or may have one, and is quoted; it holds no quote itself.
void put_forwarded(Output& to, const RequestHead& head, const UpstreamFields& extra) {
  to.put("Forwarded: ");
  put_trusted_list(to, head, extra, Name::kForwarded);
  if (extra.client.starts_with("unix:")) {
    to.put("for=unknown");
  } else if (extra.client.find(':') != std::string_view::npos) {
    to.put("for=\"[").put(extra.client).put("]\"");
  } else {
    to.put("for=").put(extra.client);
  }
  if (!head.authority.empty()) to.put(";host=\"").put(head.authority).put('"');
  to.put(";proto=").put(extra.scheme).put(kChunkEnd);
}

// What weir says of itself and of the client, but for what the configuration replaces.
void put_own(Output& out, const RequestHead& head, const UpstreamFields& extra, unsigned seen) {
  const FieldEdits* edits = extra.edits;
  if (!is_replaced(edits, Name::kXForwardedFor)) put_forwarded_for(out, head, extra);
  if ((seen & kProto) == 0 && !is_replaced(edits, Name::kXForwardedProto)) {
    out.line("X-Forwarded-Proto: ", extra.scheme);
  }
  if ((seen & kHostSaid) == 0 && !head.authority.empty() &&
      !is_replaced(edits, Name::kXForwardedHost)) {
    out.line("X-Forwarded-Host: ", head.authority);
  }
  if (extra.forwarded && !is_replaced(edits, Name::kForwarded)) put_forwarded(out, head, extra);
  if (!is_replaced(edits, Name::kVia)) {
    out.put(head.version == Version::kHttp10 ? "Via: 1.0 weir\r\n" : "Via: 1.1 weir\r\n");
  }
  if (!extra.request_id.empty() && !is_replaced(edits, Name::kXRequestId)) {
    out.line("X-Request-ID: ", extra.request_id);
  }
  if (extra.edits != nullptr) put_fields(out, extra.edited);
}

bool wants_trailers(const Fields& fields) {
  bool found = false;
  for (const Field& field : fields) {
    if (field.id != Name::kTe) continue;
    base::each_token(field.value, [&found](std::string_view coding) {
      found = found || base::equal_nocase(coding, "trailers");
      return true;
    });
  }
  return found;
}

}  // namespace

std::size_t request_head_bound(const RequestHead& head, const UpstreamFields& extra) {
  // The authority and the client may be said twice: X-Forwarded-* and Forwarded.
  return kFixedRoom + fields_bound(head.fields) + head.method_text.size() + head.path.size() +
         head.query.size() + 2 * head.authority.size() + extra.target.size() + extra.host.size() +
         2 * extra.client.size() + 2 * extra.scheme.size() + extra.request_id.size() +
         extra.upgrade.size() + fields_bound(extra.edited);
}

char* write_request_head(char* to, const RequestHead& head, const UpstreamFields& extra) {
  Output out(to);
  out.put(head.method_text).put(' ');
  put_target(out, head, extra.target);
  out.put(" HTTP/1.1\r\n");
  out.line("Host: ", extra.host);
  Dropped dropped{kRequestBits};
  if (!extra.trusted) {
    dropped.mask |= kPeerSaid;
    dropped.is_other = is_forwarded;
  }
  if (extra.forwarded) dropped.mask |= kForwardedSaid;
  if (!extra.request_id.empty()) dropped.mask |= kId;
  if (head.framing != Framing::kChunked) dropped.mask |= kNeedsChunks;
  dropped.edits = extra.edits;
  unsigned seen = copy_fields(out, head.fields, dropped);
  put_framing(out, head.framing, head.content_length);
  if (extra.expect) out.put("Expect: 100-continue\r\n");
  put_own(out, head, extra, seen);
  if (!extra.upgrade.empty()) {
    out.line("Upgrade: ", extra.upgrade);
    return out.put("Connection: upgrade\r\n\r\n").end();
  }
  // The sender of TE names it in Connection (RFC 9110 section 10.1.4).
  bool te = wants_trailers(head.fields);
  if (te) out.put("TE: trailers\r\n");
  if (te) out.put(extra.close ? "Connection: TE, close\r\n" : "Connection: TE\r\n");
  if (extra.close && !te) out.put("Connection: close\r\n");
  return out.put(kChunkEnd).end();
}

std::size_t response_head_bound(const ResponseHead& head, const DownstreamFields& extra) {
  return kFixedRoom + fields_bound(head.fields) + head.reason.size() + extra.date.size() +
         extra.server.size() + extra.request_id.size() + extra.upgrade.size() +
         fields_bound(extra.edited);
}

char* write_response_head(char* to, const ResponseHead& head, const DownstreamFields& extra) {
  Output out(to);
  std::string_view reason = head.reason.empty() ? reason_of(head.status) : head.reason;
  out.put("HTTP/1.1 ").put_decimal(head.status).put(' ').put(reason).put(kChunkEnd);
  Dropped dropped{kResponseBits};
  if (!extra.request_id.empty()) dropped.mask |= kId;
  if (extra.framing != Framing::kChunked) dropped.mask |= kNeedsChunks;
  if (head.forwarded) dropped.is_other = is_accel;
  dropped.edits = extra.edits;
  unsigned seen = copy_fields(out, head.fields, dropped);
  put_framing(out, extra.framing, extra.content_length);
  auto owes = [&](unsigned bit, Name id) {
    return (seen & bit) == 0 && !is_replaced(extra.edits, id);
  };
  if (!extra.date.empty() && owes(kDateSaid, Name::kDate)) out.line("Date: ", extra.date);
  if (!extra.server.empty() && owes(kServerSaid, Name::kServer)) out.line("Server: ", extra.server);
  if (extra.via && owes(0, Name::kVia)) {
    out.put(head.version == Version::kHttp10 ? "Via: 1.0 weir\r\n" : "Via: 1.1 weir\r\n");
  }
  if (!extra.request_id.empty() && owes(0, Name::kXRequestId)) {
    out.line("X-Request-ID: ", extra.request_id);
  }
  put_fields(out, extra.edited);
  if (!extra.upgrade.empty()) {
    out.line("Upgrade: ", extra.upgrade);
    bool close = extra.connection == ConnectionLine::kClose;
    out.put(close ? "Connection: upgrade, close\r\n\r\n" : "Connection: upgrade\r\n\r\n");
    return out.end();
  }
  if (extra.connection == ConnectionLine::kClose) out.put("Connection: close\r\n");
  if (extra.connection == ConnectionLine::kKeepAlive) out.put("Connection: keep-alive\r\n");
  return out.put(kChunkEnd).end();
}

char* write_chunk_size(char* to, std::uint64_t size) {
  unsigned digits = 1;
  while (digits < 16 && (size >> (4 * digits)) != 0) ++digits;
  for (unsigned i = digits; i-- > 0; size >>= 4) to[i] = "0123456789abcdef"[size & 15];
  to[digits] = '\r';
  to[digits + 1] = '\n';
  return to + digits + 2;
}

std::size_t last_chunk_bound(const Fields* trailers) {
  return kLastChunk.size() + (trailers == nullptr ? 0 : fields_bound(*trailers));
}

char* write_last_chunk(char* to, const Fields* trailers) {
  Output out(to);
  if (trailers == nullptr) return out.put(kLastChunk).end();
  out.put("0\r\n");
  FieldCopy copy(out);
  for (const Field& field : *trailers) {
    if (!is_forbidden_trailer(field)) copy.add(field);
  }
  copy.flush();
  return out.put(kChunkEnd).end();
}

}  // namespace weir::http
