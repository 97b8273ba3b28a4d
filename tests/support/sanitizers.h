#pragma once

namespace weir::support {

// UBSan is built in. Its look at the type of an object may open a pipe, and where there is no
// descriptor for that it takes the object for a broken one: such tests are skipped.
#if defined(__has_feature)
#if __has_feature(undefined_behavior_sanitizer)
inline constexpr bool kUbsan = true;
#else
inline constexpr bool kUbsan = false;
#endif
#else
inline constexpr bool kUbsan = false;
#endif

}  // namespace weir::support
