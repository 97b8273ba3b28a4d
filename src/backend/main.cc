#include <fmt/format.h>

#include <cstdio>

#include "backend/options.h"
#include "backend/process.h"

int main(int argc, char** argv) {
  auto parsed = weir::backend::parse_options(argc, argv, WEIR_VERSION);
  if (const auto* goodbye = std::get_if<weir::backend::Goodbye>(&parsed)) {
    fmt::print(goodbye->status == 0 ? stdout : stderr, "{}", goodbye->text);
    return goodbye->status;
  }
  return weir::backend::run(std::get<weir::backend::Options>(parsed));
}
