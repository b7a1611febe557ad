#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "gridpact/base/result.hpp"
#include "gridpact/model/certificate.hpp"

namespace gridpact::documents {

/// The certificate's JSON document (docs/formats/certificate.schema.json); exact, as the plan's.
[[nodiscard]] std::string to_json(const Certificate& certificate);

/// Reads a certificate's document; faults as of `parse_plan`.
[[nodiscard]] Result<Certificate> parse_certificate(std::string_view text, const std::string& file);
[[nodiscard]] Result<Certificate> read_certificate(const std::filesystem::path& path);

}  // namespace gridpact::documents
