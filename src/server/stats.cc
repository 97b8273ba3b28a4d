#include "server/stats.h"

namespace weir::server {

std::string_view text_of(CloseReason reason) {
  switch (reason) {
    case CloseReason::kClient:
      return "client";
    case CloseReason::kIdle:
      return "idle_timeout";
    case CloseReason::kTimeout:
      return "timeout";
    case CloseReason::kFinished:
      return "finished";
    case CloseReason::kRefused:
      return "refused";
    case CloseReason::kCut:
      return "cut";
    case CloseReason::kDrain:
      return "drain";
    case CloseReason::kCount:
      break;
  }
  return "";
}

std::string_view text_of(Limit limit) {
  switch (limit) {
    case Limit::kConnections:
      return "connections";
    case Limit::kPerClient:
      return "per_client";
    case Limit::kDescriptors:
      return "descriptors";
    case Limit::kHeaderSize:
      return "header_size";
    case Limit::kHeaders:
      return "headers";
    case Limit::kUri:
      return "uri";
    case Limit::kBody:
      return "body";
    case Limit::kPipeline:
      return "pipeline";
    case Limit::kRequestsPerConnection:
      return "requests_per_connection";
    case Limit::kBufferPerStream:
      return "buffer_per_stream";
    case Limit::kBuffers:
      return "buffers";
    case Limit::kCount:
      break;
  }
  return "";
}

}  // namespace weir::server
