// SPDX-License-Identifier: MIT
// A place in the source, for reports. Like std::source_location without the function's name, whose
// text would go into the image for each caller. As a default argument it is the place of the call:
//   void check(bool holds, Where where = {__builtin_FILE(), __builtin_LINE()});
#pragma once

#include <cstdint>

namespace neuron::core {

struct Where {
    const char* file = "";
    std::uint32_t line = 0; ///< 0: not known
};

} // namespace neuron::core
