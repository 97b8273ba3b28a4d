#include "http/h1_parser.h"

#include <llhttp.h>

#include <algorithm>
#include <cstring>

#include "base/ascii.h"
#include "http/head_rules.h"
#include "http/section_reader.h"
#include "http/trailer_rules.h"

namespace weir::http {
namespace {

// Empty lines that are let pass before a request line (RFC 9112 section 2.2 asks for at least one).
constexpr unsigned kEmptyLinesMax = 4;
// 1xx heads that are let pass before an answer; without a bound a backend could go on for ever.
constexpr unsigned kInterimMax = 32;
// Bytes of chunk framing that are let pass in one message, over what plain size lines need: chunk
// extensions, which nobody reads (RFC 9112 section 7.1.1 asks for a bound).
constexpr std::size_t kChunkExtensionsMax = 4096;
// A size line of 16 digits and the line ends around the data fit in this.
constexpr std::size_t kChunkFramingUsual = 32;

enum class Stage { kHead, kNoBody, kLength, kChunked, kTrailers, kToClose, kEnded, kFailed };

bool is_framing_error(llhttp_errno_t error) {
  return error == HPE_UNEXPECTED_CONTENT_LENGTH || error == HPE_INVALID_CONTENT_LENGTH ||
         error == HPE_INVALID_TRANSFER_ENCODING;
}

}  // namespace

// llhttp is given field sections and chunked bodies. The start lines are ours (http/start_line): it
// would refuse methods it does not know and bytes above 0x7f, and take protocols that are none. So
// each section is parsed by a copy of a parser that has already read a fixed request line.
struct H1Parser::State {
  State();

  void start(base::Arena& to, const HeadLimits& bounds, HeadScan::Section kind);
  H1Step next(base::Bytes& in);
  H1Step refuse(Reason reason);  // malformed, by whoever sent it
  H1Step fail(Reason reason);

  bool skip_empty_lines(base::Bytes& in);
  base::Bytes take_section(base::Bytes& in, bool keep);
  Reason parse_fields(base::Bytes section, Fields& to);

  H1Step take_head(base::Bytes& in);
  Reason fill_request(base::Bytes section);
  Reason fill_response(base::Bytes section);
  void begin_body(Framing framing, std::uint64_t length);

  H1Step take_length(base::Bytes& in);
  H1Step take_chunked(base::Bytes& in);
  H1Step take_trailers(base::Bytes& in);

  static int on_name(llhttp_t* parser, const char* at, std::size_t size);
  static int on_value(llhttp_t* parser, const char* at, std::size_t size);
  static int on_field(llhttp_t* parser);
  static int on_fields_end(llhttp_t* parser);
  static int on_chunk(llhttp_t* parser);
  static int on_chunk_data(llhttp_t* parser, const char* at, std::size_t size);

  llhttp_settings_t field_settings;
  llhttp_settings_t chunk_settings;
  llhttp_t before_fields;  // as it is behind a request line
  llhttp_t before_chunks;  // as it is behind a head with Transfer-Encoding: chunked
  llhttp_t parser;

  base::Arena* arena = nullptr;
  const HeadLimits* limits = nullptr;
  SectionReader reader;

  Stage stage = Stage::kFailed;
  bool is_request = true;
  bool started = false;  // a byte of the message came
  bool head_done = false;
  bool open_line = false;  // a CR of an empty line came, its LF did not
  bool last_chunk = false;
  bool may_switch = false;  // to another protocol, by a 101
  unsigned empty_lines = 0;
  unsigned interims = 0;
  Method method = Method::kGet;  // of the request that a response answers
  std::uint64_t left = 0;        // of a body with a length
  std::size_t chunks = 0;
  std::size_t chunk_framing = 0;  // bytes of a chunked body that are not data

  Fields* collecting = nullptr;
  std::string_view name;
  std::string_view value;

