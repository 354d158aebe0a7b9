// SPDX-License-Identifier: MIT
#include <neuron/args/parsed.hpp>

namespace neuron::args::detail {

// The words lie in `bytes`; going through it gives back the write access that
// a string_view does not carry. INV-ARGS-1 makes each one a C string.
CArguments fill_c_arguments(char* program, std::span<const std::string_view> words,
                            std::span<char> bytes, std::span<char*> pointers) {
    std::size_t count = 0;
    pointers[count++] = program;
    for (const std::string_view word : words) {
        pointers[count++] = bytes.data() + (word.data() - bytes.data());
    }
    pointers[count] = nullptr;
    return {.count = static_cast<int>(count), .values = pointers.data()};
}

} // namespace neuron::args::detail
