#pragma once

#include <string>

#include "gridpact/model/certificate.hpp"
#include "gridpact/verify/judge.hpp"

namespace gridpact::verify {

/// Replays the days that the judge's options ask for and states what broke.
[[nodiscard]] Certificate certify(const Judge& judge);

/// The software as certificates name it.
[[nodiscard]] std::string software();

}  // namespace gridpact::verify