  base::Bytes piece;
  RequestHead request;
  ResponseHead response;
  Fields connection;  // of a chunked message, for its trailers
  Fields trailers;
  Failure failure;
};

H1Parser::State::State() {
  constexpr std::string_view kLine = "POST / HTTP/1.1\r\n";
  constexpr std::string_view kChunkedHead = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  llhttp_settings_init(&field_settings);
  field_settings.on_header_field = on_name;
  field_settings.on_header_value = on_value;
  field_settings.on_header_value_complete = on_field;
  field_settings.on_headers_complete = on_fields_end;
  llhttp_settings_init(&chunk_settings);
  chunk_settings.on_chunk_header = on_chunk;
  chunk_settings.on_body = on_chunk_data;
  llhttp_init(&before_fields, HTTP_REQUEST, &field_settings);
  llhttp_execute(&before_fields, kLine.data(), kLine.size());
  before_fields.data = this;
  llhttp_init(&before_chunks, HTTP_REQUEST, &chunk_settings);
  llhttp_execute(&before_chunks, kChunkedHead.data(), kChunkedHead.size());
  before_chunks.data = this;
  parser = before_fields;
}

void H1Parser::State::start(base::Arena& to, const HeadLimits& bounds, HeadScan::Section kind) {
  arena = &to;
  limits = &bounds;
  is_request = kind == HeadScan::Section::kRequest;
  reader.reset(kind, to, bounds);
  stage = Stage::kHead;
  started = head_done = open_line = last_chunk = false;
  empty_lines = interims = 0;
  left = 0;
  chunks = chunk_framing = 0;
  piece = {};
  trailers = Fields();
}

H1Step H1Parser::State::refuse(Reason reason) {
  return fail(is_request ? reason : Reason::kUpstreamMalformed);
}

H1Step H1Parser::State::fail(Reason reason) {
  stage = Stage::kFailed;
  failure = Failure{status_of(reason), reason, 0, {}};
  return H1Step::kError;
}

// False where there are too many, or what looked like one is none.
bool H1Parser::State::skip_empty_lines(base::Bytes& in) {
  while (!in.empty() && (open_line || in.front() == '\r' || in.front() == '\n')) {
    if (in.front() != (open_line ? '\n' : '\r')) return false;
    if (open_line && ++empty_lines > kEmptyLinesMax) return false;
    open_line = !open_line;
    in.remove_prefix(1);
  }
  return true;
}

// A whole section, or nothing: see reader.scan().reason(). `keep`: in the arena in any case.
base::Bytes H1Parser::State::take_section(base::Bytes& in, bool keep) {
  base::Bytes section = reader.read(in);
  if (keep && !section.empty() && !reader.gathered()) return arena->copy(section);
  return section;
}

Reason H1Parser::State::parse_fields(base::Bytes section, Fields& to) {
  base::Bytes lines = section.substr(reader.scan().fields_begin());
  parser = before_fields;
  collecting = &to;
  name = value = {};
  llhttp_errno_t error = llhttp_execute(&parser, lines.data(), lines.size());
  // It pauses at the end of the fields, which must be the end that was found.
  bool paused = error == HPE_PAUSED;
  if (paused && llhttp_get_error_pos(&parser) == lines.end()) return Reason::kNone;
  return is_framing_error(error) ? Reason::kBadFraming : Reason::kBadRequest;
}

// llhttp gives names and values whole where they lie in one piece, but does not promise it.
int H1Parser::State::on_name(llhttp_t* parser, const char* at, std::size_t size) {
  auto* self = static_cast<State*>(parser->data);
  const char* begin = self->name.empty() ? at : self->name.data();
  self->name = {begin, static_cast<std::size_t>(at + size - begin)};
  return 0;
}

int H1Parser::State::on_value(llhttp_t* parser, const char* at, std::size_t size) {
  auto* self = static_cast<State*>(parser->data);
  const char* begin = self->value.empty() ? at : self->value.data();
  self->value = {begin, static_cast<std::size_t>(at + size - begin)};
  return 0;
}

int H1Parser::State::on_field(llhttp_t* parser) {
  auto* self = static_cast<State*>(parser->data);
  if (self->name.empty()) return HPE_USER;
  Field field{self->name, base::trim(self->value), name_of(self->name)};
  self->collecting->add(*self->arena, field);
  self->name = self->value = {};
  return 0;
}

int H1Parser::State::on_fields_end(llhttp_t* /*parser*/) { return HPE_PAUSED; }

H1Step H1Parser::State::take_head(base::Bytes& in) {
  if (!started) {
    if (is_request && !skip_empty_lines(in)) return refuse(Reason::kBadRequest);
    if (in.empty()) return H1Step::kMore;
    started = true;
  }
  base::Bytes section = take_section(in, is_request);
  Reason reason = reader.scan().reason();
  if (section.empty()) return reason == Reason::kNone ? H1Step::kMore : refuse(reason);
  reason = is_request ? fill_request(section) : fill_response(section);
  if (reason != Reason::kNone) return refuse(reason);
  if (!is_request && is_interim(response.status)) {
    if (++interims > kInterimMax) return refuse(Reason::kBadRequest);
    reader.reset(HeadScan::Section::kResponse, *arena, *limits);
    return H1Step::kHead;
  }
  head_done = true;
  return H1Step::kHead;
}

Reason H1Parser::State::fill_request(base::Bytes section) {
  const StartLine& line = reader.scan().start_line();
  request = RequestHead();
  request.method_text = section.substr(0, line.method_size);
  request.method = method_of(request.method_text);
  request.version = line.version;
  request.target = section.substr(line.target_begin, line.target_size);
  Reason reason = parse_fields(section, request.fields);
  if (reason == Reason::kNone) reason = complete_request(request, *arena);
  if (reason == Reason::kNone) begin_body(request.framing, request.content_length);
  return reason;
}

Reason H1Parser::State::fill_response(base::Bytes section) {
  const StartLine& line = reader.scan().start_line();
  std::size_t line_size = reader.scan().fields_begin() - 2;
  response = ResponseHead();
  response.forwarded = true;
  response.status = line.status;
  response.version = line.version;
  response.reason = section.substr(line.reason_begin, line_size - line.reason_begin);
  Reason reason = parse_fields(section, response.fields);
  if (reason == Reason::kNone) reason = complete_response(response, method, may_switch);
  if (reason != Reason::kNone || is_interim(response.status)) return reason;
  bool has_body = may_have_body(response.status, method);
  begin_body(has_body ? response.framing : Framing::kNone, response.content_length);
  return Reason::kNone;
}

void H1Parser::State::begin_body(Framing framing, std::uint64_t length) {
  switch (framing) {
    case Framing::kNone:
      stage = Stage::kNoBody;
      break;
    case Framing::kLength:
      stage = Stage::kLength;
      left = length;
      break;
    case Framing::kChunked:
      stage = Stage::kChunked;
      parser = before_chunks;
      connection = kept_connection(is_request ? request.fields : response.fields, *arena);
      break;
    case Framing::kUntilClose:
      stage = Stage::kToClose;
      break;
  }
}

H1Step H1Parser::State::take_length(base::Bytes& in) {
  if (left == 0) {
    stage = Stage::kEnded;
    return H1Step::kEnd;
  }
  if (in.empty()) return H1Step::kMore;
  piece = in.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left, in.size())));
  left -= piece.size();
  in.remove_prefix(piece.size());
  return H1Step::kBody;
}

