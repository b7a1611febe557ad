#pragma once

#include <span>
#include <string>
#include <string_view>

namespace gridpact::importers {

/// The one of `known` that was probably meant by `written`, or nothing if none is near: at most one
/// slip of the keyboard (a letter missing, added, wrong, or two swapped) per three letters, in
/// whatever order the parts between underscores are. Ties go to the earlier one.
[[nodiscard]] std::string_view nearest_word(std::string_view written,
                                            std::span<const std::string_view> known);

/// "; did you mean 'p_max_kw'?", or nothing if no word is near.
[[nodiscard]] std::string did_you_mean(std::string_view written,
                                       std::span<const std::string_view> known);

}  // namespace gridpact::importers
