#include "gridpact/base/digest.hpp"

#include <array>
#include <stdexcept>

#include <openssl/evp.h>

namespace gridpact {

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    // Only a libcrypto that was built or configured without SHA-256 does this.
    throw std::runtime_error("libcrypto does not compute SHA-256");
  }
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * std::size_t{size});
  for (unsigned i = 0; i < size; ++i) {
    text += digits[digest[i] >> 4U];
    text += digits[digest[i] & 0xFU];
  }
  return text;
}

}  // namespace gridpact
