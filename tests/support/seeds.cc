#include "support/seeds.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>

namespace weir::support {

namespace {

std::optional<std::uint64_t> number_in(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  std::size_t read = 0;
  std::uint64_t number = std::stoull(text, &read);
  if (text[read] != '\0') throw std::runtime_error(std::string(variable) + " wants a number");
  return number;
}

void run_one(const std::function<void(std::uint64_t)>& run, std::uint64_t seed) {
  INFO("WEIR_SIM_SEED=", seed, " has this again");
  run(seed);
}

}  // namespace

std::size_t over_seeds(std::string_view name, std::uint64_t fixed,
                       const std::function<void(std::uint64_t seed)>& run) {
  if (auto seed = number_in("WEIR_SIM_SEED")) {
    run_one(run, *seed);
    return 1;
  }
  std::size_t ran = 0;
  for (std::uint64_t seed = 1; seed <= fixed; ++seed, ++ran) run_one(run, seed);
  std::random_device device;
  auto until = std::chrono::steady_clock::now() +
               std::chrono::seconds(number_in("WEIR_SIM_SECONDS").value_or(0));
  do {
    std::uint64_t seed = device();
    // At once: a sanitizer may end the program.
    std::printf("%.*s: WEIR_SIM_SEED=%llu\n", static_cast<int>(name.size()), name.data(),
                static_cast<unsigned long long>(seed));
    std::fflush(stdout);
    run_one(run, seed);
    ++ran;
  } while (std::chrono::steady_clock::now() < until);
  return ran;
}

}  // namespace weir::support
