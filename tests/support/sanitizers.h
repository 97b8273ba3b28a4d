#pragma once

#include <cstddef>

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

// ASan is built in: what is freed stays resident for a while, so memory cannot be measured.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kAsan = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool kAsan = true;
#else
inline constexpr bool kAsan = false;
#endif
#else
inline constexpr bool kAsan = false;
#endif

// TSan is built in: it keeps a shadow of what is touched, so memory cannot be measured either.
#if defined(__SANITIZE_THREAD__)
inline constexpr bool kTsan = true;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
inline constexpr bool kTsan = true;
#else
inline constexpr bool kTsan = false;
#endif
#else
inline constexpr bool kTsan = false;
#endif

// A test of what may cost much does so much less of it where each step costs ten times as much:
// what sanitizers look for shows in a part as well.
inline constexpr std::size_t kSanitizedShare = kAsan || kTsan ? 8 : 1;

}  // namespace weir::support