int H1Parser::State::on_chunk(llhttp_t* parser) {
  auto* self = static_cast<State*>(parser->data);
  ++self->chunks;
  if (parser->content_length != 0) return 0;
  self->last_chunk = true;
  return HPE_PAUSED;
}

int H1Parser::State::on_chunk_data(llhttp_t* parser, const char* at, std::size_t size) {
  auto* self = static_cast<State*>(parser->data);
  self->piece = {at, size};
  return HPE_PAUSED;
}

H1Step H1Parser::State::take_chunked(base::Bytes& in) {
  if (in.empty()) return H1Step::kMore;
  piece = {};
  llhttp_errno_t error = llhttp_execute(&parser, in.data(), in.size());
  std::size_t taken = in.size();
  if (error == HPE_PAUSED) {
    taken = static_cast<std::size_t>(llhttp_get_error_pos(&parser) - in.data());
    llhttp_resume(&parser);
  } else if (error != HPE_OK) {
    return refuse(Reason::kBadBody);
  }
  in.remove_prefix(taken);
  chunk_framing += taken - piece.size();
  if (chunk_framing > kChunkExtensionsMax + kChunkFramingUsual * (chunks + 1)) {
    return refuse(Reason::kBadBody);
  }
  if (!piece.empty()) return H1Step::kBody;
  if (!last_chunk) return H1Step::kMore;
  stage = Stage::kTrailers;
  reader.reset(HeadScan::Section::kTrailers, *arena, *limits);
  return take_trailers(in);
}

