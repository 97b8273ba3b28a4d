#pragma once

#include <cstddef>

namespace weir::sim {

// How far counts may stray from what weights say. Those of chance are passed once in 10^12 checks.

// From n * p: the count of n draws of chance p. Bernstein's inequality.
double binomial_stray(double n, double p);
// From its mean: the part of a ring that `own` of `all` points own, thrown at random. The part is
// beta distributed; Bernstein's inequality for that (Skorski 2023).
double ring_stray(double own, double all);
// From n * w / W: the picks of one among `members` by the smooth round robin, from any state that
// it may have been left in.
double smooth_stray(std::size_t members);

}  // namespace weir::sim
