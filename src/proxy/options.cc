#include "proxy/options.h"

#include <algorithm>
#include <vector>

namespace weir::proxy {

namespace {

std::string_view proxy_host(const http::Request& request, std::string_view, base::Arena&) {
  std::string_view endpoint = request.record.last_try.endpoint;
  return endpoint.starts_with("unix:") ? "localhost" : endpoint;
}

}  // namespace

std::span<const http::Variable> proxy_variables() {
  static const std::vector<http::Variable> kAll = [] {
    auto common = http::request_variables();
    std::vector<http::Variable> all(common.begin(), common.end());
    all.push_back({"proxy_host", proxy_host});
    return all;
  }();
  return kAll;
}

}  // namespace weir::proxy