H1Step H1Parser::State::take_trailers(base::Bytes& in) {
  if (in.empty()) return H1Step::kMore;
  base::Bytes section = take_section(in, true);
  Reason reason = reader.scan().reason();
  if (section.empty() && reason == Reason::kNone) return H1Step::kMore;
  if (reason == Reason::kNone && reader.scan().count() != 0) {
    Fields all;
    reason = parse_fields(section, all);
    pass_trailers(all, connection, *arena, trailers);
  }
  bool too_large = reason == Reason::kHeaderTooLarge || reason == Reason::kTooManyHeaders;
  if (reason != Reason::kNone) return refuse(too_large ? reason : Reason::kBadBody);
  stage = Stage::kEnded;
  return H1Step::kEnd;
}

H1Step H1Parser::State::next(base::Bytes& in) {
  switch (stage) {
    case Stage::kHead:
      return take_head(in);
    case Stage::kLength:
      return take_length(in);
    case Stage::kChunked:
      return take_chunked(in);
    case Stage::kTrailers:
      return take_trailers(in);
    case Stage::kToClose:
      if (in.empty()) return H1Step::kMore;
      piece = in;
      in = {};
      return H1Step::kBody;
    case Stage::kNoBody:
    case Stage::kEnded:
      stage = Stage::kEnded;
      return H1Step::kEnd;
    case Stage::kFailed:
      break;
  }
  return H1Step::kError;
}

H1Parser::H1Parser() : state_(std::make_unique<State>()) {}
H1Parser::~H1Parser() = default;

void H1Parser::reset_request(base::Arena& arena, const HeadLimits& limits) {
  state_->start(arena, limits, HeadScan::Section::kRequest);
}

void H1Parser::reset_response(base::Arena& arena, const HeadLimits& limits, Method method,
                              bool may_switch) {
  state_->start(arena, limits, HeadScan::Section::kResponse);
  state_->method = method;
  state_->may_switch = may_switch;
}

H1Step H1Parser::next(base::Bytes& in) { return state_->next(in); }

H1Step H1Parser::finish() {
  State& state = *state_;
  if (state.stage == Stage::kFailed) return H1Step::kError;
  if (fresh()) return H1Step::kMore;
  base::Bytes none;
  if (state.stage == Stage::kToClose) state.stage = Stage::kEnded;
  if (state.next(none) == H1Step::kEnd) return H1Step::kEnd;
  if (state.is_request) return state.fail(Reason::kClientClosed);
  return state.fail(state.head_done ? Reason::kUpstreamCut : Reason::kUpstreamReset);
}

const RequestHead& H1Parser::request() const { return state_->request; }
const ResponseHead& H1Parser::response() const { return state_->response; }
base::Bytes H1Parser::piece() const { return state_->piece; }
const Fields* H1Parser::trailers() const {
  return state_->trailers.empty() ? nullptr : &state_->trailers;
}
const Failure& H1Parser::failure() const { return state_->failure; }
bool H1Parser::fresh() const { return !state_->started; }
bool H1Parser::head_done() const { return state_->head_done; }

}  // namespace weir::http
