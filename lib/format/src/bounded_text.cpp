// SPDX-License-Identifier: MIT
#include <neuron/format/bounded_text.hpp>

#include <algorithm>
#include <cstring>

namespace neuron::format::detail {

// INV-FORMAT-4: a cut is never silent. After a cut the buffer is full, so each
// later put writes the same mark to the same place.
Appended append(std::span<char> buffer, std::size_t used, std::string_view text) {
    const std::size_t taken = std::min(buffer.size() - used, text.size());
    if (taken != 0) {
        std::memcpy(buffer.data() + used, text.data(), taken);
    }
    const bool truncated = taken < text.size();
    if (truncated) {
        for (char& byte : buffer.last<3>()) {
            byte = '.';
        }
    }
    return {.used = used + taken, .truncated = truncated};
}

} // namespace neuron::format::detail
