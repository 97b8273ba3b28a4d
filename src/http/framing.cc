#include "http/framing.h"

#include "base/ascii.h"

namespace weir::http {
namespace {

void note(const Field& field, const Field*& first, bool& repeated) {
  repeated = first != nullptr;
  if (first == nullptr) first = &field;
}

void note_connection(std::string_view value, ControlFields& out) {
  base::each_token(value, [&out](std::string_view option) {
    ++out.options;
    if (base::equal_nocase(option, "close")) out.close = true;
    if (base::equal_nocase(option, "keep-alive")) out.keep_alive = true;
    if (base::equal_nocase(option, "upgrade")) out.names_upgrade = true;
    return true;
  });
}

void note_expect(std::string_view value, ControlFields& out) {
  base::each_token(value, [&out](std::string_view item) {
    bool is_continue = base::equal_nocase(item, "100-continue");
    out.expects_continue = out.expects_continue || is_continue;
    out.expects_other = out.expects_other || !is_continue;
    return true;
  });
}

constexpr BodyRule kDoubt = {Reason::kBadFraming, Framing::kNone, 0, false};

// What both kinds of message have in common: kNone where no field says anything.
BodyRule framing_of(const ControlFields& control, Version version) {
  if (control.coding != nullptr) {
    bool chunked = base::equal_nocase(control.coding->value, "chunked");
    if (!chunked || control.coding_repeated || control.length != nullptr ||
        version == Version::kHttp10) {
      return kDoubt;
    }
    return {Reason::kNone, Framing::kChunked, 0, true};
  }
  if (control.length == nullptr) return {};
  auto length = base::parse_decimal(control.length->value);
  if (!length || control.length_repeated) return kDoubt;
  return {Reason::kNone, Framing::kLength, *length, true};
}

}  // namespace

ControlFields control_fields(const Fields& fields) {
  ControlFields out;
  for (const Field& field : fields) {
    switch (field.id) {
      case Name::kHost:
        note(field, out.host, out.host_repeated);
        break;
      case Name::kContentLength:
        note(field, out.length, out.length_repeated);
        break;
      case Name::kTransferEncoding:
        note(field, out.coding, out.coding_repeated);
        break;
      case Name::kConnection:
        note_connection(field.value, out);
        break;
      case Name::kExpect:
        note_expect(field.value, out);
        break;
      case Name::kUpgrade:
        out.upgrade = true;
        break;
      default:
        break;
    }
  }
  return out;
}

BodyRule request_body(const ControlFields& control, Version version) {
  return framing_of(control, version);
}

BodyRule response_body(const ControlFields& control, Version version, unsigned status,
                       Method method) {
  BodyRule rule = framing_of(control, version);
  if (rule.reason != Reason::kNone) return rule;
  bool has_framing = rule.framing == Framing::kChunked || rule.length != 0;
  if (status < 200) return has_framing ? kDoubt : BodyRule();
  // RFC 9110 section 8.6 forbids both fields here, but some servers send them and may send a body
  // as well: the answer counts, the connection does not.
  if (status == 204) return {Reason::kNone, Framing::kNone, 0, !has_framing};
  if (!may_have_body(status, method)) {
    return rule.framing == Framing::kLength ? rule : BodyRule();
  }
  if (rule.framing == Framing::kNone) return {Reason::kNone, Framing::kUntilClose, 0, false};
  return rule;
}

bool keeps_alive(const ControlFields& control, Version version) {
  if (control.close) return false;
  return version == Version::kHttp11 || control.keep_alive;
}

Reason check_host_count(const ControlFields& control, Version version) {
  if (control.host_repeated) return Reason::kBadHost;
  bool missing = control.host == nullptr && version == Version::kHttp11;
  return missing ? Reason::kBadHost : Reason::kNone;
}

}  // namespace weir::http
