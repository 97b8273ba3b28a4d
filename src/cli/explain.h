#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "config/config.h"

namespace weir::cli {

// A request that `weir explain` is asked about.
struct Wish {
  std::string request;               // "GET https://shop.example.com/orders/7"; GET may be left out
  std::vector<std::string> headers;  // "Name: value" each
  std::string client = "127.0.0.1";  // its address
  std::string
      listener;  // where it comes in; empty: the first one with the URL's port, else the first
};

// Says which route of the configuration takes the request, and why the others do not: the lines of
// an answer. Parser, conditions and router are those that serve. The error is for a request that is
// none.
base::Result<std::string> explain_wish(const config::Config& config, const Wish& wish);

}  // namespace weir::cli
