#include "proxy/request_sender.h"

#include "http/h1_writer.h"
#include "http/host.h"

namespace weir::proxy {

// What a rule made of the request is not trusted to be a Host (RFC 9112 section 3.2): where it is
// none, the client's own goes on, which was checked.
std::string_view sent_host(const http::Request& request, const ProxyOptions& options,
                           std::string_view endpoint) {
  if (options.host_header) {
    std::string_view made = options.host_header->render(request, *request.arena);
    http::Host parsed;
    if (http::parse_host(made, *request.arena, parsed) == http::Reason::kNone) return made;
  }
  if (!request.head.authority.empty()) return request.head.authority;
  // An HTTP/1.0 client need not say where it goes.
  return endpoint.starts_with("unix:") ? "localhost" : endpoint;
}

void RequestSender::head(const ProxyOptions& options, std::string_view endpoint) {
  const http::RequestHead& head = request_.head;
  http::UpstreamFields extra;
  extra.host = sent_host(request_, options, endpoint);
  if (options.rewrite != nullptr) extra.target = options.rewrite->target(head, *request_.arena);
  extra.edits = options.request_edits;
  if (extra.edits != nullptr) extra.edited = extra.edits->render(request_, *request_.arena);
  extra.forwarded = options.forwarded;
  extra.client = request_.peer.address;
  extra.scheme = request_.peer.scheme;
  extra.request_id = request_.id;
  extra.trusted = request_.peer.trusted;
  extra.expect = head.expect_continue;
  extra.upgrade = request_.upgrade;
  base::Arena& scratch = turns_.scratch();
  std::size_t bound = http::request_head_bound(head, extra);
  char* begin = scratch.take(bound);
  char* end = http::write_request_head(begin, head, extra);
  auto size = static_cast<std::size_t>(end - begin);
  scratch.trim(bound, size);
  to_->write_scratch({begin, size});
}

void RequestSender::body(base::Bytes bytes) {
  if (bytes.empty()) return;
  if (request_.head.framing != http::Framing::kChunked) return to_->write(bytes);
  base::Arena& scratch = turns_.scratch();
  char* begin = scratch.take(http::kChunkSizeBound);
  char* end = http::write_chunk_size(begin, bytes.size());
  auto size = static_cast<std::size_t>(end - begin);
  scratch.trim(http::kChunkSizeBound, size);
  to_->write_scratch({begin, size});
  to_->write(bytes);
  to_->write(http::kChunkEnd);
}

void RequestSender::end(const http::Fields* trailers) {
  if (request_.head.framing != http::Framing::kChunked) return;
  base::Arena& scratch = turns_.scratch();
  std::size_t bound = http::last_chunk_bound(trailers);
  char* begin = scratch.take(bound);
  char* end = http::write_last_chunk(begin, trailers);
  auto size = static_cast<std::size_t>(end - begin);
  scratch.trim(bound, size);
  to_->write_scratch({begin, size});
}

}  // namespace weir::proxy
