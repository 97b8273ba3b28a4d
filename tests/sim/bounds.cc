#include "sim/bounds.h"

#include <cmath>

namespace weir::sim {

namespace {

// -ln of half of 10^-12: either side may be passed.
constexpr double kRare = 28.4;

// The t of exp(-t^2 / (2 (variance + scale t))) = exp(-kRare).
double bernstein(double variance, double scale) {
  double half = scale * kRare;
  return half + std::sqrt(half * half + 2 * variance * kRare);
}

}  // namespace

double binomial_stray(double n, double p) { return bernstein(n * p * (1 - p), 1.0 / 3); }

double ring_stray(double own, double all) {
  double others = all - own;
  if (others <= 0) return 0;
  double variance = own * others / (all * all * (all + 1));
  // Of the side with the longer tail; that of the other is shorter than the normal one's.
  double scale = 2 * std::abs(others - own) / (all * (all + 2)) / 3;
  return bernstein(variance, scale);
}

// With current weights in units of the sum of weights, n picks of one with weight w are
// n w / W + c - c', where c is its current weight before and c' behind. A change of the candidates
// leaves -1 <= c <= 1. From there on: the one picked is the highest, hence not below the mean of
// all, which is -1 or more, and it is lowered by 1: c >= -2. Upward it is the cup game, in which
// each round one unit is poured into n cups as the opponent likes and the fullest one is emptied by
// one unit: the k fullest never hold more on the average than max(1, what k + 1 do) + 1 / (k + 1),
// so that c <= 1 + 1/2 + ... + 1/n.
double smooth_stray(std::size_t members) {
  double highest = 0;
  for (std::size_t k = 1; k <= members; ++k) highest += 1.0 / static_cast<double>(k);
  return 2 + highest;
}

}  // namespace weir::sim
